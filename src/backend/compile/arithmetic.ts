/** What every scalar operation gives in every dtype, as plain functions of numbers: the table engines are held against. */
import type { Element } from "../../autodiff/dtype.ts"
import { hold } from "../../autodiff/dtype.ts"
import type { Binary, Comparison, Unary } from "../../autodiff/program/loop/scalar.ts"
import { erf, erfc, erfinv } from "./special/error-function.ts"
import { lgamma, polygamma } from "./special/gamma.ts"
import { roundHalfToEven } from "./special/rounding.ts"

type One = (a: number) => number
type Two = (a: number, b: number) => number

const functions: Readonly<Record<Exclude<Unary, "not">, One>> = {
  neg: (a) => -a,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: roundHalfToEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2: (a) => 2 ** a,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  erfc,
  erfinv,
  lgamma,
}
export function unaryOf(fn: Unary, dtype: Element): One {
  if (fn === "not") return dtype === "bool" ? (a) => 1 - a : dtype === "u32" ? (a) => ~a >>> 0 : (a) => ~a
  const exact = functions[fn]
  switch (dtype) {
    case "f64":
      return exact
    case "f32":
      return (a) => Math.fround(exact(a))
    default:
      return (a) => hold(dtype, exact(a))
  }
}

export function binaryOf(fn: Binary, dtype: Element): Two {
  switch (fn) {
    case "add":
      return held(dtype, (a, b) => a + b)
    case "sub":
      return held(dtype, (a, b) => a - b)
    case "mul":
      // The product of two 32-bit integers needs 64 bits, which a double does not have.
      return dtype === "i32"
        ? Math.imul
        : dtype === "u32"
          ? (a, b) => Math.imul(a, b) >>> 0
          : held(dtype, (a, b) => a * b)
    case "div":
      return isFloat(dtype) ? held(dtype, (a, b) => a / b) : held(dtype, (a, b) => (b === 0 ? 0 : Math.trunc(a / b)))
    case "rem":
      return isFloat(dtype) ? (a, b) => a % b : held(dtype, (a, b) => (b === 0 ? 0 : a % b))
    case "pow":
      return held(dtype, (a, b) => a ** b)
    case "atan2":
      return held(dtype, Math.atan2)
    case "polygamma":
      return held(dtype, polygamma)
    case "min":
      return Math.min
    case "max":
      return Math.max
    case "and":
      return held(dtype, (a, b) => a & b)
    case "or":
      return held(dtype, (a, b) => a | b)
    case "xor":
      return held(dtype, (a, b) => a ^ b)
    // JavaScript takes the count modulo 32, as the grammar does.
    case "shl":
      return held(dtype, (a, b) => a << b)
    case "shr":
      return dtype === "u32" ? (a, b) => a >>> b : (a, b) => a >> b
  }
}
const isFloat = (dtype: Element): boolean => dtype === "f32" || dtype === "f64"
function held(dtype: Element, exact: Two): Two {
  switch (dtype) {
    case "f64":
      return exact
    case "f32":
      return (a, b) => Math.fround(exact(a, b))
    case "i32":
      return (a, b) => exact(a, b) | 0
    default:
      return (a, b) => hold(dtype, exact(a, b))
  }
}

export function compareOf(fn: Comparison): Two {
  switch (fn) {
    case "lt":
      return (a, b) => (a < b ? 1 : 0)
    case "le":
      return (a, b) => (a <= b ? 1 : 0)
    case "eq":
      return (a, b) => (a === b ? 1 : 0)
    case "ne":
      return (a, b) => (a !== b ? 1 : 0)
  }
}

/** Floats saturate on their way to integers and NaN gives 0; integers among themselves keep their low 32 bits. */
export function castOf(to: Element, from: Element): One {
  if (to === "bool") return (a) => (a === 0 ? 0 : 1)
  if (!isFloat(from) || isFloat(to)) return (a) => hold(to, a)
  const [low, high] = to === "i32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1]
  // + 0 because truncating -0.5 gives -0, which no integer is.
  return (a) => (Number.isNaN(a) ? 0 : Math.max(low, Math.min(high, Math.trunc(a))) + 0)
}

const floats = new Float32Array(1)
const views = { f32: floats, i32: new Int32Array(floats.buffer), u32: new Uint32Array(floats.buffer) }
/** The same 32 bits as another dtype. Every NaN has the one bit pattern 0x7fc00000: which one arithmetic gives is chance. */
export function bitcastOf(to: Element, from: Element): One {
  const [source, target] = [bits(from), bits(to)]
  return (a) => {
    if (Number.isNaN(a)) views.u32[0] = 0x7fc00000
    else source[0] = a
    return target[0] ?? 0
  }
}
const bits = (dtype: Element): Float32Array | Int32Array | Uint32Array =>
  dtype === "f32" ? views.f32 : dtype === "u32" ? views.u32 : views.i32
