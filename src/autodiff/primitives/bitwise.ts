import { type Binary, binary, cast, constant, type Scalar, unary } from "../program/loop/scalar.ts"
import { type Elementwise, elementwise } from "./elementwise.ts"

const words = { min: 0, max: 1000 }
const bits = (name: string, fn: Binary): Elementwise =>
  elementwise({
    name,
    takes: "bits",
    scalar: (x, y) => binary(fn, x, y),
    values: [words, words],
    dtypes: ["u32", "u32"],
  })
const shift = (name: string, fn: Binary): Elementwise =>
  elementwise({
    name,
    takes: "integer",
    scalar: (x, y) => binary(fn, x, y),
    values: [words, { min: 0, max: 31 }],
    dtypes: ["u32", "u32"],
  })

/** Bitwise and of integers, logical and of bools. */
export const and = bits("and", "and")
/** Bitwise or of integers, logical or of bools. */
export const or = bits("or", "or")
/** Bitwise exclusive or of integers; of bools, whether they differ. */
export const xor = bits("xor", "xor")
/** x shifted left by y modulo 32. */
export const shiftLeft = shift("shiftLeft", "shl")
/** x shifted right by y modulo 32: i32 keeps its sign, u32 brings in zeros. */
export const shiftRight = shift("shiftRight", "shr")
/** How many bits of an integer are set: pairs, fours and eights of bits added side by side. */
export const popCount = elementwise({
  name: "popCount",
  takes: "integer",
  scalar: (x) => {
    const u32 = (n: number): Scalar => constant(n, "u32")
    const and = (a: Scalar, mask: number): Scalar => binary("and", a, u32(mask))
    const right = (a: Scalar, by: number): Scalar => binary("shr", a, u32(by))
    const bits = cast("u32", x)
    const pairs = binary("sub", bits, and(right(bits, 1), 0x55555555))
    const fours = binary("add", and(pairs, 0x33333333), and(right(pairs, 2), 0x33333333))
    const eights = and(binary("add", fours, right(fours, 4)), 0x0f0f0f0f)
    return cast(x.dtype, right(binary("mul", eights, u32(0x01010101)), 24))
  },
  values: [{ min: 0, max: 1e6 }],
  dtypes: ["u32"],
})
/** All bits of an integer turned round; not of a bool. */
export const not = elementwise({
  name: "not",
  takes: "bits",
  scalar: (x) => unary("not", x),
  values: [words],
  dtypes: ["u32"],
})
