/** The cipher's own words. */
import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { xor } from "../../primitives/bitwise.ts"
import { concat } from "../../primitives/concat.ts"
import { keyToWords } from "../../primitives/key-words.ts"
import { slice } from "../../primitives/slice.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Bits, Threefry } from "../../signatures/random.ts"
import { Value } from "../../value.ts"
import { drawWords, encipher, keyValue, shaped } from "./words.ts"

/** A word of 32 random bits for each element, in row-major order. */
export const bitsValue = (op: string, key: unknown, shape: Shape): Value => {
  const [x, y] = drawWords(op, key, shape)
  return shaped(bindOne(xor.operation, x, y), shape)
}
/**
 * 32 random bits for each element of a shape, u32.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.bits(random.key(0), [2]).array())
 * ```
 */
export const bits: Bits = typed((key: unknown, shape: Shape) => bitsValue("bits", key, shape))

/** The cipher itself: counters u32 [..., 2] under a key give as many words. Published as Threefry-2x32-20. */
export const threefry2x32: Threefry = typed((key: unknown, counter: unknown) => {
  const keyWords = bindOne(keyToWords.operation, keyValue("threefry2x32", key))
  const words = counter instanceof Value && counter.dtype === "u32" && counter.shape.at(-1) === 2 ? counter : undefined
  if (words === undefined) throw new DTypeError("counter", "random.threefry2x32: takes a key and counters u32 [..., 2]")
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
  const out = encipher(keyWords, word(0), word(1))
  return bindOne(concat.along(axis), ...out.map((x) => shaped(x, [...words.shape.slice(0, -1), 1])))
})
