/** Scalar functions by their definitions: integrals by Simpson's rule, inverses by bisection, sums of thousands of terms. */
import { one, type Truth, two } from "./plain.ts"

/** The integral of f over [0, x]. */
function integral(f: (t: number) => number, x: number): number {
  const pieces = 2000
  const h = x / pieces
  let total = f(0) + f(x)
  for (let k = 1; k < pieces; k++) total += (k % 2 === 1 ? 4 : 2) * f(k * h)
  return (total * h) / 3
}
export const erf = (x: number): number => (2 / Math.sqrt(Math.PI)) * integral((t) => Math.exp(-t * t), x)
/** Where an increasing function is y. */
export function inverse(f: (x: number) => number, y: number, low: number, high: number): number {
  let [from, to] = [low, high]
  for (let k = 0; k < 60; k++) {
    const middle = (from + to) / 2
    if (f(middle) < y) from = middle
    else to = middle
  }
  return (from + to) / 2
}
/** Gamma(x + n) / (x (x + 1) … (x + n - 1)) with Stirling's formula for x + n. */
export function lgamma(x: number): number {
  let [y, logs] = [x, 0]
  for (let k = 0; k < 40; k++, y++) logs += Math.log(Math.abs(y))
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + 1 / (12 * y) - 1 / (360 * y ** 3) - logs
}
/** (-1)^(n + 1) n! times the sum of (x + k)^-(n + 1), its far end an integral. */
export function polygamma(n: number, x: number): number {
  const many = 400
  const end = x + many
  let total = 0
  for (let k = many - 1; k >= 0; k--) total += (x + k) ** -(n + 1)
  if (n === 0) return Math.log(end) - 1 / (2 * end) - 1 / (12 * end * end) - total
  const rest = end ** -n / n + end ** -(n + 1) / 2 + ((n + 1) * end ** -(n + 2)) / 12
  let factorial = 1
  for (let k = 2; k <= n; k++) factorial *= k
  return (n % 2 === 1 ? 1 : -1) * factorial * (total + rest)
}
/** Of two whole numbers as near, the even one. */
const round = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))

export const scalar: Readonly<
  Record<
    | "tan"
    | "asin"
    | "acos"
    | "atan"
    | "atan2"
    | "sinh"
    | "cosh"
    | "asinh"
    | "acosh"
    | "atanh"
    | "exp2"
    | "expm1"
    | "log2"
    | "log10"
    | "log1p"
    | "cbrt"
    | "round"
    | "trunc"
    | "erf"
    | "erfc"
    | "erfinv"
    | "lgamma"
    | "polygamma"
    | "popCount"
    | "sinc",
    Truth
  >
> = {
  tan: one(Math.tan),
  asin: one(Math.asin),
  acos: one(Math.acos),
  atan: one(Math.atan),
  atan2: two(Math.atan2),
  sinh: one(Math.sinh),
  cosh: one(Math.cosh),
  asinh: one(Math.asinh),
  acosh: one(Math.acosh),
  atanh: one(Math.atanh),
  exp2: one((x) => 2 ** x),
  expm1: one(Math.expm1),
  log2: one(Math.log2),
  log10: one(Math.log10),
  log1p: one(Math.log1p),
  cbrt: one(Math.cbrt),
  round: one(round),
  trunc: one(Math.trunc),
  erf: one(erf),
  erfc: one((x) => 1 - erf(x)),
  erfinv: one((y) => inverse(erf, y, -3, 3)),
  lgamma: one(lgamma),
  sinc: one((x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))),
  popCount: one((x) => [...(x >>> 0).toString(2)].filter((bit) => bit === "1").length),
  polygamma: (operands, { order }) => one((x) => polygamma(Number(order), x))(operands, {}),
}
