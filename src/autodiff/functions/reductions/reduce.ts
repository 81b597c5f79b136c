/** What every reduction is: axes named by the user, folded away by a primitive, kept with size 1 where `keepDims`. */
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import type { Reduction as Primitive } from "../../primitives/reduction.ts"
import { sum } from "../../primitives/sum.ts"
import { type AxisArgument, normaliseAxes, reduceShape } from "../../shape/axes.ts"
import type { Value } from "../../value.ts"
import { like } from "../operands.ts"
import * as v from "../values.ts"

export interface Options {
  readonly axis?: AxisArgument
  readonly keepDims?: boolean
}

export function reduce(op: string, primitive: Primitive, x: Value, options: Options = {}): Value {
  checkOptions(op, options, ["axis", "keepDims"])
  const { axis, keepDims = false } = options
  const axes = normaliseAxes(op, axis, x.shape)
  const reduced = axes.length === 0 ? x : bindOne(primitive.over(axes), x)
  return keepDims ? v.reshape(reduced, reduceShape(op, x.shape, axis, true)) : reduced
}
/** How many elements fall together. */
export const countOver = (op: string, x: Value, { axis }: Options): number =>
  normaliseAxes(op, axis, x.shape).reduce((n, d) => n * (x.shape[d] ?? 1), 1)

export const sumOf = (op: string, x: Value, options: Options = {}): Value => reduce(op, sum, x, options)
export const meanOf = (op: string, x: Value, options: Options = {}): Value =>
  v.div(sumOf(op, x, options), countOver(op, x, options))
/** x less its mean over the axes. */
export const centredOf = (op: string, x: Value, { axis }: Options): Value =>
  v.sub(x, meanOf(op, x, { ...(axis !== undefined && { axis }), keepDims: true }))

/** The largest along axes as a constant, 0 where it is infinite: taken off before exp, it changes no value and no derivative. */
export function anchor(op: string, x: Value, axis: AxisArgument): Value {
  const largest = v.stop(reduce(op, reduceMax, x, { ...(axis !== undefined && { axis }), keepDims: true }))
  return v.where(v.less(v.abs(largest), Number.POSITIVE_INFINITY), largest, 0)
}
/** The square root of a sum of squares, whose slope at 0 (a kink) is taken to be 0. */
export function rootOf(x: Value): Value {
  const nothing = v.lessEqual(x, 0)
  return v.where(nothing, 0, v.sqrt(v.where(nothing, like(x, 1), x)))
}
export const isNaNOf = (x: Value): Value => v.notEqual(x, x)
