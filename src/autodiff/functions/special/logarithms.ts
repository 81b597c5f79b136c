/** Powers, roots and logarithms beside those of real.ts. */
import { typed } from "../../boundary.ts"
import {
  cbrt as cbrtOp,
  exp2 as exp2Op,
  expm1 as expm1Op,
  log1p as log1pOp,
  log2 as log2Op,
  log10 as log10Op,
} from "../../primitives/logarithms.ts"
import type { Elementwise, Unary } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { sigmoid } from "../activations/sigmoid.ts"
import { floatPair, floatValue, like } from "../operands.ts"
import { real } from "../real.ts"
import * as v from "../values.ts"

/** 2 to the power x. */
export const exp2: Unary = real(exp2Op)
/**
 * exp(x) - 1, with all its digits where x is next to 0.
 *
 * @example
 * ```ts
 * import { expm1, tensor } from "cotangent"
 * console.log(await expm1(tensor([1e-10, 1])).array())
 * ```
 */
export const expm1: Unary = real(expm1Op)
/** The logarithm to base 2. */
export const log2: Unary = real(log2Op)
/** The logarithm to base 10. */
export const log10: Unary = real(log10Op)
/**
 * log(1 + x), with all its digits where x is next to 0.
 *
 * @example
 * ```ts
 * import { log1p, tensor } from "cotangent"
 * console.log(await log1p(tensor([1e-10, 1])).array())
 * ```
 */
export const log1p: Unary = real(log1pOp)
/** The cube root, of negative numbers too. Its derivative at 0 is infinite. */
export const cbrt: Unary = real(cbrtOp)
/** 1 / sqrt(x). */
export const rsqrt: Unary = typed((x: unknown) => {
  const value = floatValue("rsqrt", x)
  return v.div(like(value, 1), v.sqrt(value))
})
/** 1 / x. */
export const reciprocal: Unary = typed((x: unknown) => {
  const value = floatValue("reciprocal", x)
  return v.div(like(value, 1), value)
})

/**
 * log(exp(a) + exp(b)), without overflow.
 *
 * @example
 * ```ts
 * import { logAddExp, tensor } from "cotangent"
 * console.log(await logAddExp(tensor([0, 1000]), tensor([0, 1000])).array())
 * ```
 */
export const logAddExp: Elementwise<"logAddExp"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("logAddExp", a, b)
  // By choice and not by a maximum: either branch is the whole function, so that equal operands leave no kink.
  const first = v.lessEqual(y, x)
  const larger = v.where(first, x, y)
  const gap = v.where(first, v.sub(y, x), v.sub(x, y))
  // Two equal infinities have no difference.
  const isInfinite = v.equal(v.abs(larger), Number.POSITIVE_INFINITY)
  return v.add(larger, v.log1p(v.exp(v.where(isInfinite, 0, gap))))
})

/** x log(y), whose logarithm is that of 1 where x is 0 and y has none: 0 there, and no NaN in a derivative. */
function timesLog(x: Value, y: Value, least: number, log: (y: Value) => Value): Value {
  const harmless = v.where(v.lessEqual(y, least), 1, v.where(v.equal(y, Number.POSITIVE_INFINITY), 1, y))
  return v.mul(x, log(v.where(v.equal(x, 0), harmless, y)))
}
/**
 * x log(y), and 0 where x is 0 (unless y is NaN).
 *
 * @example
 * ```ts
 * import { tensor, xlogy } from "cotangent"
 * console.log(await xlogy(tensor([0, 2]), tensor([0, 1])).array())
 * ```
 */
export const xlogy: Elementwise<"xlogy"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("xlogy", a, b)
  return timesLog(x, y, 0, v.log)
})
/** x log(1 + y), and 0 where x is 0 (unless y is NaN). */
export const xlog1py: Elementwise<"xlog1py"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("xlog1py", a, b)
  return timesLog(x, y, -1, v.log1p)
})

/**
 * log(x / (1 - x)), the inverse of the logistic function.
 *
 * @example
 * ```ts
 * import { logit, tensor } from "cotangent"
 * console.log(await logit(tensor([0, 0.5, 1])).array())
 * ```
 */
export const logit: Unary = typed((x: unknown) => {
  const value = floatValue("logit", x)
  // Next to 1/2, where the result is 0, 1 - 2 x is exact.
  const isLow = v.lessEqual(value, 0.5)
  const [one, gap] = [like(value, 1), v.sub(v.add(value, value), 1)]
  const ratio = v.div(v.where(isLow, v.neg(gap), gap), v.where(isLow, value, v.sub(one, value)))
  const size = v.log1p(ratio)
  return v.where(isLow, v.neg(size), size)
})
/** 1 / (1 + exp(-x)): `sigmoid` under JAX's name. */
export const logistic: Unary = sigmoid
