/** The operations on values under short names: what compositions are written in, as `v.add(a, 1)`. A number takes a's dtype. */
import type { Element } from "../dtype.ts"
import { internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { moveAxis } from "../interpreters/batch.ts"
import { abs as absOp } from "../primitives/abs.ts"
import { add as addOp } from "../primitives/add.ts"
import { broadcast } from "../primitives/broadcast.ts"
import { cast as castOp } from "../primitives/cast.ts"
import {
  equal as equalOp,
  lessEqual as lessEqualOp,
  less as lessOp,
  notEqual as notEqualOp,
} from "../primitives/compare.ts"
import { div as divOp } from "../primitives/div.ts"
import { erfc as erfcOp, erfinv as erfinvOp, erf as erfOp } from "../primitives/error-functions.ts"
import { exp as expOp } from "../primitives/exp.ts"
import { lgamma as lgammaOp, polygamma as polygammaOp } from "../primitives/gamma.ts"
import { iota as iotaOp } from "../primitives/iota.ts"
import { log as logOp } from "../primitives/log.ts"
import { expm1 as expm1Op, log1p as log1pOp } from "../primitives/logarithms.ts"
import { maximum as maximumOp } from "../primitives/maximum.ts"
import { minimum as minimumOp } from "../primitives/minimum.ts"
import { mul as mulOp } from "../primitives/mul.ts"
import { neg as negOp } from "../primitives/neg.ts"
import { rem as remOp } from "../primitives/rem.ts"
import { reshape as reshapeOp } from "../primitives/reshape.ts"
import { round as roundOp, trunc as truncOp } from "../primitives/rounding.ts"
import { slice as sliceOp } from "../primitives/slice.ts"
import { sort as sortOp } from "../primitives/sort.ts"
import { sqrt as sqrtOp } from "../primitives/sqrt.ts"
import { stopGradient } from "../primitives/stop-gradient.ts"
import { sub as subOp } from "../primitives/sub.ts"
import { take as takeOp } from "../primitives/take.ts"
import { transpose as transposeOp } from "../primitives/transpose.ts"
import { where as whereOp } from "../primitives/where.ts"
import type { Value } from "../value.ts"
import { like } from "./operands.ts"

type Pair = (a: Value, b: Value | number) => Value
const lifted = (a: Value, b: Value | number): Value => (typeof b === "number" ? like(a, b) : b)

export const add: Pair = (a, b) => bindOne(addOp.operation, a, lifted(a, b))
export const sub: Pair = (a, b) => bindOne(subOp.operation, a, lifted(a, b))
export const mul: Pair = (a, b) => bindOne(mulOp.operation, a, lifted(a, b))
/** Truncates on integers. */
export const div: Pair = (a, b) => bindOne(divOp.operation, a, lifted(a, b))
export const rem: Pair = (a, b) => bindOne(remOp.operation, a, lifted(a, b))
export const maximum: Pair = (a, b) => bindOne(maximumOp.operation, a, lifted(a, b))
export const minimum: Pair = (a, b) => bindOne(minimumOp.operation, a, lifted(a, b))
export const less: Pair = (a, b) => bindOne(lessOp.operation, a, lifted(a, b))
export const notEqual: Pair = (a, b) => bindOne(notEqualOp.operation, a, lifted(a, b))
export const lessEqual: Pair = (a, b) => bindOne(lessEqualOp.operation, a, lifted(a, b))
export const equal: Pair = (a, b) => bindOne(equalOp.operation, a, lifted(a, b))
/** `test ? a : b`; a number takes the dtype of the other. */
export const where: {
  (test: Value, a: Value, b: Value | number): Value
  (test: Value, a: number, b: Value): Value
} = (test: Value, a: Value | number, b: Value | number): Value => {
  const other = typeof a === "number" ? b : a
  if (typeof other === "number") throw internal("a choice between two numbers has no dtype")
  return bindOne(whereOp.operation, test, lifted(other, a), lifted(other, b))
}
type One = (x: Value) => Value
export const neg: One = (x) => bindOne(negOp.operation, x)
export const abs: One = (x) => bindOne(absOp.operation, x)
export const exp: One = (x) => bindOne(expOp.operation, x)
export const log: One = (x) => bindOne(logOp.operation, x)
export const sqrt: One = (x) => bindOne(sqrtOp.operation, x)
export const expm1: One = (x) => bindOne(expm1Op.operation, x)
export const log1p: One = (x) => bindOne(log1pOp.operation, x)
export const round: One = (x) => bindOne(roundOp.operation, x)
export const trunc: One = (x) => bindOne(truncOp.operation, x)
export const erf: One = (x) => bindOne(erfOp.operation, x)
export const erfc: One = (x) => bindOne(erfcOp.operation, x)
export const erfinv: One = (x) => bindOne(erfinvOp.operation, x)
export const lgamma: One = (x) => bindOne(lgammaOp.operation, x)
export const digamma: One = (x) => bindOne(polygammaOp.of(0), x)
export const square: One = (x) => bindOne(mulOp.operation, x, x)
/** A constant to all derivatives. */
export const stop: One = (x) => bindOne(stopGradient.operation, x)
export const cast = (dtype: Element, x: Value): Value => (x.dtype === dtype ? x : bindOne(castOp.to(dtype), x))
export const iota = (size: number, dtype: Element = "i32"): Value => bindOne(iotaOp.of(size, dtype))
export const filled = (like: Value, shape: readonly number[]): Value =>
  shape.length === 0 ? like : bindOne(broadcast.to(shape), like)
export const reshape = (x: Value, shape: readonly number[]): Value =>
  shape.length === x.shape.length && shape.every((n, d) => n === x.shape[d]) ? x : bindOne(reshapeOp.to(shape), x)
export const flat = (x: Value): Value => reshape(x, [x.shape.reduce((a, b) => a * b, 1)])
export const take = (x: Value, indices: Value, axis: number): Value => bindOne(takeOp.along(axis), x, indices)
export const toAxis = moveAxis

/** `count` elements along an axis from `start` on, every `step`th. */
export const part = (x: Value, axis: number, start: number, count: number, step = 1): Value =>
  start === 0 && count === x.shape[axis] && step === 1
    ? x
    : bindOne(
        sliceOp.window({
          start: x.shape.map((_, d) => (d === axis ? start : 0)),
          step: x.shape.map((_, d) => (d === axis ? step : 1)),
          size: x.shape.map((n, d) => (d === axis ? count : n)),
        }),
        x,
      )
export const reversed = (x: Value, axis: number): Value =>
  part(x, axis, Math.max((x.shape[axis] ?? 0) - 1, 0), x.shape[axis] ?? 0, -1)
/** The last axis in rising order, and where each came from. */
export function sortLast(x: Value): readonly [values: Value, order: Value] {
  const [values, order] = bind(sortOp.operation, [x])
  return [values ?? x, order ?? x]
}
/** The window of these sizes that starts there. */
export const window = (x: Value, start: readonly number[], size: readonly number[]): Value =>
  size.every((n, d) => n === x.shape[d]) ? x : bindOne(sliceOp.window({ start, step: start.map(() => 1), size }), x)
export const permuted = (x: Value, order: readonly number[]): Value =>
  order.every((from, d) => from === d) ? x : bindOne(transposeOp.by(order), x)
