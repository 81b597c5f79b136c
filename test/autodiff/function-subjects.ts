/** The functions whose errors are measured, where, and against what. */
import {
  abs,
  add,
  ceil,
  cos,
  div,
  exp,
  type F32,
  floor,
  log,
  maximum,
  minimum,
  mul,
  pow,
  sin,
  sqrt,
  sub,
  tanh,
} from "cotangent"

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
