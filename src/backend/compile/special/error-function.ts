/** erf, erfc and the inverse of erf in doubles, to a few units in the last place: plain series, and right before fast. */

const twoOverRootPi = 2 / Math.sqrt(Math.PI)

/** exp(-x^2); x^2 in two parts, because an error of the exponent is a relative error of the result. */
function bell(x: number): number {
  // 26 bits of x, whose square is exact.
  const high = Math.fround(x)
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high))
}
/** 2 / sqrt(pi) exp(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + …), whose terms all have one sign. */
function series(x: number): number {
  let [term, sum] = [x, x]
  for (let k = 1; Math.abs(term) > Math.abs(sum) * 1e-17 && k < 200; k++) {
    term *= (x * x) / (k + 0.5)
    sum += term
  }
  return twoOverRootPi * bell(x) * sum
}
/** exp(-x^2) / sqrt(pi) over the continued fraction x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))), for x from 1 on. */
function tail(x: number): number {
  let fraction = x
  for (let k = Math.ceil(10 + 220 / (x * x)); k > 0; k--) fraction = x + k / 2 / fraction
  return bell(x) / (Math.sqrt(Math.PI) * fraction)
}

export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 2) return series(x)
  return size > 6 ? Math.sign(x) : Math.sign(x) * (1 - tail(size))
}
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x)
  // Beyond 27.3 it is less than the smallest double.
  return x < 1 ? 1 - series(x) : x > 28 ? 0 : tail(x)
}

/** Where erf(y) = x: from a rough start by Newton's method, on erfc where erf has run out of digits. */
export function erfinv(x: number): number {
  const size = Math.abs(x)
  if (!(size < 1)) return size === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN
  if (size < 1e-8) return x / twoOverRootPi
  const w = -Math.log1p(-size * size)
  // Winitzki's: two in a thousand at worst.
  const a = 2 / (Math.PI * 0.147) - w / 2
  let y = Math.sqrt(Math.sqrt(a * a + w / 0.147) - a)
  for (let round = 0; round < 5; round++) {
    const miss = size < 0.5 ? erf(y) - size : 1 - size - erfc(y)
    const step = miss / (twoOverRootPi * bell(y))
    // Halley's correction: the second derivative is -2 y times the first.
    y -= step / (1 + y * step)
  }
  return x < 0 ? -y : y
}
