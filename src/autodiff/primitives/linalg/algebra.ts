/** Matrix algebra over the last two axes, in primitives: what the rules of factorizations are written in. */
import { bindOne } from "../../interpreter.ts"
import type { Maybe } from "../../program/operation.ts"
import { fromNumber } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { add } from "../add.ts"
import { equal } from "../compare.ts"
import { contraction } from "../contraction.ts"
import { div } from "../div.ts"
import { mul } from "../mul.ts"
import { neg } from "../neg.ts"
import { pad } from "../pad.ts"
import { reshape } from "../reshape.ts"
import { slice } from "../slice.ts"
import { sub } from "../sub.ts"
import { transpose } from "../transpose.ts"
import { where } from "../where.ts"

const names = (x: Value): string =>
  x.shape
    .slice(0, -2)
    .map((_, d) => `b${d}`)
    .join(" ")
export const times = (a: Value, b: Value): Value => {
  const batch = names(a)
  return bindOne(contraction.by(`${batch} i k, ${batch} k j -> ${batch} i j`), a, b)
}
/** Σ a[i, j] b[i, j] */
export const inner = (a: Value, b: Value): Value => {
  const batch = names(a)
  return bindOne(contraction.by(`${batch} i j, ${batch} i j -> ${batch}`), a, b)
}
export const diagonalOf = (a: Value): Value => {
  const batch = names(a)
  return bindOne(contraction.by(`${batch} i i -> ${batch} i`), a)
}
export const traceOf = (a: Value): Value => {
  const batch = names(a)
  return bindOne(contraction.by(`${batch} i i -> ${batch}`), a)
}
export function flip(a: Value): Value {
  const rank = a.shape.length
  return bindOne(transpose.by([...a.shape.slice(0, -2).keys(), rank - 1, rank - 2]), a)
}
export const plus = (a: Value, b: Value): Value => bindOne(add.operation, a, b)
export const minus = (a: Value, b: Value): Value => bindOne(sub.operation, a, b)
/** a - b of tangents, where undefined is zero. */
export const difference = (a: Maybe, b: Maybe): Maybe =>
  b === undefined ? a : a === undefined ? bindOne(neg.operation, b) : minus(a, b)
export const mulBy = (a: Value, b: Value): Value => bindOne(mul.operation, a, b)
export const scaled = (a: Value, factor: number): Value => mulBy(a, fromNumber(a.type.array.dtype, factor))
export const symmetric = (a: Value): Value => scaled(plus(a, flip(a)), 0.5)
/** A vector as a row, or as a column, beside matrices. */
export const asRow = (v: Value): Value => bindOne(reshape.to([...v.shape.slice(0, -1), 1, v.shape.at(-1) ?? 1]), v)
export const asColumn = (v: Value): Value => bindOne(reshape.to([...v.shape, 1]), v)
/** A scalar for each matrix, beside them. */
export const beside = (x: Value): Value => bindOne(reshape.to([...x.shape, 1, 1]), x)
/** 1 / x, and 0 for 0, without a slope there. */
export function inverseOrZero(x: Value): Value {
  const [zero, one] = [fromNumber(x.type.array.dtype, 0), fromNumber(x.type.array.dtype, 1)]
  const isZero = bindOne(equal.operation, x, zero)
  const safe = bindOne(where.operation, isZero, one, x)
  return bindOne(where.operation, isZero, zero, bindOne(div.operation, one, safe))
}
/** Some rows and columns, from the first. */
export function corner(a: Value, from: readonly [number, number], size: readonly [number, number]): Value {
  const batch = a.shape.slice(0, -2)
  return bindOne(
    slice.window({
      start: [...batch.map(() => 0), ...from],
      step: a.shape.map(() => 1),
      size: [...batch, ...size],
    }),
    a,
  )
}
/** Zeros around: rows before and after, columns before and after. */
export const framed = (a: Value, rows: readonly [number, number], columns: readonly [number, number]): Value =>
  bindOne(
    pad.by([...a.shape.slice(0, -2).map((): readonly [number, number] => [0, 0]), rows, columns]),
    a,
    fromNumber(a.type.array.dtype, 0),
  )
