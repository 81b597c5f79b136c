import { DTypeError } from "../errors.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, constant, load, type Scalar } from "../program/loop/scalar.ts"
import { broadcastShapes } from "../shape/broadcast.ts"
import { aligned } from "./elementwise.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

/** Which family of counters a draw uses, so that the same key's split and draws share no block. */
export const streams = { draw: 0, split: 1, fold: 2 } as const

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

/** Twenty rounds on one counter of two words under a key of two words. */
function encipher(k0: Scalar, k1: Scalar, c0: Scalar, c1: Scalar): readonly [Scalar, Scalar] {
  const u32 = (v: number): Scalar => constant(v, "u32")
  const rotate = (x: Scalar, r: number): Scalar => binary("or", binary("shl", x, u32(r)), binary("shr", x, u32(32 - r)))
  const schedule = [k0, k1, binary("xor", binary("xor", k0, k1), u32(0x1bd11bda))] as const
  const word = (at: number): Scalar => schedule[(at % 3) as 0 | 1 | 2]
  let [x, y] = [binary("add", c0, k0), binary("add", c1, k1)]
  for (let round = 0; round < 20; round++) {
    x = binary("add", x, y)
    y = binary("xor", rotate(y, rotations[((round >> 2) & 1) as 0 | 1][(round & 3) as 0 | 1 | 2 | 3]), x)
    if ((round & 3) !== 3) continue
    const injection = (round >> 2) + 1
    x = binary("add", x, word(injection))
    y = binary("add", binary("add", y, word(injection + 1)), u32(injection))
  }
  return [x, y]
}
const operation = loopOperation("threefry", {}, (types) => {
  const [key, high, low] = [operand("threefry", types[0]), operand("threefry", types[1]), operand("threefry", types[2])]
  for (const t of [key, high, low])
    if (t.dtype !== "u32")
      throw new DTypeError("dtype", `threefry: takes u32 words, got ${t.dtype}`, { dtype: t.dtype })
  const inputs = inputsOf([key, high, low])
  return mapLoop(inputs, broadcastShapes("threefry", high.shape, low.shape), (...i) => {
    const [k, h, l] = inputs
    if (k === undefined || h === undefined || l === undefined) return []
    return encipher(load(k, [constant(0)]), load(k, [constant(1)]), load(h, aligned(h, i)), load(l, aligned(l, i)))
  })
})
const values: Values = { min: 0, max: 2 ** 32 - 1 }
/**
 * Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): the key's two words
 * `[2]` encipher counters (high, low), which broadcast; two results of their shape.
 */
export const threefry: Entry & { readonly operation: typeof operation } = {
  name: "threefry",
  operation,
  cases: [
    {
      operation,
      operands: [
        { shape: [2], dtype: "u32", values },
        { shape: [], dtype: "u32", values },
        { shape: [5], dtype: "u32", values },
      ],
    },
  ],
}
