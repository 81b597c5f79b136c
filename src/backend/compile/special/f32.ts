/** What the f32 forms of functions are written with: numbers, arithmetic and choices, and no bits, which gpu.js cannot see. */
import {
  binary,
  compare,
  constant,
  type Scalar,
  select,
  type Unary,
  unary,
} from "../../../autodiff/program/loop/scalar.ts"

/** A function of one f32 in terms of simpler ones. */
export type Form = (x: Scalar) => Scalar
export type Forms = Partial<Readonly<Record<Unary, Form>>>

export const f = (x: number): Scalar => constant(Math.fround(x), "f32")
export const add = (a: Scalar, b: Scalar): Scalar => binary("add", a, b)
export const sub = (a: Scalar, b: Scalar): Scalar => binary("sub", a, b)
export const mul = (a: Scalar, b: Scalar): Scalar => binary("mul", a, b)
export const div = (a: Scalar, b: Scalar): Scalar => binary("div", a, b)
export const neg = (x: Scalar): Scalar => unary("neg", x)
export const abs = (x: Scalar): Scalar => unary("abs", x)
export const sqrt = (x: Scalar): Scalar => unary("sqrt", x)
export const exp = (x: Scalar): Scalar => unary("exp", x)
export const log = (x: Scalar): Scalar => unary("log", x)
export const less = (a: Scalar, b: Scalar): Scalar => compare("lt", a, b)
export const equal = (a: Scalar, b: Scalar): Scalar => compare("eq", a, b)
/** The nearest whole number; between two, the one above. */
export const rounded = (x: Scalar): Scalar => unary("floor", add(x, f(0.5)))
/** The polynomial with these coefficients, lowest first. */
export const horner = (x: Scalar, [first = 0, ...rest]: readonly number[]): Scalar =>
  rest.length === 0 ? f(first) : add(mul(horner(x, rest), x), f(first))
/** An odd function of x from its value at |x|; 0, -0 and NaN stay what they are. */
export const odd = (x: Scalar, atSize: Scalar): Scalar =>
  select(less(x, f(0)), neg(atSize), select(less(f(0), x), atSize, x))
/** x + x^3 p(x^2), which is all digits of x and a small correction. */
export const nearZero = (x: Scalar, square: Scalar, p: readonly number[]): Scalar =>
  add(x, mul(mul(x, square), horner(square, p)))
