/** The logarithm of the gamma function and its derivatives in doubles: shifts to where a series converges fast. */

/** Bernoulli's numbers B2, B4, …. */
const bernoulli: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
  854513 / 138,
]
/** zeta(k) - 1 from k = 2 on. */
const zetas: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.490155482836504e-8,
  7.45071178983543e-9, 3.725334024788457e-9,
]
const oneLessEuler = 0.42278433509846713

/** log gamma(2 + z) = (1 - gamma) z + sum (-1)^k (zeta(k) - 1) z^k / k, for |z| up to a half; 0 at 0 to the last digit. */
function aroundTwo(z: number): number {
  let [power, sum] = [z, 0]
  zetas.forEach((zeta, k) => {
    power *= -z
    sum -= (zeta * power) / (k + 2)
  })
  return oneLessEuler * z + sum
}
/** Stirling's series, for x from 8 on. */
function stirling(x: number): number {
  let [sum, power] = [0, x]
  bernoulli.forEach((b, k) => {
    sum += b / ((2 * k + 2) * (2 * k + 1) * power)
    power *= x * x
  })
  return (x - 0.5) * (Math.log(x) - 1) - 0.5 + Math.log(2 * Math.PI) / 2 + sum
}
/** sin(pi x) for x >= 0, 0 at whole numbers. */
const sinPi = (x: number): number => {
  const r = x - 2 * Math.round(x / 2)
  return Math.abs(r) > 0.5 ? Math.sin(Math.PI * (Math.sign(r) - r)) : Math.sin(Math.PI * r)
}

/** log |gamma(x)|; Infinity at 0 and the negative whole numbers. */
export function lgamma(x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY
  if (x < 0) return Math.log(Math.PI / Math.abs(x * sinPi(-x))) - lgamma(-x)
  if (x < 0.5) return aroundTwo(x) - Math.log1p(x) - Math.log(x)
  if (x < 1.5) return aroundTwo(x - 1) - Math.log(x)
  if (x >= 8) return x < Number.POSITIVE_INFINITY ? stirling(x) : x
  let [y, product] = [x, 1]
  while (y >= 2.5) {
    y--
    product *= y
  }
  return aroundTwo(y - 2) + Math.log(product)
}

/** The coefficients, lowest first, of the polynomial in cot(pi x) that the n-th derivative of pi cot(pi x) is. */
export function cotangentPolynomial(n: number): readonly number[] {
  let p: readonly number[] = [0, Math.PI]
  for (let round = 0; round < n; round++) {
    // d cot(pi x) = -pi (1 + cot^2)
    const next = new Array<number>(p.length + 1).fill(0)
    p.forEach((c, k) => {
      if (k === 0) return
      next[k - 1] = (next[k - 1] ?? 0) - Math.PI * k * c
      next[k + 1] = (next[k + 1] ?? 0) - Math.PI * k * c
    })
    p = next
  }
  return p
}
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

/** The coefficients b[k] of the tail's x^-(2 k + 2 + n), after those of x^-n and x^-(n+1): B[2k+2] (2k+1+n)! / (2k+2)!. */
export const polygammaTail = (n: number, terms: number): readonly number[] =>
  bernoulli.slice(0, terms).map((b, k) => (b * factorial(2 * k + 1 + n)) / factorial(2 * k + 2))

/** The n-th derivative of the digamma function. */
export function polygamma(n: number, x: number): number {
  if (x === 0) return n % 2 === 1 ? Number.POSITIVE_INFINITY : -1 / x
  // At the poles both sides have one sign where the order is odd.
  if (x < 0 && Math.floor(x) === x) return n % 2 === 1 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x < 0) {
    // psi(1 - x) - psi(x) = pi cot(pi x), derived n times.
    const c = 1 / Math.tan(Math.PI * (x - Math.round(x)))
    const turned = cotangentPolynomial(n).reduceRight((s, a) => s * c + a, 0)
    return (n % 2 === 0 ? 1 : -1) * polygamma(n, 1 - x) - turned
  }
  let [y, steps] = [x, 0]
  for (; y < 12 + n; y++) steps += y ** -(n + 1)
  if (n === 0) {
    const rest = polygammaTail(0, 11).reduceRight((s, b) => (s + b) / (y * y), 0)
    return x === Number.POSITIVE_INFINITY ? x : Math.log(y) - 1 / (2 * y) - rest - steps
  }
  const far = polygammaTail(n, 11).reduceRight((s, b) => (s + b) / (y * y), 0)
  const size = factorial(n) * steps + y ** -n * (factorial(n - 1) + factorial(n) / (2 * y) + far)
  return n % 2 === 1 ? size : -size
}
