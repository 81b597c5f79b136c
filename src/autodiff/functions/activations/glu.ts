import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { fail } from "../../shape/fail.ts"
import { cannotHalve } from "../../shape/messages.ts"
import type { Glu } from "../../signatures/activations.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { sigmoidOf } from "./decay.ts"

/**
 * The first half of an axis (by default the last) times the sigmoid of the second. Dauphin et al. 2017, "Language Modeling
 * with Gated Convolutional Networks", eq. 1.
 *
 * @throws ShapeError where the axis has no halves.
 * @example
 * ```ts
 * import { glu, tensor } from "cotangent"
 * console.log(await glu(tensor([[1, 2, 0, 100]])).array())
 * ```
 */
export const glu: Glu = typed((x: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("glu", options, ["axis"])
  const value = floatValue("glu", x)
  const { axis = -1 } = options
  const at = normaliseAxis("glu", axis, value.shape)
  const size = value.shape[at] ?? 0
  if (size % 2 !== 0) fail("halve", cannotHalve("glu", axis, value.shape), { axis, shape: value.shape })
  const half = size / 2
  return v.mul(v.part(value, at, 0, half), sigmoidOf(v.part(value, at, half, half)))
})
