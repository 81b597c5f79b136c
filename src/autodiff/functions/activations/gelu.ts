import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { tanh } from "../../primitives/tanh.ts"
import type { Gelu } from "../../signatures/activations.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"

const slope = Math.sqrt(2 / Math.PI)
/**
 * x times the normal distribution function of x. By default approximated by tanh, as in JAX; `approximate: false` is exact,
 * as PyTorch's default, by erfc, which keeps its digits far below 0. Hendrycks and Gimpel 2016, "Gaussian Error Linear
 * Units", section 2.
 *
 * @example
 * ```ts
 * import { gelu, tensor } from "cotangent"
 * console.log(await gelu(tensor([-1, 0, 1])).array())
 * console.log(await gelu(tensor([-1, 0, 1]), { approximate: false }).array())
 * ```
 */
export const gelu: Gelu = typed((x: unknown, options: { readonly approximate?: boolean } = {}) => {
  checkOptions("gelu", options, ["approximate"])
  const value = floatValue("gelu", x)
  const half = v.mul(value, 0.5)
  if (options.approximate === false) return v.mul(half, v.erfc(v.mul(value, -Math.SQRT1_2)))
  const cubic = v.mul(v.mul(v.mul(value, value), value), 0.044715)
  const inner = v.mul(v.add(value, cubic), slope)
  return v.mul(half, v.add(bindOne(tanh.operation, inner), 1))
})
