/** The functions whose errors are measured, where, and against what. */
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  ceil,
  cos,
  cosh,
  digamma,
  div,
  erf,
  erfc,
  erfinv,
  exp,
  exp2,
  expm1,
  type F32,
  floor,
  lgamma,
  log,
  log1p,
  log2,
  log10,
  maximum,
  minimum,
  mul,
  polygamma,
  pow,
  round,
  sin,
  sinh,
  sqrt,
  sub,
  tan,
  tanh,
  trunc,
} from "cotangent"
import { erfc as erfcOf, erfinv as erfinvOf, erf as erfOf } from "../../src/backend/compile/special/error-function.ts"
import { lgamma as lgammaOf, polygamma as polygammaOf } from "../../src/backend/compile/special/gamma.ts"
import { roundHalfToEven } from "../../src/backend/compile/special/rounding.ts"

export type Vector = F32<readonly [number]>
export interface Subject {
  readonly name: string
  readonly of: (x: Vector, y: Vector) => Vector
  readonly exact: (x: number, y: number) => number
  /** Where it is measured, for the page; `x` and `y` draw from there, by numbers in [0, 1). */
  readonly range: string
  readonly x: (t: number) => number
  readonly y?: (t: number) => number
  /** Whether it is part of another, whose edges are its own. */
  readonly part?: boolean
}

const between =
  (low: number, high: number) =>
  (t: number): number =>
    low + (high - low) * t
/** Powers of 2 between two, with a sign that changes from one to the next. */
const sizes =
  (low: number, high: number) =>
  (t: number): number =>
    2 ** between(low, high)(t) * (Math.floor(t * 4096) % 2 === 0 ? 1 : -1)
const positive = (low: number, high: number) => (t: number) => Math.abs(sizes(low, high)(t))
const all = { range: "2^-60 … 2^60, both signs", x: sizes(-60, 60), y: sizes(-60, 60) } as const
const moderate = { range: "-1000 … 1000", x: between(-1000, 1000), y: between(-999, 998) } as const

export const subjects: readonly Subject[] = [
  { name: "add", of: (x, y) => add(x, y), exact: (x, y) => Math.fround(x + y), ...all },
  { name: "sub", of: (x, y) => sub(x, y), exact: (x, y) => Math.fround(x - y), ...all },
  { name: "mul", of: (x, y) => mul(x, y), exact: (x, y) => x * y, ...all },
  { name: "div", of: (x, y) => div(x, y), exact: (x, y) => x / y, ...all },
  { name: "maximum", of: (x, y) => maximum(x, y), exact: Math.max, ...moderate },
  { name: "minimum", of: (x, y) => minimum(x, y), exact: Math.min, ...moderate },
  { name: "abs", of: (x) => abs(x), exact: Math.abs, range: moderate.range, x: moderate.x },
  { name: "floor", of: (x) => floor(x), exact: Math.floor, range: moderate.range, x: moderate.x },
  { name: "ceil", of: (x) => ceil(x), exact: Math.ceil, range: moderate.range, x: moderate.x },
  { name: "sqrt", of: (x) => sqrt(x), exact: Math.sqrt, range: "2^-120 … 2^120", x: positive(-120, 120) },
  { name: "exp", of: (x) => exp(x), exact: Math.exp, range: "-87 … 88", x: between(-87, 88) },
  { name: "log", of: (x) => log(x), exact: Math.log, range: "2^-120 … 2^120", x: positive(-120, 120) },
  { name: "sin", of: (x) => sin(x), exact: Math.sin, range: "-100 … 100", x: between(-100, 100) },
  { name: "cos", of: (x) => cos(x), exact: Math.cos, range: "-100 … 100", x: between(-100, 100) },
  { name: "tanh", of: (x) => tanh(x), exact: Math.tanh, range: "-10 … 10", x: between(-10, 10) },
  { name: "tan", of: (x) => tan(x), exact: Math.tan, range: "-100 … 100", x: between(-100, 100) },
  { name: "asin", of: (x) => asin(x), exact: Math.asin, range: "-1 … 1", x: between(-1, 1) },
  { name: "acos", of: (x) => acos(x), exact: Math.acos, range: "-1 … 1", x: between(-1, 1) },
  { name: "atan", of: (x) => atan(x), exact: Math.atan, range: all.range, x: all.x },
  { name: "atan2", of: (x, y) => atan2(x, y), exact: Math.atan2, ...moderate },
  { name: "sinh", of: (x) => sinh(x), exact: Math.sinh, range: "-88 … 88", x: between(-88, 88) },
  { name: "cosh", of: (x) => cosh(x), exact: Math.cosh, range: "-88 … 88", x: between(-88, 88) },
  { name: "asinh", of: (x) => asinh(x), exact: Math.asinh, range: all.range, x: all.x },
  { name: "acosh", of: (x) => acosh(x), exact: Math.acosh, range: "1 … 100", x: between(1, 100) },
  { name: "atanh", of: (x) => atanh(x), exact: Math.atanh, range: "-1 … 1", x: between(-1, 1) },
  { name: "exp2", of: (x) => exp2(x), exact: (x) => 2 ** x, range: "-125 … 127", x: between(-125, 127) },
  { name: "expm1", of: (x) => expm1(x), exact: Math.expm1, range: "-10 … 88", x: between(-10, 88) },
  { name: "log2", of: (x) => log2(x), exact: Math.log2, range: "2^-120 … 2^120", x: positive(-120, 120) },
  { name: "log10", of: (x) => log10(x), exact: Math.log10, range: "2^-120 … 2^120", x: positive(-120, 120) },
  { name: "log1p", of: (x) => log1p(x), exact: Math.log1p, range: "-0.99 … 10", x: between(-0.99, 10) },
  { name: "cbrt", of: (x) => cbrt(x), exact: Math.cbrt, range: all.range, x: all.x },
  { name: "round", of: (x) => round(x), exact: roundHalfToEven, range: moderate.range, x: moderate.x },
  { name: "trunc", of: (x) => trunc(x), exact: Math.trunc, range: moderate.range, x: moderate.x },
  { name: "erf", of: (x) => erf(x), exact: erfOf, range: "-4 … 4", x: between(-4, 4) },
  { name: "erfc", of: (x) => erfc(x), exact: erfcOf, range: "-3 … 9", x: between(-3, 9) },
  { name: "erfinv", of: (x) => erfinv(x), exact: erfinvOf, range: "-1 … 1", x: between(-1, 1) },
  { name: "lgamma", of: (x) => lgamma(x), exact: lgammaOf, range: "0 … 100", x: between(0.001, 100) },
  { name: "digamma", of: (x) => digamma(x), exact: (x) => polygammaOf(0, x), range: "0 … 100", x: between(0.001, 100) },
  {
    name: "trigamma",
    of: (x) => polygamma(1, x),
    exact: (x) => polygammaOf(1, x),
    range: "0 … 100",
    x: between(0.001, 100),
  },
  {
    name: "pow",
    of: (x, y) => pow(x, y),
    exact: (x, y) => x ** y,
    range: "0.1 … 10, to the power -5 … 5",
    x: positive(-3.3, 3.3),
    y: between(-5, 5),
  },
  {
    name: "pow of negative numbers",
    of: (x, y) => pow(x, y),
    exact: (x, y) => x ** y,
    range: "-10 … -0.1, to whole powers -5 … 5",
    x: between(-10, -0.1),
    y: (t) => Math.round(between(-5, 5)(t)),
    part: true,
  },
]
