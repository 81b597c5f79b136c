/** Keys: made from a seed, split, folded. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { cast } from "../../primitives/cast.ts"
import { concat } from "../../primitives/concat.ts"
import { wordsToKey } from "../../primitives/key-words.ts"
import { slice } from "../../primitives/slice.ts"
import { typeOf } from "../../program/type.ts"
import type { FoldIn, KeyOf, KeySplit, Keys } from "../../signatures/random.ts"
import { fromNumber, fromNumbers } from "../../tensor.ts"
import { Value } from "../../value.ts"
import { blocks, counters, keyValue, shaped } from "./words.ts"

/**
 * A key from a whole number; it is used once: split it for every further draw. The same key gives the same bits on every
 * engine.
 *
 * @throws CotangentError where the seed is no whole number.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * const [a, b] = random.split(random.key(0))
 * console.log(await random.normal(a, [2]).array(), await random.uniform(b, [2]).array())
 * ```
 */
export const key: KeyOf = typed((seed: number) => {
  if (!Number.isSafeInteger(seed))
    throw new CotangentError("seed", `random.key: the seed must be a whole number, got ${seed}`)
  const words = new Uint32Array([Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0])
  return fromNumbers(typeOf("key", []), words)
})

function keyRows(from: unknown, count: number, op: string): Value {
  keyValue(op, from)
  if (!Number.isSafeInteger(count) || count < 0)
    throw new CotangentError("count", `random.${op}: the number of keys must be whole, got ${count}`)
  const [x, y] = blocks(op, from, "split", counters(count))
  return bindOne(concat.along(1), shaped(x, [count, 1]), shaped(y, [count, 1]))
}
/** `const [a, b] = random.split(key)`, or a tuple of `count`. The number asked for changes none of the keys. */
export const split: KeySplit = typed((from: unknown, count = 2) => {
  const rows = keyRows(from, count, "split")
  return Array.from({ length: count }, (_, k) =>
    bindOne(
      wordsToKey.operation,
      shaped(bindOne(slice.window({ start: [k, 0], step: [1, 1], size: [1, 2] }), rows), [2]),
    ),
  )
})
/** A tensor of `count` keys, to map over. */
export const keys: Keys = typed((from: unknown, count: number) =>
  bindOne(wordsToKey.operation, keyRows(from, count, "keys")),
)
/** The key for step `data`, without a split per step. */
export const foldIn: FoldIn = typed((from: unknown, data: unknown) => {
  keyValue("foldIn", from)
  const number =
    typeof data === "number"
      ? fromNumber("u32", data)
      : data instanceof Value && (data.dtype === "i32" || data.dtype === "u32")
        ? bindOne(cast.to("u32"), data)
        : undefined
  if (number === undefined || number.shape.length > 0 || (typeof data === "number" && !Number.isSafeInteger(data)))
    throw new CotangentError("fold-in", "random.foldIn: takes a key and a whole number, or an i32 or u32 scalar")
  const [x, y] = blocks("foldIn", from, "fold", number)
  return bindOne(wordsToKey.operation, bindOne(concat.along(0), shaped(x, [1]), shaped(y, [1])))
})
