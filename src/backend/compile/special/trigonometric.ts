/** tan and the inverse functions of angles in f32. The coefficients are minimax fits by Lawson's iteration. */
import { binary, type Scalar, select, unary } from "../../../autodiff/program/loop/scalar.ts"
import { abs, add, div, equal, type Form, f, less, mul, nearZero, neg, odd, rounded, sqrt, sub } from "./f32.ts"

/** On r = x - n pi/2; where the products of n are no longer exact, the quotient of what the engine has. */
export const tan: Form = (x) => {
  const n = rounded(mul(x, f(2 / Math.PI)))
  const parts = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5633440682570896e-12]
  const r = parts.reduce<Scalar>((s, part) => sub(s, mul(n, f(part))), x)
  const t = nearZero(
    r,
    mul(r, r),
    [0.3333314359, 0.1333914101, 0.05338250473, 0.02453440428, 0.002950330731, 0.009487081319],
  )
  const half = mul(n, f(0.5))
  const turned = select(less(unary("floor", half), half), neg(div(f(1), t)), t)
  const value = select(equal(x, f(0)), x, turned)
  return select(less(abs(x), f(12000)), value, div(unary("sin", x), unary("cos", x)))
}

const arcsineNearZero = (x: Scalar): Scalar =>
  nearZero(x, mul(x, x), [0.166667521, 0.07495297492, 0.04547037557, 0.02417951636, 0.04216630757])
/** pi/2 as an f32 and what that leaves. */
const [quarter, rest] = [1.5707963705062866, -4.371139000186241e-8]

/** Beyond a half, asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)), which has all its digits next to 1. */
export const asin: Form = (x) => {
  const size = abs(x)
  const far = less(f(0.5), size)
  const chord = sqrt(mul(f(0.5), sub(f(1), size)))
  const value = arcsineNearZero(select(far, chord, size))
  return odd(x, select(far, sub(f(quarter), sub(add(value, value), f(rest))), value))
}
export const acos: Form = (x) => {
  const size = abs(x)
  const far = less(f(0.5), size)
  const chord = sqrt(mul(f(0.5), sub(f(1), size)))
  const value = arcsineNearZero(select(far, chord, x))
  const twice = add(value, value)
  const beyond = select(less(x, f(0)), sub(f(2 * quarter), sub(twice, f(2 * rest))), twice)
  return select(far, beyond, sub(f(quarter), sub(value, f(rest))))
}

/** For x >= 0: on [0, tan pi/8], what is above turned by pi/4 or pi/2. */
function arctangent(x: Scalar): Scalar {
  const [high, middle] = [less(f(2.414213562), x), less(f(0.4142135624), x)]
  const inner = select(high, div(f(-1), x), select(middle, div(sub(x, f(1)), add(x, f(1))), x))
  const value = nearZero(
    inner,
    mul(inner, inner),
    [-0.3333331347, 0.199984163, -0.1424241513, 0.1058512256, -0.06055221707],
  )
  const by = (whole: number, low: number): Scalar => add(f(whole), add(value, f(low)))
  return select(high, by(quarter, rest), select(middle, by(quarter / 2, rest / 2), value))
}
export const atan: Form = (x) => odd(x, arctangent(abs(x)))

/** The angle of (x, y), by octants; the sign of a 0 says on which side of the axis it lies. */
export function atan2(y: Scalar, x: Scalar): Scalar {
  const [height, width] = [abs(y), abs(x)]
  const steep = less(width, height)
  const [small, large] = [select(steep, width, height), select(steep, height, width)]
  // 0 / 0 is an angle of 0, Infinity / Infinity one of pi/4.
  const quotient = select(equal(small, large), select(equal(large, f(0)), f(0), f(1)), div(small, large))
  const angle = arctangent(quotient)
  const first = select(steep, sub(f(quarter), sub(angle, f(rest))), angle)
  const upper = select(isNegative(x), sub(f(2 * quarter), sub(first, f(2 * rest))), first)
  const value = select(isNegative(y), neg(upper), upper)
  // A comparison with NaN holds no octant.
  return select(binary("and", equal(x, x), equal(y, y)), value, add(x, y))
}
const isNegative = (x: Scalar): Scalar =>
  binary("or", less(x, f(0)), binary("and", equal(x, f(0)), less(div(f(1), x), f(0))))
