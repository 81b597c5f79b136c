/** Features brought to mean 0 and variance 1, or to length 1. */
import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { type AxisArgument, normaliseAxes } from "../../shape/axes.ts"
import { fail } from "../../shape/fail.ts"
import { normOperand } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { LayerNorm, Normalise, RmsNorm } from "../../signatures/normalisations.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue } from "../operands.ts"
import { centredOf, meanOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

interface Options {
  readonly axis?: AxisArgument
  readonly epsilon?: number
  readonly scale?: unknown
  readonly bias?: unknown
}
/** In two passes: mean(x x) - mean(x)^2 would cancel where the mean is large against the deviation. */
export function standardized(op: string, x: Value, axis: AxisArgument, epsilon: number): Value {
  const centred = centredOf(op, x, { axis })
  const variance = meanOf(op, v.square(centred), { axis, keepDims: true })
  return v.div(centred, v.sqrt(v.add(variance, epsilon)))
}
/** What is learnt for the normalised axes, laid along them. */
function alongAxes(op: string, what: string, x: Value, given: unknown, axis: AxisArgument): Value {
  const found = castTo(floatValue(op, given), x.type.array.dtype)
  const axes = normaliseAxes(op, axis, x.shape)
  const sizes = axes.map((d) => x.shape[d] ?? 1)
  if (!sameShape(found.shape, sizes))
    fail("norm", normOperand(op, what, found.shape, sizes, x.shape), { shapes: [x.shape, found.shape] })
  const trailing = axes.every((d, k) => d === x.shape.length - axes.length + k)
  return trailing
    ? found
    : v.reshape(
        found,
        x.shape.map((n, d) => (axes.includes(d) ? n : 1)),
      )
}

/**
 * x less its mean, divided by its deviation sqrt(variance + epsilon), over an axis or several (by default the last); then
 * times `scale` and plus `bias`, which have the sizes of those axes. epsilon is 1e-5 unless given. Ba et al. 2016, "Layer
 * Normalization", eq. 4.
 *
 * @throws ShapeError where an axis is out of range, or scale or bias do not fit the axes.
 * @example
 * ```ts
 * import { layerNorm, tensor } from "cotangent"
 * const x = tensor([[1, 2, 3], [2, 4, 6]])
 * console.log(await layerNorm(x, { scale: tensor([1, 1, 2]), bias: tensor([0, 1, 0]) }).array())
 * ```
 */
export const layerNorm: LayerNorm = typed((x: unknown, options: Options = {}) => {
  checkOptions("layerNorm", options, ["scale", "bias", "epsilon", "axis"])
  const { axis = -1, epsilon = 1e-5, scale, bias } = options
  const value = floatValue("layerNorm", x)
  const plain = standardized("layerNorm", value, axis, epsilon)
  const scaled = scale === undefined ? plain : v.mul(plain, alongAxes("layerNorm", "scale", value, scale, axis))
  return bias === undefined ? scaled : v.add(scaled, alongAxes("layerNorm", "bias", value, bias, axis))
})
/**
 * x divided by sqrt(mean(x x) + epsilon) over an axis or several (by default the last), then times `scale`; epsilon is 1e-6
 * unless given. Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", eq. 4.
 *
 * @throws ShapeError where an axis is out of range, or scale does not fit the axes.
 * @example
 * ```ts
 * import { rmsNorm, tensor } from "cotangent"
 * console.log(await rmsNorm(tensor([3, 4]), { scale: tensor([1, 2]) }).array())
 * ```
 */
export const rmsNorm: RmsNorm = typed((x: unknown, options: Options = {}) => {
  checkOptions("rmsNorm", options, ["scale", "epsilon", "axis"])
  const { axis = -1, epsilon = 1e-6, scale } = options
  const value = floatValue("rmsNorm", x)
  const squares = meanOf("rmsNorm", v.square(value), { axis, keepDims: true })
  const plain = v.div(value, v.sqrt(v.add(squares, epsilon)))
  return scale === undefined ? plain : v.mul(plain, alongAxes("rmsNorm", "scale", value, scale, axis))
})
/**
 * x less its mean, divided by sqrt(variance + epsilon), over an axis or several (by default the last); epsilon is 1e-5 unless
 * given.
 *
 * @throws ShapeError where an axis is out of range.
 * @example
 * ```ts
 * import { standardize, tensor } from "cotangent"
 * console.log(await standardize(tensor([1, 2, 3])).array())
 * ```
 */
export const standardize: Normalise<"standardize", { readonly epsilon?: number }> = typed(
  (x: unknown, options: Options = {}) => {
    checkOptions("standardize", options, ["axis", "epsilon"])
    return standardized("standardize", floatValue("standardize", x), options.axis ?? -1, options.epsilon ?? 1e-5)
  },
)
