/** Exponentials below 0, x above. exp(x) - 1 is computed as one, so nothing cancels near 0. */
import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Elu } from "../../signatures/activations.ts"
import type { Unary } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { floatValue, like } from "../operands.ts"
import * as v from "../values.ts"

/** exp(x) - 1 below 0 and 0 above, where exp of what is not chosen would overflow into the slope. */
const below = (x: Value): Value => v.expm1(v.where(v.lessEqual(x, 0), x, like(x, 0)))
const notAbove = (x: Value): Value => v.lessEqual(x, 0)
const alphaOf = (op: string, options: { readonly alpha?: number }): number => {
  checkOptions(op, options, ["alpha"])
  return options.alpha ?? 1
}

/**
 * x above 0, else alpha (exp(x) - 1), alpha 1 by default; at 0 the slope from below, alpha. Clevert et al. 2016, "Fast and
 * Accurate Deep Network Learning by Exponential Linear Units", eq. 15.
 *
 * @example
 * ```ts
 * import { elu, tensor } from "cotangent"
 * console.log(await elu(tensor([-100, 0, 2]), { alpha: 0.5 }).array())
 * ```
 */
export const elu: Elu = typed((x: unknown, options: { readonly alpha?: number } = {}) => {
  const [value, alpha] = [floatValue("elu", x), alphaOf("elu", options)]
  return v.where(notAbove(value), v.mul(below(value), alpha), value)
})
/**
 * elu scaled so that activations keep mean 0 and variance 1. Klambauer et al. 2017, "Self-Normalizing Neural Networks", eq. 2.
 *
 * @example
 * ```ts
 * import { selu, tensor } from "cotangent"
 * console.log(await selu(tensor([-1, 0, 1])).array())
 * ```
 */
export const selu: Unary = typed((x: unknown) => {
  const value = floatValue("selu", x)
  const [alpha, scale] = [1.6732632423543772, 1.0507009873554805]
  return v.mul(v.where(notAbove(value), v.mul(below(value), alpha), value), scale)
})
/**
 * x above 0, else alpha (exp(x / alpha) - 1): elu whose slope at 0 is 1 for every alpha. Barron 2017, "Continuously
 * Differentiable Exponential Linear Units".
 *
 * @example
 * ```ts
 * import { celu, tensor } from "cotangent"
 * console.log(await celu(tensor([-100, 0, 2]), { alpha: 0.5 }).array())
 * ```
 */
export const celu: Elu = typed((x: unknown, options: { readonly alpha?: number } = {}) => {
  const [value, alpha] = [floatValue("celu", x), alphaOf("celu", options)]
  return v.where(notAbove(value), v.mul(below(v.div(value, alpha)), alpha), value)
})
