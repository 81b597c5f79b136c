/** Values that depend on sizes drawn before them: `chain`, but what failed is kept while the sizes shrink. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"

/** `cut` makes the value for smaller sizes out of one for larger ones; where it gives undefined, a new one is drawn. */
export interface Dependence<S, V> {
  readonly sizes: fc.Arbitrary<S>
  readonly drawFor: (sizes: S) => fc.Arbitrary<V>
  readonly cut: (value: V, from: S, to: S) => V | undefined
}
type Pair<S, V> = readonly [sizes: S, value: V]

interface Context<S, V> {
  readonly sizes: fc.Value<S>
  readonly value: fc.Value<V>
  readonly random: fc.Random
  readonly bias: number | undefined
}

class Dependent<S, V> extends fc.Arbitrary<Pair<S, V>> {
  readonly #on: Dependence<S, V>
  /** Kept beside the values and not in their contexts, which fast-check hands back untyped. */
  readonly #known = new WeakMap<Pair<S, V>, Context<S, V>>()
  constructor(on: Dependence<S, V>) {
    super()
    this.#on = on
  }
  generate(random: fc.Random, bias: number | undefined): fc.Value<Pair<S, V>> {
    const sizes = this.#on.sizes.generate(random, bias)
    const again = random.clone()
    return this.#pair({ sizes, value: this.#on.drawFor(sizes.value).generate(random, bias), random: again, bias })
  }
  canShrinkWithoutContext(value: unknown): value is Pair<S, V> {
    return Array.isArray(value) && this.#known.has(typed<Pair<S, V>>(value))
  }
  shrink(pair: Pair<S, V>): fc.Stream<fc.Value<Pair<S, V>>> {
    const context = this.#known.get(pair)
    if (context === undefined) return fc.Stream.nil()
    const { sizes, value, random, bias } = context
    const { drawFor, cut } = this.#on
    const smaller = this.#on.sizes.shrink(sizes.value, sizes.context).map((next) => {
      const left = cut(value.value, sizes.value, next.value)
      const kept =
        left === undefined ? drawFor(next.value).generate(random.clone(), bias) : new fc.Value(left, undefined)
      return this.#pair({ sizes: next, value: kept, random, bias })
    })
    const arbitrary = drawFor(sizes.value)
    if (value.context === undefined && !arbitrary.canShrinkWithoutContext(value.value)) return smaller
    const simpler = arbitrary
      .shrink(value.value, value.context)
      .map((next) => this.#pair({ sizes, value: next, random, bias }))
    return smaller.join(simpler)
  }
  #pair(context: Context<S, V>): fc.Value<Pair<S, V>> {
    const pair: Pair<S, V> = [context.sizes.value, context.value.value]
    this.#known.set(pair, context)
    return new fc.Value(pair, undefined)
  }
}

export const dependent = <S, V>(on: Dependence<S, V>): fc.Arbitrary<Pair<S, V>> => new Dependent(on)
