/** Which instruction computes what: one row per operation of the grammar, and -1 where WebAssembly has none. */
import type { Element } from "../../autodiff/dtype.ts"
import type { Binary, Comparison, Unary } from "../../autodiff/program/loop/scalar.ts"
import { type Code, f32, f64, i32, simd, type ValueType } from "./encode.ts"

/** One value of f32, f64, i32, u32; then four lanes of f32, i32, u32. */
type Row = readonly [f32: number, f64: number, i32: number, u32: number, f32x4: number, i32x4: number, u32x4: number]

const binaries: Readonly<Partial<Record<Binary, Row>>> = {
  add: [0x92, 0xa0, 0x6a, 0x6a, 0xe4, 0xae, 0xae],
  sub: [0x93, 0xa1, 0x6b, 0x6b, 0xe5, 0xb1, 0xb1],
  mul: [0x94, 0xa2, 0x6c, 0x6c, 0xe6, 0xb5, 0xb5],
  div: [0x95, 0xa3, 0x6d, 0x6e, 0xe7, -1, -1],
  rem: [-1, -1, 0x6f, 0x70, -1, -1, -1],
  min: [0x96, 0xa4, -1, -1, 0xe8, 0xb6, 0xb7],
  max: [0x97, 0xa5, -1, -1, 0xe9, 0xb8, 0xb9],
  and: [-1, -1, 0x71, 0x71, -1, 0x4e, 0x4e],
  or: [-1, -1, 0x72, 0x72, -1, 0x50, 0x50],
  xor: [-1, -1, 0x73, 0x73, -1, 0x51, 0x51],
  shl: [-1, -1, 0x74, 0x74, -1, 0xab, 0xab],
  shr: [-1, -1, 0x75, 0x76, -1, 0xac, 0xad],
}
const comparisons: Readonly<Record<Comparison, Row>> = {
  lt: [0x5d, 0x63, 0x48, 0x49, 0x43, 0x39, 0x3a],
  le: [0x5f, 0x65, 0x4c, 0x4d, 0x45, 0x3d, 0x3e],
  eq: [0x5b, 0x61, 0x46, 0x46, 0x41, 0x37, 0x37],
  ne: [0x5c, 0x62, 0x47, 0x47, 0x42, 0x38, 0x38],
}
/** Of floats alone: f32, f64, f32x4. */
const unaries: Readonly<Partial<Record<Unary, readonly [f32: number, f64: number, f32x4: number]>>> = {
  neg: [0x8c, 0x9a, 0xe1],
  abs: [0x8b, 0x99, 0xe0],
  ceil: [0x8d, 0x9b, 0x67],
  floor: [0x8e, 0x9c, 0x68],
  trunc: [0x8f, 0x9d, 0x69],
  round: [0x90, 0x9e, 0x6a],
  sqrt: [0x91, 0x9f, 0xe3],
}

// Masks of true lanes are all ones and words of true are 1: both order and combine as unsigned numbers.
const columns: Readonly<Record<Element, number>> = { f32: 0, f64: 1, i32: 2, u32: 3, bool: 3 }
const laneColumns: Readonly<Record<Element, number>> = { f32: 4, f64: -1, i32: 5, u32: 6, bool: 6 }

const pick = (row: readonly number[] | undefined, column: number, lanes: boolean): Code | undefined => {
  const op = row?.[column] ?? -1
  return op < 0 ? undefined : lanes ? simd(op) : [op]
}
const column = (dtype: Element, lanes: boolean): number => (lanes ? laneColumns : columns)[dtype]

/** The one instruction for an operation on operands of a dtype, or undefined where there is no single one. */
export const binaryOp = (fn: Binary, dtype: Element, lanes: boolean): Code | undefined =>
  pick(binaries[fn], column(dtype, lanes), lanes)
export function compareOp(fn: Comparison, dtype: Element, lanes: boolean): Code {
  const op = pick(comparisons[fn], column(dtype, lanes), lanes)
  if (op === undefined) throw new Error(`no lanes of ${dtype}`)
  return op
}
export function unaryOp(fn: Unary, dtype: Element, lanes: boolean): Code | undefined {
  if (dtype !== "f32" && dtype !== "f64") return undefined
  return pick(unaries[fn], lanes ? (dtype === "f32" ? 2 : -1) : dtype === "f32" ? 0 : 1, lanes)
}

/** The local that holds one value of a dtype; bool is a word, 0 or 1. */
export const localType = (dtype: Element): ValueType => (dtype === "f32" ? f32 : dtype === "f64" ? f64 : i32)

export const lanes = {
  splat: (dtype: Element): Code => simd(dtype === "f32" ? 0x13 : 0x11),
  extract: (dtype: Element, lane: number): Code => [simd(dtype === "f32" ? 0x1f : 0x1b), lane],
  replace: (dtype: Element, lane: number): Code => [simd(dtype === "f32" ? 0x20 : 0x1c), lane],
  not: simd(0x4d),
  and: simd(0x4e),
  or: simd(0x50),
  bitselect: simd(0x52),
  anyTrue: simd(0x53),
  allTrue: simd(0xa3),
  add: simd(0xae),
  absI32: simd(0xa0),
  negI32: simd(0xa1),
  notEqual: simd(0x38),
  pmin: simd(0xea),
  pmax: simd(0xeb),
  toF32: (from: Element): Code => simd(from === "u32" ? 0xfb : 0xfa),
  truncate: (to: Element): Code => simd(to === "u32" ? 0xf9 : 0xf8),
} as const
