/** Signs, steps, and numbers that are none. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and, or } from "../../primitives/bitwise.ts"
import type { Clip, Elementwise, NanToNum, Test } from "../../signatures/arithmetic.ts"
import { clip } from "../arithmetic.ts"
import { floatPair, floatValue, like } from "../operands.ts"
import * as v from "../values.ts"

/** `clip`, as PyTorch calls it. */
export const clamp: Clip = clip
/**
 * |a| with the sign of b, also of -0. Its derivative by b is 0.
 *
 * @example
 * ```ts
 * import { copySign, tensor } from "cotangent"
 * console.log(await copySign(tensor([1, 2]), tensor([-0, 5])).array())
 * ```
 */
export const copySign: Elementwise<"copySign"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("copySign", a, b)
  const sign = v.stop(y)
  const isMinusZero = bindOne(and.operation, v.equal(sign, 0), v.less(v.div(like(sign, 1), sign), 0))
  const size = v.abs(x)
  return v.where(bindOne(or.operation, v.less(sign, 0), isMinusZero), v.neg(size), size)
})
/**
 * 0 below 0, 1 above, and `middle` at 0. Its derivative by x is 0.
 *
 * @example
 * ```ts
 * import { heaviside, tensor } from "cotangent"
 * console.log(await heaviside(tensor([-2, 0, 2]), 0.5).array())
 * ```
 */
export const heaviside: Elementwise<"heaviside"> = typed((a: unknown, b: unknown) => {
  const [x, middle] = floatPair("heaviside", a, b)
  const flat = v.stop(x)
  const step = v.where(
    v.less(flat, 0),
    0,
    v.where(v.equal(flat, 0), middle, v.where(v.less(like(flat, 0), flat), 1, flat)),
  )
  return step
})
/** Whether x is Infinity or -Infinity. */
export const isInf: Test = typed((x: unknown) => v.equal(v.abs(floatValue("isInf", x)), Number.POSITIVE_INFINITY))

const largest = { f32: 3.4028234663852886e38, f64: Number.MAX_VALUE } as const
/**
 * x with numbers for NaN and the infinities: 0 and the largest of the dtype, or those given. The derivative is 0 where x was
 * replaced.
 *
 * @example
 * ```ts
 * import { nanToNum, tensor } from "cotangent"
 * console.log(await nanToNum(tensor([NaN, 1, Infinity]), { posinf: 9 }).array())
 * ```
 */
export const nanToNum: NanToNum = typed((x: unknown, options: Parameters<NanToNum>[1] = {}) => {
  checkOptions("nanToNum", options, ["nan", "posinf", "neginf"])
  const value = floatValue("nanToNum", x)
  const most = value.dtype === "f64" ? largest.f64 : largest.f32
  const { nan = 0, posinf = most, neginf = -most } = options
  const above = v.where(v.equal(value, Number.POSITIVE_INFINITY), posinf, value)
  const within = v.where(v.equal(value, Number.NEGATIVE_INFINITY), neginf, above)
  return v.where(v.notEqual(value, value), nan, within)
})
