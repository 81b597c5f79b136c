/** log |gamma|, digamma and its derivatives in f32, by shifts to where a fit or a short series holds. */
import { type Scalar, select, unary } from "../../../autodiff/program/loop/scalar.ts"
import { abs, add, div, equal, type Form, f, horner, less, log, mul, neg, rounded, sub } from "./f32.ts"
import { cotangentPolynomial, polygammaTail } from "./gamma.ts"

/** x less the whole number next to it; 0 where f32 has whole numbers only. */
const offWhole = (x: Scalar): Scalar => select(less(abs(x), f(2 ** 23)), sub(x, rounded(x)), f(0))
const sine = (r: Scalar): Scalar => unary("sin", mul(f(Math.PI), r))
/** 0 or below: there a function is reflected at 1/2. */
const isLow = (x: Scalar): Scalar => less(x, f(0))

/** Goes down in steps of 1 while y is at least `from`, at most `steps` times; `gather` sees each y on the way. */
function descend(
  x: Scalar,
  { from, steps }: { readonly from: number; readonly steps: number },
  start: Scalar,
  gather: (total: Scalar, y: Scalar) => Scalar,
): readonly [y: Scalar, total: Scalar] {
  let [y, total] = [x, start]
  for (let k = 0; k < steps; k++) {
    const goes = less(y, f(from))
    const next = sub(y, f(1))
    total = select(goes, total, gather(total, next))
    y = select(goes, y, next)
  }
  return [y, total]
}

export const lgamma: Form = (x) => {
  const a = select(isLow(x), sub(f(1), x), x)
  const [tiny, low] = [less(a, f(0.5)), less(a, f(1.5))]
  const [y, below] = descend(a, { from: 2.5, steps: 4 }, f(1), mul)
  // z is exact: next to 1 and 2, where the function is 0, so is its first digit.
  const z = select(tiny, a, select(low, sub(a, f(1)), sub(y, f(2))))
  const product = select(tiny, mul(a, add(f(1), a)), select(low, a, below))
  const isFar = less(f(6), a)
  const logarithm = log(select(isFar, a, product))
  const q = horner(
    z,
    [
      0.4227843285, 0.3224670291, -0.06735228002, 0.02058073506, -0.007386158686, 0.002891732613, -0.001185959321,
      0.0005015165661, -0.0002536186075, 0.0001223643631,
    ],
  )
  const near = add(mul(z, q), select(low, neg(logarithm), logarithm))
  const w = div(f(1), a)
  const series = mul(w, horner(mul(w, w), [1 / 12, -1 / 360, 1 / 1260]))
  const far = add(mul(sub(a, f(0.5)), sub(logarithm, f(1))), add(series, f(Math.log(2 * Math.PI) / 2 - 0.5)))
  const value = select(isFar, far, near)
  const s = abs(sine(offWhole(x)))
  const turned = select(equal(s, f(0)), f(Number.POSITIVE_INFINITY), neg(add(log(div(s, f(Math.PI))), value)))
  return select(isLow(x), turned, value)
}

/** The one zero of digamma above 0, in two parts of which the first is short in decimals too, and digamma over the distance from it, around 3/2. */
const [zero, zeroRest] = [1.4609375, 6.946449683623413e-4]
const overDistance: readonly number[] = [
  0.9510558844, -0.4236274958, 0.2405426204, -0.1483987868, 0.09498208016, -0.06205707788, 0.04087935761,
  -0.02578101121, 0.01698031463, -0.01638409682, 0.0111188041,
]
function digamma(x: Scalar): Scalar {
  const a = select(isLow(x), sub(f(1), x), x)
  const low = less(a, f(1))
  const [inner, above] = descend(a, { from: 2, steps: 4 }, f(0), (total, y) => add(total, div(f(1), y)))
  const y = select(low, add(a, f(1)), inner)
  const distance = sub(sub(y, f(zero)), f(zeroRest))
  const r = horner(sub(y, f(1.5)), overDistance)
  const near = add(mul(distance, r), select(low, div(f(-1), a), above))
  const w = div(f(1), a)
  const series = mul(mul(w, w), horner(mul(w, w), [1 / 12, -1 / 120, 1 / 252]))
  const far = sub(log(a), add(mul(f(0.5), w), series))
  const value = select(less(f(6), a), far, near)
  return select(isLow(x), sub(value, mul(f(Math.PI), cotangent(x, 0))), value)
}
/** cot(pi x); at its poles both sides have one sign where the order is odd, and there is no value where it is even. */
function cotangent(x: Scalar, order: number): Scalar {
  const r = offWhole(x)
  const value = div(unary("cos", mul(f(Math.PI), r)), sine(r))
  return order % 2 === 1 ? value : select(equal(r, f(0)), f(Number.NaN), value)
}

/** (-1)^(n + 1) times n! (the sum of (x + k)^-(n + 1)) for a few k, and the rest by Euler and Maclaurin. */
function ofOrder(n: number, x: Scalar): Scalar {
  const a = select(isLow(x), sub(f(1), x), x)
  const steps = n + 5
  let total: Scalar = f(0)
  // The small ones first.
  for (let k = steps - 1; k >= 0; k--) total = add(total, power(div(f(1), add(a, f(k))), n + 1))
  const w = div(f(1), add(a, f(steps)))
  const rest = mul(mul(w, w), horner(mul(w, w), polygammaTail(n, 5)))
  const far = add(add(rest, mul(f(factorial(n) / 2), w)), f(factorial(n - 1)))
  const size = add(mul(power(w, n), far), mul(f(factorial(n)), total))
  const value = n % 2 === 1 ? size : neg(size)
  const turned = horner(cotangent(x, n), cotangentPolynomial(n))
  return select(isLow(x), sub(n % 2 === 1 ? neg(value) : value, turned), value)
}
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
const power = (x: Scalar, n: number): Scalar =>
  n === 1 ? x : n % 2 === 0 ? power(mul(x, x), n / 2) : mul(x, power(mul(x, x), (n - 1) / 2))

export const polygamma = (n: number, x: Scalar): Scalar => (n === 0 ? digamma(x) : ofOrder(n, x))
