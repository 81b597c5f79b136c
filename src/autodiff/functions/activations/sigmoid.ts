/** The kin of sigmoid and softplus. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { tanh } from "../../primitives/tanh.ts"
import type { Squareplus } from "../../signatures/activations.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import { floatValue, like } from "../operands.ts"
import * as v from "../values.ts"
import { sigmoidOf, softplusOf } from "./decay.ts"

/**
 * 1 / (1 + exp(-x)), accurate far out on both sides.
 *
 * @example
 * ```ts
 * import { sigmoid, tensor } from "cotangent"
 * console.log(await sigmoid(tensor([-100, 0, 100])).array())
 * ```
 */
export const sigmoid: Unary = typed((x: unknown) => sigmoidOf(floatValue("sigmoid", x)))
/** log(sigmoid(x)), which is x far below 0 instead of -Infinity. */
export const logSigmoid: Unary = typed((x: unknown) => v.neg(softplusOf(v.neg(floatValue("logSigmoid", x)))))
/**
 * x sigmoid(x), also called swish.
 *
 * @example
 * ```ts
 * import { silu, tensor } from "cotangent"
 * console.log(await silu(tensor([-1, 0, 1])).array())
 * ```
 */
export const silu: Unary = typed((x: unknown) => {
  const value = floatValue("silu", x)
  return v.mul(value, sigmoidOf(value))
})
/**
 * log(1 + exp(x)), without overflow.
 *
 * @example
 * ```ts
 * import { softplus, tensor } from "cotangent"
 * console.log(await softplus(tensor([-100, 0, 100])).array())
 * ```
 */
export const softplus: Unary = typed((x: unknown) => softplusOf(floatValue("softplus", x)))
/**
 * (x + sqrt(x^2 + b)) / 2, a softplus without exp: b (by default 4) rounds the corner. Barron 2021, "Squareplus".
 * Far below 0 it is b / 4|x|, which the plain formula would cancel away.
 *
 * @example
 * ```ts
 * import { squareplus, tensor } from "cotangent"
 * console.log(await squareplus(tensor([-1e4, 0, 3])).array())
 * ```
 */
export const squareplus: Squareplus = typed((x: unknown, options: { readonly b?: number } = {}) => {
  checkOptions("squareplus", options, ["b"])
  const { b = 4 } = options
  const value = floatValue("squareplus", x)
  const root = v.sqrt(v.add(v.square(value), b))
  // Twice the same: (x + r) / 2 = b / 2(r - x), whose divisor does not cancel below 0; above, it is only kept away from 0.
  const below = v.less(value, 0)
  const apart = v.mul(v.sub(root, v.where(below, value, 0)), 2)
  return v.where(below, v.div(like(value, b), apart), v.div(v.add(value, root), 2))
})
/**
 * x tanh(softplus(x)). Misra 2019, "Mish", eq. 1.
 *
 * @example
 * ```ts
 * import { mish, tensor } from "cotangent"
 * console.log(await mish(tensor([-1, 0, 1])).array())
 * ```
 */
export const mish: Unary = typed((x: unknown) => {
  const value = floatValue("mish", x)
  return v.mul(value, bindOne(tanh.operation, softplusOf(value)))
})
/**
 * x / (1 + |x|); at 0 its slope is 1.
 *
 * @example
 * ```ts
 * import { softSign, tensor } from "cotangent"
 * console.log(await softSign(tensor([-1, 0, 3])).array())
 * ```
 */
export const softSign: Unary = typed((x: unknown) => {
  const value = floatValue("softSign", x)
  return v.div(value, v.add(v.abs(value), 1))
})
