/** Folding axes away. Without `axis` all of them; `keepDims` leaves them with size 1. */

import { typed } from "../boundary.ts"
import { DTypeError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { abs } from "../primitives/abs.ts"
import { add as addOp } from "../primitives/add.ts"
import { all as allOp } from "../primitives/all.ts"
import { any as anyOp } from "../primitives/any.ts"
import { argmax as argmaxOp } from "../primitives/argmax.ts"
import { argmin as argminOp } from "../primitives/argmin.ts"
import { less } from "../primitives/compare.ts"
import { cumsum as cumsumOp } from "../primitives/cumsum.ts"
import { div as divOp } from "../primitives/div.ts"
import { exp as expOp } from "../primitives/exp.ts"
import { log as logOp } from "../primitives/log.ts"
import { mul as mulOp } from "../primitives/mul.ts"
import { prod as prodOp } from "../primitives/prod.ts"
import { reduceMax } from "../primitives/reduce-max.ts"
import { reduceMin } from "../primitives/reduce-min.ts"
import type { Reduction as Primitive } from "../primitives/reduction.ts"
import { reshape } from "../primitives/reshape.ts"
import { sqrt as sqrtOp } from "../primitives/sqrt.ts"
import { stopGradient } from "../primitives/stop-gradient.ts"
import { sub as subOp } from "../primitives/sub.ts"
import { sum as sumOp } from "../primitives/sum.ts"
import { where } from "../primitives/where.ts"
import { type AxisArgument, normaliseAxes, normaliseAxis, reduceShape } from "../shape/axes.ts"
import { boolOnly } from "../shape/messages.ts"
import type { ArgReduction, Cumulative, Reduction, Softmax } from "../signatures/reductions.ts"
import type { Value } from "../value.ts"
import { asValue, floatValue, like, numericValue } from "./operands.ts"

interface Options {
  readonly axis?: AxisArgument
  readonly keepDims?: boolean
}

function reduce(op: string, primitive: Primitive, x: Value, options: Options = {}): Value {
  checkOptions(op, options, ["axis", "keepDims"])
  const { axis, keepDims = false } = options
  const axes = normaliseAxes(op, axis, x.shape)
  const reduced = axes.length === 0 ? x : bindOne(primitive.over(axes), x)
  return keepDims ? bindOne(reshape.to(reduceShape(op, x.shape, axis, true)), reduced) : reduced
}
/** How many elements fall together. */
const countOver = (op: string, x: Value, { axis }: Options): number =>
  normaliseAxes(op, axis, x.shape).reduce((n, d) => n * (x.shape[d] ?? 1), 1)

/**
 * The sum over axes; 0 over nothing.
 *
 * @throws ShapeError where an axis is out of range or named twice.
 * @example
 * ```ts
 * import { sum, tensor } from "cotangent"
 * console.log(await sum(tensor([[1, 2], [3, 4]]), { axis: 0, keepDims: true }).array())
 * ```
 */
export const sum: Reduction<"sum"> = typed((x: unknown, options?: Options) =>
  reduce("sum", sumOp, numericValue("sum", x), options),
)
/** The product over axes; 1 over nothing. */
export const prod: Reduction<"prod"> = typed((x: unknown, options?: Options) =>
  reduce("prod", prodOp, numericValue("prod", x), options),
)
/**
 * The largest over axes, NaN if there is one, -Infinity over nothing; its slope goes to the first of equals.
 *
 * @example
 * ```ts
 * import { max, tensor } from "cotangent"
 * console.log(await max(tensor([[1, 5], [7, 2]]), { axis: 0 }).array())
 * ```
 */
export const max: Reduction<"max"> = typed((x: unknown, options?: Options) =>
  reduce("max", reduceMax, numericValue("max", x), options),
)
/** The smallest over axes, NaN if there is one, Infinity over nothing; its slope goes to the first of equals. */
export const min: Reduction<"min"> = typed((x: unknown, options?: Options) =>
  reduce("min", reduceMin, numericValue("min", x), options),
)

function boolReduction(op: string, primitive: Primitive): (x: unknown, options?: Options) => Value {
  return (x, options) => {
    const value = asValue(op, x)
    if (value.dtype !== "bool") throw new DTypeError("bool-only", boolOnly(op, value.dtype), { op, dtype: value.dtype })
    return reduce(op, primitive, value, options)
  }
}
/**
 * Whether one is true over axes; false over nothing.
 *
 * @example
 * ```ts
 * import { any, greater, tensor } from "cotangent"
 * console.log(await any(greater(tensor([1, 5]), 4)).item())
 * ```
 */
export const any: Reduction<"any", "bool"> = typed(boolReduction("any", anyOp))
/** Whether all are true over axes; true over nothing. */
export const all: Reduction<"all", "bool"> = typed(boolReduction("all", allOp))

const meanOf = (op: string, x: Value, options: Options): Value =>
  bindOne(divOp.operation, reduce(op, sumOp, x, options), like(x, countOver(op, x, options)))
/**
 * The mean over axes; NaN over nothing.
 *
 * @example
 * ```ts
 * import { mean, tensor } from "cotangent"
 * console.log(await mean(tensor([[1, 2], [3, 6]]), { axis: 1, keepDims: true }).array())
 * ```
 */
export const mean: Reduction<"mean", "f32" | "f64"> = typed((x: unknown, options: Options = {}) =>
  meanOf("mean", floatValue("mean", x), options),
)

function varianceOf(op: string, x: Value, options: Options): Value {
  const centred = bindOne(subOp.operation, x, meanOf(op, x, { ...options, keepDims: true }))
  return meanOf(op, bindOne(mulOp.operation, centred, centred), options)
}
/**
 * The mean squared distance from the mean, divided by n as NumPy does.
 *
 * @example
 * ```ts
 * import { tensor, variance } from "cotangent"
 * console.log(await variance(tensor([1, 3])).item())
 * ```
 */
export const variance: Reduction<"variance", "f32" | "f64"> = typed((x: unknown, options: Options = {}) =>
  varianceOf("variance", floatValue("variance", x), options),
)
/** The square root of the variance. */
export const std: Reduction<"std", "f32" | "f64"> = typed((x: unknown, options: Options = {}) =>
  bindOne(sqrtOp.operation, varianceOf("std", floatValue("std", x), options)),
)

/** The largest along axes as a constant, 0 where it is infinite: taken off before exp, it changes no value and no derivative. */
function anchor(op: string, x: Value, axis: AxisArgument): Value {
  const largest = bindOne(stopGradient.operation, reduce(op, reduceMax, x, { axis, keepDims: true }))
  const finite = bindOne(less.operation, bindOne(abs.operation, largest), like(x, Number.POSITIVE_INFINITY))
  return bindOne(where.operation, finite, largest, like(x, 0))
}

/**
 * log(sum(exp(x))) over axes, without overflow; -Infinity over nothing.
 *
 * @example
 * ```ts
 * import { logSumExp, tensor } from "cotangent"
 * console.log(await logSumExp(tensor([1000, 1000])).item())
 * ```
 */
export const logSumExp: Reduction<"logSumExp", "f32" | "f64"> = typed((x: unknown, options: Options = {}) => {
  const value = floatValue("logSumExp", x)
  if (countOver("logSumExp", value, options) === 0)
    return bindOne(logOp.operation, reduce("logSumExp", sumOp, value, options))
  const shift = anchor("logSumExp", value, options.axis)
  const total = reduce("logSumExp", sumOp, bindOne(expOp.operation, bindOne(subOp.operation, value, shift)), options)
  return bindOne(addOp.operation, bindOne(logOp.operation, total), bindOne(reshape.to(total.shape), shift))
})

function argReduction(op: string, primitive: Primitive): (x: unknown, options?: Options) => Value {
  return (x, options) => {
    const value = numericValue(op, x)
    if (countOver(op, value, options ?? {}) === 0)
      throw new ShapeError("empty", `${op}: there is no index over nothing, got [${value.shape.join(", ")}]`, {
        shape: value.shape,
      })
    return reduce(op, primitive, value, options)
  }
}
/**
 * The index of the largest, i32; the first of equals, or of the first NaN. Without `axis` it counts row-major.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "cotangent"
 * console.log(await argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }).array())
 * ```
 */
export const argmax: ArgReduction<"argmax"> = typed(argReduction("argmax", argmaxOp))
/** The index of the smallest, i32; the first of equals, or of the first NaN. Without `axis` it counts row-major. */
export const argmin: ArgReduction<"argmin"> = typed(argReduction("argmin", argminOp))

/**
 * Running sums along an axis, by default the last; from its end with `reverse`.
 *
 * @example
 * ```ts
 * import { cumsum, tensor } from "cotangent"
 * console.log(await cumsum(tensor([1, 2, 3])).array())
 * ```
 */
export const cumsum: Cumulative<"cumsum"> = typed(
  (x: unknown, options: { readonly axis?: number; readonly reverse?: boolean } = {}) => {
    checkOptions("cumsum", options, ["axis", "reverse"])
    const value = numericValue("cumsum", x)
    return bindOne(
      cumsumOp.along(normaliseAxis("cumsum", options.axis ?? -1, value.shape), options.reverse === true),
      value,
    )
  },
)

/**
 * exp(x) scaled to sum 1 along an axis, by default the last.
 *
 * @example
 * ```ts
 * import { softmax, tensor } from "cotangent"
 * console.log(await softmax(tensor([0, 1, 2])).array())
 * ```
 */
export const softmax: Softmax<"softmax"> = typed((x: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("softmax", options, ["axis"])
  const value = floatValue("softmax", x)
  const axis = options.axis ?? -1
  const exps = bindOne(expOp.operation, bindOne(subOp.operation, value, anchor("softmax", value, axis)))
  return bindOne(divOp.operation, exps, reduce("softmax", sumOp, exps, { axis, keepDims: true }))
})
/** log(softmax(x)), computed as x less its logSumExp. */
export const logSoftmax: Softmax<"logSoftmax"> = typed((x: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("logSoftmax", options, ["axis"])
  const value = floatValue("logSoftmax", x)
  const axis = options.axis ?? -1
  const shifted = bindOne(subOp.operation, value, anchor("logSoftmax", value, axis))
  const total = reduce("logSoftmax", sumOp, bindOne(expOp.operation, shifted), { axis, keepDims: true })
  return bindOne(subOp.operation, shifted, bindOne(logOp.operation, total))
})
