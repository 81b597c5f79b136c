import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { fail } from "../../shape/fail.ts"
import { groupNormOperand, groupsOfChannels } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { GroupNorm } from "../../signatures/normalisations.ts"
import type { Value } from "../../value.ts"
import { castTo, floatValue } from "../operands.ts"
import * as v from "../values.ts"
import { standardized } from "./layer-norm.ts"

interface Options {
  readonly epsilon?: number
  readonly scale?: unknown
  readonly bias?: unknown
}
/** One number per channel, laid along axis 1. */
function perChannel(what: string, x: Value, given: unknown): Value {
  const found = castTo(floatValue("groupNorm", given), x.type.array.dtype)
  const channels = x.shape[1] ?? 0
  if (!sameShape(found.shape, [channels]))
    fail("norm", groupNormOperand(what, found.shape, x.shape), { shapes: [x.shape, found.shape] })
  return v.reshape(found, [channels, ...x.shape.slice(2).map(() => 1)])
}

/**
 * Layer norm of x `[N, C, …]` over groups of neighbouring channels with all their places; `scale` and `bias` have one entry
 * per channel. One group normalises each example, C groups each channel of it (instance norm). epsilon is 1e-5 unless
 * given. Wu and He 2018, "Group Normalization", eq. 1 to 6.
 *
 * @throws ShapeError where the groups do not divide the channels, or scale or bias are not one per channel.
 * @example
 * ```ts
 * import { groupNorm, tensor } from "cotangent"
 * console.log(await groupNorm(tensor([[1, 3, 10, 20]]), 2).array())
 * ```
 */
export const groupNorm: GroupNorm = typed((x: unknown, groups: number, options: Options = {}) => {
  checkOptions("groupNorm", options, ["scale", "bias", "epsilon"])
  const { epsilon = 1e-5, scale, bias } = options
  const value = floatValue("groupNorm", x)
  normaliseAxis("groupNorm", 1, value.shape)
  const [examples = 0, channels = 0, ...places] = value.shape
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    fail("groups", groupsOfChannels(groups, value.shape), { groups, shape: value.shape })
  const size = places.reduce((n, s) => n * s, channels / groups)
  const grouped = v.reshape(value, [examples, groups, size])
  const plain = v.reshape(standardized("groupNorm", grouped, 2, epsilon), value.shape)
  const scaled = scale === undefined ? plain : v.mul(plain, perChannel("scale", value, scale))
  return bias === undefined ? scaled : v.add(scaled, perChannel("bias", value, bias))
})
