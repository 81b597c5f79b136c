/** What every draw is made of: enciphered counters under a key, and numbers between 0 and 1 made of them. */
import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { DTypeError, internal } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { add } from "../../primitives/add.ts"
import { shiftRight } from "../../primitives/bitwise.ts"
import { cast } from "../../primitives/cast.ts"
import { iota } from "../../primitives/iota.ts"
import { keyToWords } from "../../primitives/key-words.ts"
import { mul } from "../../primitives/mul.ts"
import { reshape } from "../../primitives/reshape.ts"
import { streams, threefry } from "../../primitives/threefry.ts"
import { sizeOf } from "../../program/loop/loop.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import { fromNumber } from "../../tensor.ts"
import type { Tensor } from "../../types/tensor.ts"
import { Value } from "../../value.ts"

/** Floats of a shape that is data here. */
export type Reals = Tensor<Shape, Float>
/** The two words that the cipher makes of a counter. */
export type Words = readonly [x: Value, y: Value]

export function keyValue(op: string, key: unknown): Value {
  if (!(key instanceof Value) || key.dtype !== "key")
    throw new DTypeError(
      "key",
      `random.${op}: takes a key first, got ${key instanceof Value ? `a ${key.dtype} tensor` : Array.isArray(key) ? "an array" : typeof key}; make one with random.key(seed)`,
    )
  if (key.shape.length > 0)
    throw new DTypeError(
      "key",
      `random.${op}: takes one key, got a tensor of keys [${key.shape.join(", ")}]; map over it with vmap`,
    )
  return key
}
/** The key before the shape: where the key was forgotten, the shape stands in its place. */
export function checkDraw(op: string, key: unknown, shape: Shape): void {
  keyValue(op, key)
  checkSizes(`random.${op}`, shape)
}
/** The cipher on counters of a high and a low word. */
export function encipher(keyWords: Value, high: Value, low: Value): Words {
  const [x, y] = bind(threefry.operation, [keyWords, high, low])
  if (x === undefined || y === undefined) throw internal("threefry gives two words")
  return [x, y]
}
/** Enciphered counters: the stream in the high word, what is given in the low one. */
export const blocks = (op: string, key: unknown, stream: keyof typeof streams, low: Value): Words =>
  encipher(bindOne(keyToWords.operation, keyValue(op, key)), u32(streams[stream]), low)
/** One block for each element of a shape, in row-major order, so that a draw depends on how many there are alone. */
export function drawWords(op: string, key: unknown, shape: Shape): Words {
  checkDraw(op, key, shape)
  return blocks(op, key, "draw", counters(sizeOf(shape)))
}
export const counters = (n: number): Value => bindOne(iota.of(n, "u32"))
export const shaped = (x: Value, shape: Shape): Value => bindOne(reshape.to(shape), x)
export const u32 = (n: number): Value => fromNumber("u32", n)
export const times = (x: Value, by: number): Value => bindOne(mul.operation, x, fromNumber(x.type.array.dtype, by))
export const plus = (x: Value, by: number): Value => bindOne(add.operation, x, fromNumber(x.type.array.dtype, by))
/** The upper bits of a word as a float in [0, 2^bits). */
export const upper = (word: Value, bits: number, dtype: Float): Value =>
  bindOne(cast.to(dtype), bindOne(shiftRight.operation, word, u32(32 - bits)))

/** Uniform on [0, 1) with all the bits that the dtype resolves: 24, or 53 from two words. */
export function unit(words: Words, dtype: Float): Value {
  if (dtype === "f32") return times(upper(words[0], 24, "f32"), 2 ** -24)
  return times(bindOne(add.operation, times(upper(words[0], 27, "f64"), 2 ** 26), upper(words[1], 26, "f64")), 2 ** -53)
}
/**
 * Uniform on (0, 1): the middles of 2^23 or 2^52 equal parts, which are exact and lie evenly about a half. So logarithms
 * of u and of 1 - u are finite, and what is odd about a half is drawn symmetrically.
 */
export function open(words: Words, dtype: Float): Value {
  if (dtype === "f32") return times(plus(upper(words[0], 23, "f32"), 0.5), 2 ** -23)
  const bits = bindOne(add.operation, times(upper(words[0], 26, "f64"), 2 ** 26), upper(words[1], 26, "f64"))
  return times(plus(bits, 0.5), 2 ** -52)
}
/** The same for each element of a shape. */
export const openReals = (op: string, key: unknown, shape: Shape, dtype: Float): Reals =>
  typed(shaped(open(drawWords(op, key, shape), dtype), shape))
