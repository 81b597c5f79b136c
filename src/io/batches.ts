/** The order in which data is learnt: by key and step alone, so that a run goes on in its middle as if it had never stopped. */
import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { foldIn, permutation, randint } from "../autodiff/functions/random/index.ts"
import { bindOne } from "../autodiff/interpreter.ts"
import { checkOptions } from "../autodiff/options.ts"
import { add } from "../autodiff/primitives/add.ts"
import { iota } from "../autodiff/primitives/iota.ts"
import { reshape } from "../autodiff/primitives/reshape.ts"
import { slice } from "../autodiff/primitives/slice.ts"
import { take } from "../autodiff/primitives/take.ts"
import { flatten } from "../autodiff/tree.ts"
import type { Key, Tensor } from "../autodiff/types/tensor.ts"
import type { Value } from "../autodiff/value.ts"

/** A tree with `B` rows of every tensor. */
export type Rows<P, B extends number> =
  P extends Tensor<infer S, infer T>
    ? Tensor<S extends readonly [unknown, ...infer R] ? readonly [B, ...R] : readonly number[], T>
    : P extends object
      ? { readonly [K in keyof P]: Rows<P[K], B> }
      : P

export interface Batches<B> {
  /** Batches in an epoch; rows that do not fill one wait for the next epoch's order. */
  readonly perEpoch: number
  /** The batch of a step, counted over all epochs from 0. */
  readonly at: (key: Key, step: number) => B
}

const wholeStep = (op: string, step: number): void => {
  if (!Number.isSafeInteger(step) || step < 0)
    throw new CotangentError("step", `${op}: steps are whole numbers from 0, got ${step}`)
}

/**
 * Batches of a tree of tensors whose first axes are one: images and their labels. Every epoch has an order of its own, drawn
 * from the key and the number of the epoch.
 *
 * @param options `size`: rows in a batch. `shuffle`: false keeps the order of the data.
 * @throws CotangentError where first axes differ, or hold less than a batch.
 * @example
 * ```ts
 * import { arange, random, zeros } from "cotangent"
 * import { batches } from "cotangent/io"
 * const { at, perEpoch } = batches({ x: zeros([10, 3]), y: arange(10) }, { size: 4 })
 * console.log(perEpoch, at(random.key(0), 0).y, at(random.key(0), 1).y)
 * ```
 */
export function batches<P, const B extends number>(
  data: P,
  options: { readonly size: B; readonly shuffle?: boolean },
): Batches<Rows<P, B>> {
  checkOptions("batches", options, ["size", "shuffle"])
  const { size, shuffle = true } = options
  const { leaves, paths, build } = flatten(data, "data")
  const [count = 0] = leaves[0]?.shape ?? []
  const odd = leaves.findIndex((x) => x.shape[0] !== count)
  if (leaves.length === 0 || odd >= 0)
    throw new CotangentError(
      "batches",
      odd < 0
        ? "batches: there is no tensor in the data"
        : `batches: ${paths[0]} has ${count} rows and ${paths[odd]} is [${leaves[odd]?.shape.join(", ")}]; first axes must be one`,
    )
  if (!Number.isInteger(size) || size < 1 || size > count)
    throw new CotangentError("batches", `batches: a batch of ${size} out of ${count} rows; sizes are 1 to ${count}`)
  const perEpoch = Math.floor(count / size)
  // An epoch's order is a sort of the whole set: drawn once, not at every step.
  let known: { readonly key: Key; readonly epoch: number; readonly order: Value } | undefined
  const orderOf = (key: Key, epoch: number): Value => {
    if (known?.epoch !== epoch || known.key !== key) {
      const order = shuffle ? typed<Value>(permutation(foldIn(key, epoch), count)) : bindOne(iota.of(count, "i32"))
      known = { key, epoch, order }
    }
    return known.order
  }
  return {
    perEpoch,
    at: (key, step) => {
      wholeStep("batches", step)
      const start = (step % perEpoch) * size
      const chosen = slice.window({ start: [start], step: [1], size: [size] })
      const rows = bindOne(chosen, orderOf(key, Math.floor(step / perEpoch)))
      return typed(build(leaves.map((x) => bindOne(take.along(0), x, rows))))
    },
  }
}

/** What a model of sequences is shown, and what it should say: the same, one further on. */
export interface Windows<B extends number, L extends number> {
  readonly inputs: Tensor<readonly [B, L], "i32">
  readonly targets: Tensor<readonly [B, L], "i32">
}
/**
 * Stretches of a sequence of whole numbers, each from a random place, for every step a batch.
 *
 * @param tokens i32 `[n]`, more than `length`.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * import { vocabularyOf, windows } from "cotangent/io"
 * const { encode, decode } = vocabularyOf("to be or not to be")
 * const { inputs, targets } = windows(encode("to be or not to be"), { size: 1, length: 5 })(random.key(0), 0)
 * console.log(decode(await inputs.data()), "|", decode(await targets.data()))
 * ```
 */
export function windows<const B extends number, const L extends number>(
  tokens: Tensor<readonly [number], "i32"> | Tensor<[number], "i32">,
  options: { readonly size: B; readonly length: L },
): (key: Key, step: number) => Windows<B, L> {
  checkOptions("windows", options, ["size", "length"])
  const { size, length } = options
  const [count] = tokens.shape
  if (![size, length].every((n) => Number.isInteger(n) && n > 0) || count <= length)
    throw new CotangentError(
      "windows",
      `windows: ${size} stretches of ${length} and one more out of ${count} tokens; there must be more tokens than that`,
    )
  const sequence = typed<Value>(tokens)
  const offsets = (from: number): Value =>
    bindOne(slice.window({ start: [from], step: [1], size: [length] }), bindOne(iota.of(length + 1, "i32")))
  return (key, step) => {
    wholeStep("windows", step)
    const starts = typed<Value>(randint(foldIn(key, step), [size], { high: count - length }))
    const at = (from: number): Value =>
      bindOne(take.along(0), sequence, bindOne(add.operation, bindOne(reshape.to([size, 1]), starts), offsets(from)))
    return { inputs: typed(at(0)), targets: typed(at(1)) }
  }
}
