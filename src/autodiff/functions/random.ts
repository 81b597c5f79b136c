/** Randomness without state: keys are values, split before they are used, each used once. */

import { typed } from "../boundary.ts"
import type { Float } from "../dtype.ts"
import { CotangentError, DTypeError, internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { add } from "../primitives/add.ts"
import { shiftRight, xor } from "../primitives/bitwise.ts"
import { cast } from "../primitives/cast.ts"
import { less } from "../primitives/compare.ts"
import { concat } from "../primitives/concat.ts"
import { cos } from "../primitives/cos.ts"
import { iota } from "../primitives/iota.ts"
import { keyToWords, wordsToKey } from "../primitives/key-words.ts"
import { log } from "../primitives/log.ts"
import { mul } from "../primitives/mul.ts"
import { rem } from "../primitives/rem.ts"
import { reshape } from "../primitives/reshape.ts"
import { slice } from "../primitives/slice.ts"
import { sort } from "../primitives/sort.ts"
import { sqrt } from "../primitives/sqrt.ts"
import { streams, threefry } from "../primitives/threefry.ts"
import { sizeOf } from "../program/loop/loop.ts"
import { typeOf } from "../program/type.ts"
import { checkSizes } from "../shape/sizes.ts"
import type { Random } from "../signatures/random.ts"
import { fromNumber, fromNumbers } from "../tensor.ts"
import { Value } from "../value.ts"

function keyValue(op: string, key: unknown): Value {
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
function checkDraw(op: string, key: unknown, shape: readonly number[]): void {
  keyValue(op, key)
  checkSizes(`random.${op}`, shape)
}
/** Enciphered counters: the stream in the high word, what is given in the low one. */
function blocks(op: string, key: unknown, stream: keyof typeof streams, low: Value): readonly [Value, Value] {
  const words = bindOne(keyToWords.operation, keyValue(op, key))
  const [x, y] = bind(threefry.operation, [words, fromNumber("u32", streams[stream]), low])
  if (x === undefined || y === undefined) throw internal("threefry gives two words")
  return [x, y]
}
const counters = (n: number): Value => bindOne(iota.of(n, "u32"))
const shaped = (x: Value, shape: readonly number[]): Value => bindOne(reshape.to(shape), x)
const u32 = (n: number): Value => fromNumber("u32", n)
const times = (x: Value, by: number): Value => bindOne(mul.operation, x, fromNumber(x.type.array.dtype, by))
const plus = (x: Value, by: number): Value => bindOne(add.operation, x, fromNumber(x.type.array.dtype, by))
/** The upper bits of a word as a float in [0, 2^bits). */
const upper = (word: Value, bits: number, dtype: Float): Value =>
  bindOne(cast.to(dtype), bindOne(shiftRight.operation, word, u32(32 - bits)))

/** Uniform on [0, 1) with all the bits that the dtype resolves: 24, or 53 from two words. */
function unit(words: readonly [Value, Value], dtype: Float): Value {
  if (dtype === "f32") return times(upper(words[0], 24, "f32"), 2 ** -24)
  return times(bindOne(add.operation, times(upper(words[0], 27, "f64"), 2 ** 26), upper(words[1], 26, "f64")), 2 ** -53)
}

function keyRows(key: unknown, count: number, op: string): Value {
  keyValue(op, key)
  if (!Number.isSafeInteger(count) || count < 0)
    throw new CotangentError("count", `random.${op}: the number of keys must be whole, got ${count}`)
  const [x, y] = blocks(op, key, "split", counters(count))
  return bindOne(concat.along(1), shaped(x, [count, 1]), shaped(y, [count, 1]))
}

interface Range {
  readonly low?: number
  readonly high?: number
  readonly dtype?: Float
}

const functions = {
  key: (seed: number): Value => {
    if (!Number.isSafeInteger(seed))
      throw new CotangentError("seed", `random.key: the seed must be a whole number, got ${seed}`)
    const words = new Uint32Array([Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0])
    return fromNumbers(typeOf("key", []), words)
  },
  split: (key: unknown, count = 2): readonly Value[] => {
    const rows = keyRows(key, count, "split")
    return Array.from({ length: count }, (_, k) =>
      bindOne(
        wordsToKey.operation,
        shaped(bindOne(slice.window({ start: [k, 0], step: [1, 1], size: [1, 2] }), rows), [2]),
      ),
    )
  },
  keys: (key: unknown, count: number): Value => bindOne(wordsToKey.operation, keyRows(key, count, "keys")),
  foldIn: (key: unknown, data: unknown): Value => {
    keyValue("foldIn", key)
    const number =
      typeof data === "number"
        ? fromNumber("u32", data)
        : data instanceof Value && (data.dtype === "i32" || data.dtype === "u32")
          ? bindOne(cast.to("u32"), data)
          : undefined
    if (number === undefined || number.shape.length > 0 || (typeof data === "number" && !Number.isSafeInteger(data)))
      throw new CotangentError("fold-in", "random.foldIn: takes a key and a whole number, or an i32 or u32 scalar")
    const [x, y] = blocks("foldIn", key, "fold", number)
    return bindOne(wordsToKey.operation, bindOne(concat.along(0), shaped(x, [1]), shaped(y, [1])))
  },
  bits: (key: unknown, shape: readonly number[]): Value => {
    checkDraw("bits", key, shape)
    const [x, y] = blocks("bits", key, "draw", counters(sizeOf(shape)))
    return shaped(bindOne(xor.operation, x, y), shape)
  },
  uniform: (key: unknown, shape: readonly number[], options: Range = {}): Value => {
    checkOptions("random.uniform", options, ["low", "high", "dtype"])
    const { low = 0, high = 1, dtype = "f32" } = options
    checkDraw("uniform", key, shape)
    if (!(low < high))
      throw new CotangentError("range", `random.uniform: low must be below high, got ${low} and ${high}`)
    const u = unit(blocks("uniform", key, "draw", counters(sizeOf(shape))), dtype)
    return shaped(low === 0 && high === 1 ? u : plus(times(u, high - low), low), shape)
  },
  /** Box and Muller, "A note on the generation of random normal deviates", 1958: one block of two words per number. */
  normal: (key: unknown, shape: readonly number[], options: Range = {}): Value => {
    checkOptions("random.normal", options, ["dtype"])
    const { dtype = "f32" } = options
    checkDraw("normal", key, shape)
    const [x, y] = blocks("normal", key, "draw", counters(sizeOf(shape)))
    const bits = dtype === "f32" ? 24 : 32
    // From (0, 1], so that the logarithm is finite.
    const radius = times(plus(upper(x, bits, dtype), 1), 2 ** -bits)
    const angle = times(upper(y, bits, dtype), 2 ** -bits * 2 * Math.PI)
    const length = bindOne(sqrt.operation, times(bindOne(log.operation, radius), -2))
    return shaped(bindOne(mul.operation, length, bindOne(cos.operation, angle)), shape)
  },
  bernoulli: (key: unknown, shape: readonly number[], options: { readonly p?: number } = {}): Value => {
    checkOptions("random.bernoulli", options, ["p"])
    const { p = 0.5 } = options
    checkDraw("bernoulli", key, shape)
    const u = unit(blocks("bernoulli", key, "draw", counters(sizeOf(shape))), "f32")
    return shaped(bindOne(less.operation, u, fromNumber("f32", p)), shape)
  },
  randint: (key: unknown, shape: readonly number[], options: Range = {}): Value => {
    checkOptions("random.randint", options, ["low", "high"])
    const { low = 0, high = Number.NaN } = options
    checkDraw("randint", key, shape)
    if (!Number.isInteger(low) || !Number.isInteger(high) || !(low < high) || high - low > 2 ** 31)
      throw new CotangentError(
        "range",
        `random.randint: takes whole numbers { low, high } with low below high and at most 2^31 apart, got ${low} and ${high}`,
      )
    const [x, y] = blocks("randint", key, "draw", counters(sizeOf(shape)))
    // A remainder of 32 bits favours small numbers by at most (high - low) / 2^32.
    const offset = bindOne(rem.operation, bindOne(xor.operation, x, y), u32(high - low))
    return shaped(plus(bindOne(cast.to("i32"), offset), low), shape)
  },
  permutation: (key: unknown, count: number): Value => {
    checkDraw("permutation", key, [count])
    const [x, y] = blocks("permutation", key, "draw", counters(count))
    const [, order] = bind(sort.operation, [bindOne(xor.operation, x, y)])
    if (order === undefined) throw internal("sort gives positions")
    return order
  },
  threefry2x32: (key: unknown, counter: unknown): Value => {
    const keyWords = bindOne(keyToWords.operation, keyValue("threefry2x32", key))
    const words =
      counter instanceof Value && counter.dtype === "u32" && counter.shape.at(-1) === 2 ? counter : undefined
    if (words === undefined)
      throw new DTypeError("counter", "random.threefry2x32: takes a key and counters u32 [..., 2]")
    const axis = words.shape.length - 1
    const word = (k: number): Value =>
      shaped(
        bindOne(
          slice.window({
            start: words.shape.map((_, d) => (d === axis ? k : 0)),
            step: words.shape.map(() => 1),
            size: [...words.shape.slice(0, -1), 1],
          }),
          words,
        ),
        words.shape.slice(0, -1),
      )
    const out = bind(threefry.operation, [keyWords, word(0), word(1)])
    return bindOne(concat.along(axis), ...out.map((x) => shaped(x, [...words.shape.slice(0, -1), 1])))
  },
}

/**
 * Splittable Threefry-2x32 keys and what is drawn from them. The same key gives the same bits on every engine. A key is
 * used once: split it for every further draw.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * const [a, b] = random.split(random.key(0))
 * console.log(await random.normal(a, [2]).array(), await random.uniform(b, [2]).array())
 * ```
 */
export const random: Random = typed(functions)
