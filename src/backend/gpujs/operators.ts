/** Operations on numbers as gpu.js has them, written out where it has none. */
import { EngineError } from "../../autodiff/errors.ts"
import { type BinaryNode, type CastNode, children, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { bare, literal } from "./text.ts"

export const infix = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  rem: "%",
  lt: "<",
  le: "<=",
  eq: "===",
  ne: "!==",
} as const

export const ofTruths = (n: BinaryNode, a: string, b: string): string => {
  switch (n.fn) {
    case "and":
    case "mul":
    case "min":
      return `${a} * ${b}`
    case "or":
    case "add":
    case "max":
      return `Math.max(${a}, ${b})`
    case "xor":
    case "sub":
      return `(${a} === ${b}) ? 0 : 1`
    default:
      throw cannot(n.fn, n.dtype)
  }
}
/** Of integers in [0, 65536); a mask of low bits also of negative ones. */
export const bits = (n: BinaryNode, a: string, b: string): string => {
  const mask = n.b.op === "const" ? n.b.value + 1 : 0
  if (n.fn === "and" && mask > 0 && Number.isInteger(Math.log2(mask)))
    return `${a} - Math.floor(${a} * ${literal(1 / mask)}) * ${mask}`
  return `${a} ${n.fn === "and" ? "&" : n.fn === "or" ? "|" : "^"} ${b}`
}
export const shift = (n: BinaryNode): number => {
  if (n.b.op !== "const") throw cannot(`${n.fn} by a count that is not constant`, n.dtype)
  return n.b.value
}
export const convert = (n: CastNode, operand: (named: boolean) => string): string => {
  if (n.dtype === "bool") return `(${operand(false)} !== 0) ? 1 : 0`
  // gpu.js computes with indices in 32-bit integers, which wrap where a float would not.
  if (n.dtype === "f32" && n.a.dtype === "i32" && isIndex(n.a)) return `Math.fround(${bare(operand(false))})`
  if (n.dtype !== "i32" || n.a.dtype !== "f32") return operand(false)
  const a = operand(true)
  return `(${a} < 0) ? Math.ceil(${a}) : Math.floor(${a})`
}
/** Arithmetic of indices alone: what is read or folded is a float in gpu.js. */
export function isIndex(n: Scalar): boolean {
  let known = indices.get(n)
  if (known === undefined) {
    known = n.op !== "load" && n.op !== "fold" && n.op !== "cast" && children(n).every(isIndex)
    indices.set(n, known)
  }
  return known
}
const indices = new WeakMap<Scalar, boolean>()
export const cannot = (what: string, dtype: string): EngineError =>
  new EngineError("gpujs-print", `gpujs has no ${what} on ${dtype}: use the wasm engine, await setEngine("wasm")`, {
    what,
    dtype,
  })
