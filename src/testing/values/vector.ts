/** Lists of numbers of a given length, drawn together and made simpler together. */
import fc from "fast-check"
import type { Element } from "../../autodiff/dtype.ts"

/** The tensor that the numbers are for. */
export interface About {
  readonly shape: readonly number[]
  readonly dtype: Element
}

/** How the elements of a tensor are drawn, so many at a time. A function of the count alone is one too. */
export interface Values {
  (count: number, about?: About): fc.Arbitrary<readonly number[]>
  /**
   * The numbers of a smaller tensor out of those of a larger one, or undefined where it has none. With it, sizes shrink
   * around the numbers that failed; without it, new numbers are drawn for every size.
   */
  readonly cut?: Cut
}
export type Cut = (
  numbers: readonly number[],
  from: readonly number[],
  to: readonly number[],
) => readonly number[] | undefined

/** A source of numbers in [0, 1). */
export type Uniform = () => number

export interface Kind {
  /** `biased`: whether to prefer edges, as fast-check asks for in some runs. */
  readonly draw: (next: Uniform, biased: boolean) => readonly number[]
  /** Lists to try instead of one that fails, simplest first. Each must be simpler than it, so that shrinking ends. */
  readonly simpler: (numbers: readonly number[]) => Generator<readonly number[]>
  readonly accepts: (numbers: readonly number[]) => boolean
}

class Vector extends fc.Arbitrary<readonly number[]> {
  readonly #kind: Kind
  constructor(kind: Kind) {
    super()
    this.#kind = kind
  }
  generate(random: fc.Random, bias: number | undefined): fc.Value<readonly number[]> {
    const biased = bias !== undefined && random.nextInt(1, bias) === 1
    const drawn = this.#kind.draw(() => random.nextDouble(), biased)
    return new fc.Value(drawn, undefined)
  }
  canShrinkWithoutContext(value: unknown): value is readonly number[] {
    return Array.isArray(value) && value.every((x) => typeof x === "number") && this.#kind.accepts(value)
  }
  shrink(value: readonly number[]): fc.Stream<fc.Value<readonly number[]>> {
    return fc.stream(this.#kind.simpler(value)).map((x) => new fc.Value(x, undefined))
  }
}
export const vector = (kind: Kind): fc.Arbitrary<readonly number[]> => new Vector(kind)

/** The leading block; where ranks differ, the first numbers. */
export const leadingBlock: Cut = (numbers, from, to) => {
  const count = to.reduce((a, b) => a * b, 1)
  if (from.length !== to.length) return count <= numbers.length ? numbers.slice(0, count) : undefined
  if (to.some((size, d) => size > (from[d] ?? 0))) return undefined
  const out: number[] = []
  const visit = (axis: number, at: number): void => {
    if (axis === to.length) out.push(numbers[at] ?? 0)
    else for (let i = 0; i < (to[axis] ?? 0); i++) visit(axis + 1, at * (from[axis] ?? 1) + i)
  }
  visit(0, 0)
  return out
}
