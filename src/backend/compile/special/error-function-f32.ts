/** erf, erfc and the inverse of erf in f32. The coefficients are minimax fits by Lawson's iteration. */
import { type Scalar, select } from "../../../autodiff/program/loop/scalar.ts"
import { abs, add, div, exp, type Form, f, horner, less, log, mul, neg, odd, rounded, sqrt, sub } from "./f32.ts"

/** x + x p(x^2), for |x| up to 1. */
const erfNearZero = (x: Scalar): Scalar => {
  const p = horner(
    mul(x, x),
    [0.1283791661, -0.3761262596, 0.1128358543, -0.026853811, 0.005188327748, -0.0008010193706, 7.853860734e-5],
  )
  return add(x, mul(x, p))
}
/** erfc(x) for x from 0.46: exp(-x^2) p(t) / (1 + 2 x) with t = (x - 2) / (x + 2). */
function erfcTail(x: Scalar): Scalar {
  const p = horner(
    div(sub(x, f(2)), add(x, f(2))),
    [
      1.276978374, -0.09276376665, -0.1660309583, 0.1640489101, -0.0542091094, -0.008008331992, 0.008648758754,
      0.001159722451, -0.001250064815, -0.0002457564115,
    ],
  )
  // An error of the exponent is a relative error of the result: sixteenths have exact squares, and the rest is small.
  const high = mul(f(1 / 16), rounded(mul(f(16), x)))
  const bell = mul(exp(neg(mul(high, high))), exp(neg(mul(sub(x, high), add(x, high)))))
  return mul(bell, div(p, add(f(1), add(x, x))))
}
/** From here on erfc is 0. */
const held = (size: Scalar): Scalar => select(less(f(10.3), size), f(10.3), size)

export const erf: Form = (x) => {
  const size = abs(x)
  return odd(x, select(less(size, f(1)), erfNearZero(size), sub(f(1), erfcTail(held(size)))))
}
export const erfc: Form = (x) => {
  const size = abs(x)
  const tail = erfcTail(held(size))
  const far = select(less(x, f(0)), sub(f(2), tail), tail)
  return select(less(size, f(0.5)), sub(f(1), erfNearZero(x)), far)
}

/**
 * x p(w) with w = -log(1 - x^2), or q(sqrt w) where x is next to 1.
 *
 * Giles, "Approximating the erfinv function" (GPU Computing Gems, 2012), section 10.3; the fits are our own.
 */
export const erfinv: Form = (x) => {
  const w = neg(log(mul(sub(f(1), x), add(f(1), x))))
  const near = horner(
    sub(w, f(2.5)),
    [
      1.501409411, 0.2466402799, -0.004177386872, -0.001252741902, 0.0002183444449, -4.963345418e-6, -3.462704399e-6,
      4.661701496e-7, 2.323262116e-8, -8.791020356e-9,
    ],
  )
  const far = horner(
    sub(sqrt(w), f(3)),
    [
      2.832976818, 1.001674056, 0.009438510984, -0.007621767931, 0.005742366426, -0.003674913663, 0.001342916046,
      0.0001017690738, -0.0001959783986,
    ],
  )
  const value = mul(x, select(less(w, f(5)), near, far))
  return select(less(abs(x), f(1)), value, mul(neg(x), log(sub(f(1), abs(x)))))
}
