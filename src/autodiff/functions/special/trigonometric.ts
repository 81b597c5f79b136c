/** Angles: the functions that real.ts does not have, their inverses, and what is measured in degrees. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { sinc as sincOp } from "../../primitives/sinc.ts"
import {
  acos as acosOp,
  asin as asinOp,
  atan2 as atan2Op,
  atan as atanOp,
  tan as tanOp,
} from "../../primitives/trigonometric.ts"
import type { Elementwise, Unary } from "../../signatures/arithmetic.ts"
import { floatPair, floatValue } from "../operands.ts"
import { real } from "../real.ts"
import * as v from "../values.ts"

/** The tangent of x in radians. */
export const tan: Unary = real(tanOp)
/** The angle in [-π/2, π/2] whose sine is x; NaN beyond -1 and 1. */
export const asin: Unary = real(asinOp)
/** The angle in [0, π] whose cosine is x; NaN beyond -1 and 1. */
export const acos: Unary = real(acosOp)
/** The angle in [-π/2, π/2] whose tangent is x. */
export const atan: Unary = real(atanOp)
/**
 * The angle of the point (x, y) in [-π, π]; note that y comes first. Its derivative at the origin is 0.
 *
 * @throws ShapeError where the shapes do not broadcast; DTypeError for integers.
 * @example
 * ```ts
 * import { atan2, tensor } from "cotangent"
 * console.log(await atan2(tensor([1, -1]), tensor([1, -1])).array())
 * ```
 */
export const atan2: Elementwise<"atan2"> = typed((y: unknown, x: unknown) =>
  bindOne(atan2Op.operation, ...floatPair("atan2", y, x)),
)
/**
 * sin(πx) / (πx), and 1 at 0, to any order of derivative.
 *
 * @example
 * ```ts
 * import { sinc, tensor } from "cotangent"
 * console.log(await sinc(tensor([0, 0.5, 1])).array())
 * ```
 */
export const sinc: Unary = real(sincOp)
/** Radians as degrees. */
export const degrees: Unary = typed((x: unknown) => v.mul(floatValue("degrees", x), 180 / Math.PI))
/** Degrees as radians. */
export const radians: Unary = typed((x: unknown) => v.mul(floatValue("radians", x), Math.PI / 180))

/**
 * The hypotenuse over the legs a and b, without overflow on the way. Its derivative at the origin is 0.
 *
 * @example
 * ```ts
 * import { hypot, tensor } from "cotangent"
 * console.log(await hypot(tensor([3, 3e30]), tensor([4, 4e30])).array())
 * ```
 */
export const hypot: Elementwise<"hypot"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("hypot", a, b)
  // The result does not depend on the scale, so neither do its derivatives, of any order.
  const [p, q] = [v.stop(v.abs(x)), v.stop(v.abs(y))]
  const largest = v.maximum(p, q)
  const isInfinite = v.equal(v.where(v.less(p, q), q, p), Number.POSITIVE_INFINITY)
  const isPlain = v.less(v.abs(v.sub(largest, largest)), 1)
  const scale = v.where(isPlain, v.where(v.equal(largest, 0), 1, largest), 1)
  const [s, t] = [v.div(x, scale), v.div(y, scale)]
  const square = v.add(v.mul(s, s), v.mul(t, t))
  const isZero = v.equal(square, 0)
  const length = v.mul(scale, v.sqrt(v.where(isZero, 1, square)))
  return v.where(isInfinite, Number.POSITIVE_INFINITY, v.where(isZero, 0, length))
})
