import { type Binary, binary, unary } from "../program/loop/scalar.ts"
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
/** All bits of an integer turned round; not of a bool. */
export const not = elementwise({
  name: "not",
  takes: "bits",
  scalar: (x) => unary("not", x),
  values: [words],
  dtypes: ["u32"],
})
