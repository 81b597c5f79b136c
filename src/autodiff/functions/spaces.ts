/** Numbers at equal ratios, and a value in another tensor's form. */
import { typed } from "../boundary.ts"
import type { Element } from "../dtype.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { checkOptions } from "../options.ts"
import { typeOf } from "../program/type.ts"
import { keyIsNoNumber } from "../shape/messages.ts"
import { checkSizes } from "../shape/sizes.ts"
import type { FullLike, Geomspace, Logspace } from "../signatures/arranging.ts"
import { fromNumbers } from "../tensor.ts"
import type { Value } from "../value.ts"
import { dtypeOption, filled } from "./creation.ts"
import { asValue } from "./operands.ts"

// Powers in doubles, rounded once: an f32 exponential of an f32 exponent is off by as many ulps as the exponent is long.
function powers(op: string, count: number, at: (share: number) => number): Value {
  checkSizes(op, [count])
  const step = 1 / Math.max(1, count - 1)
  return fromNumbers(
    typeOf("f32", [count]),
    Float32Array.from({ length: count }, (_, k) => at(k === count - 1 && k > 0 ? 1 : k * step)),
  )
}
/**
 * `count` powers of a base, 10 unless given, at equal distances of the exponent from `start` to `stop`, both included; f32.
 *
 * @throws ShapeError where the count is no size.
 * @example
 * ```ts
 * import { logspace } from "cotangent"
 * console.log(await logspace(0, 2, 3).array())
 * ```
 */
export const logspace: Logspace = typed(
  (start: number, stop: number, count: number, options: { readonly base?: number } = {}) => {
    checkOptions("logspace", options, ["base"])
    const { base = 10 } = options
    return powers("logspace", count, (share) => base ** (start + (stop - start) * share))
  },
)
/**
 * `count` numbers at equal ratios from `start` to `stop`, both included and of one sign; f32.
 *
 * @throws CotangentError where one is 0 or their signs differ; ShapeError where the count is no size.
 * @example
 * ```ts
 * import { geomspace } from "cotangent"
 * console.log(await geomspace(1, 8, 4).array())
 * ```
 */
export const geomspace: Geomspace = typed((start: number, stop: number, count: number) => {
  if (!(start * stop > 0))
    throw new CotangentError("geomspace", `geomspace: start and stop must have one sign, got ${start} and ${stop}`)
  return powers("geomspace", count, (share) => (share === 1 ? stop : start * (stop / start) ** share))
})
/**
 * One value in x's shape, and in its dtype unless `dtype` says otherwise.
 *
 * @throws DTypeError for a fraction in an integer tensor, and for keys.
 * @example
 * ```ts
 * import { fullLike, tensor } from "cotangent"
 * console.log(await fullLike(tensor([1, 2]), 7).array())
 * ```
 */
export const fullLike: FullLike = typed(
  (x: unknown, value: number | boolean, options: { readonly dtype?: Element } = {}) => {
    const like = asValue("fullLike", x)
    if (like.dtype === "key") throw new DTypeError("key", keyIsNoNumber("fullLike"), { op: "fullLike" })
    return filled("fullLike", like.shape, Number(value), dtypeOption("fullLike", options, like.dtype))
  },
)
