/** The kin of relu: straight pieces. At a corner each takes the slope of the side that its docstring names. */
import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import type { LeakyRelu, PRelu } from "../../signatures/activations.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue, like } from "../operands.ts"
import * as v from "../values.ts"

/**
 * x above 0, else 0; NaN stays. Its derivative at 0 is 0.
 *
 * @example
 * ```ts
 * import { relu, tensor } from "cotangent"
 * console.log(await relu(tensor([-1, 2])).array())
 * ```
 */
export const relu: Unary = typed((x: unknown) => {
  const value = floatValue("relu", x)
  return v.where(v.lessEqual(value, 0), 0, value)
})
/**
 * x held between 0 and 6; its derivative at both is 0.
 *
 * @example
 * ```ts
 * import { relu6, tensor } from "cotangent"
 * console.log(await relu6(tensor([-1, 2, 9])).array())
 * ```
 */
export const relu6: Unary = typed((x: unknown) => {
  const value = floatValue("relu6", x)
  return v.where(v.lessEqual(value, 0), 0, v.where(v.lessEqual(like(value, 6), value), 6, value))
})
/**
 * x above 0, else `slope` x, by default a hundredth; its derivative at 0 is the slope.
 *
 * @example
 * ```ts
 * import { leakyRelu, tensor } from "cotangent"
 * console.log(await leakyRelu(tensor([-1, 2]), { slope: 0.5 }).array())
 * ```
 */
export const leakyRelu: LeakyRelu = typed((x: unknown, options: { readonly slope?: number } = {}) => {
  checkOptions("leakyRelu", options, ["slope"])
  const value = floatValue("leakyRelu", x)
  return v.where(v.lessEqual(value, 0), v.mul(value, options.slope ?? 0.01), value)
})
/**
 * Leaky relu with slopes that are learnt, a tensor that stretches to x; the derivative at 0 is the slope. He et al. 2015,
 * "Delving Deep into Rectifiers", eq. 1.
 *
 * @throws ShapeError where the slopes do not stretch to x.
 * @example
 * ```ts
 * import { prelu, tensor } from "cotangent"
 * console.log(await prelu(tensor([[-1, -1], [2, -4]]), tensor([0.5, 0.25])).array())
 * ```
 */
export const prelu: PRelu = typed((x: unknown, slopes: unknown) => {
  const [value, slope] = [floatValue("prelu", x), floatValue("prelu", slopes)]
  stretchShape("prelu", slope.shape, value.shape)
  return v.where(v.lessEqual(value, 0), v.mul(value, castTo(slope, value.type.array.dtype)), value)
})
/**
 * x held between -1 and 1; its derivative at both is 0.
 *
 * @example
 * ```ts
 * import { hardTanh, tensor } from "cotangent"
 * console.log(await hardTanh(tensor([-3, 0.5, 3])).array())
 * ```
 */
export const hardTanh: Unary = typed((x: unknown) => {
  const value = floatValue("hardTanh", x)
  return v.where(v.lessEqual(value, -1), -1, v.where(v.lessEqual(like(value, 1), value), 1, value))
})
/**
 * x / 6 + 1/2 held between 0 and 1: sigmoid in three straight pieces. Its derivative at the corners is 0.
 *
 * @example
 * ```ts
 * import { hardSigmoid, tensor } from "cotangent"
 * console.log(await hardSigmoid(tensor([-4, 0, 4])).array())
 * ```
 */
export const hardSigmoid: Unary = typed((x: unknown) => hardSigmoidOf(floatValue("hardSigmoid", x)))
/**
 * x hardSigmoid(x). Howard et al. 2019, "Searching for MobileNetV3", section 5.2.
 *
 * @example
 * ```ts
 * import { hardSwish, tensor } from "cotangent"
 * console.log(await hardSwish(tensor([-4, 0, 4])).array())
 * ```
 */
export const hardSwish: Unary = typed((x: unknown) => {
  const value = floatValue("hardSwish", x)
  return v.mul(value, hardSigmoidOf(value))
})
function hardSigmoidOf(x: Value): Value {
  const inside = v.div(v.add(x, 3), 6)
  return v.where(v.lessEqual(x, -3), 0, v.where(v.lessEqual(like(x, 3), x), 1, inside))
}
