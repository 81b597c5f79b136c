/** Hyperbolic functions, exp(x) - 1 and log(1 + x) in f32, each with all its digits next to 0. */
import { binary, type Scalar, select } from "../../../autodiff/program/loop/scalar.ts"
import { abs, add, div, equal, exp, type Form, f, horner, less, log, mul, nearZero, odd, sqrt, sub } from "./f32.ts"

export const expm1: Form = (x) => {
  const p = horner(
    x,
    [0.5, 0.1666667312, 0.04166661948, 0.008332601748, 0.001389048528, 0.0002010056487, 2.478078022e-5],
  )
  const near = select(equal(x, f(0)), x, add(x, mul(mul(x, x), p)))
  return select(less(abs(x), f(0.7)), near, sub(exp(x), f(1)))
}

/** The polynomial of the logarithm (compile/lower.ts) on [1/sqrt 2, sqrt 2]; beyond, 1 + x loses nothing that counts. */
export const log1p: Form = (x) => {
  const q = horner(
    x,
    [
      0.3333333135, -0.2500082254, 0.2000123411, -0.1662329882, 0.1420155317, -0.1316058189, 0.1276332587,
      -0.07635653019,
    ],
  )
  const square = mul(x, x)
  const near = add(x, sub(mul(mul(x, square), q), mul(f(0.5), square)))
  const isNear = binary("and", less(x, f(0.4142135)), less(f(-0.2928932), x))
  return select(isNear, near, log(add(f(1), x)))
}

/** exp(|x|) / 2 as a product of halves, which overflows where the result does. */
const halfOfExp = (size: Scalar): Scalar => {
  const root = exp(mul(f(0.5), size))
  return mul(mul(f(0.5), root), root)
}
export const sinh: Form = (x) => {
  const size = abs(x)
  const near = nearZero(size, mul(x, x), [0.1666666716, 0.0083333496, 0.0001983615948, 2.816951337e-6])
  const half = halfOfExp(size)
  return odd(x, select(less(size, f(1)), near, sub(half, div(f(0.25), half))))
}
export const cosh: Form = (x) => {
  const half = halfOfExp(abs(x))
  return add(half, div(f(0.25), half))
}

/** Of numbers whose square would overflow, the logarithm of twice the number. */
const large = 1e9
export const asinh: Form = (x) => {
  const size = abs(x)
  const square = mul(size, size)
  const near = log1p(add(size, div(square, add(f(1), sqrt(add(square, f(1)))))))
  return odd(x, select(less(size, f(large)), near, add(log(size), f(Math.LN2))))
}
export const acosh: Form = (x) => {
  const above = sub(x, f(1))
  const near = log1p(add(above, mul(sqrt(above), sqrt(add(x, f(1))))))
  return select(less(f(large), x), add(log(x), f(Math.LN2)), near)
}
export const atanh: Form = (x) => {
  const size = abs(x)
  return odd(x, mul(f(0.5), log1p(div(add(size, size), sub(f(1), size)))))
}
