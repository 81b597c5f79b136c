/** The gamma function's logarithm, its derivatives, and the beta function. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { lgamma as lgammaOp, polygamma as polygammaOp } from "../../primitives/gamma.ts"
import type { Elementwise, Polygamma, Unary } from "../../signatures/arithmetic.ts"
import { floatPair, floatValue } from "../operands.ts"
import { real } from "../real.ts"
import * as v from "../values.ts"

/**
 * log |Γ(x)|; Infinity at 0 and the negative whole numbers.
 *
 * @example
 * ```ts
 * import { lgamma, tensor } from "cotangent"
 * console.log(await lgamma(tensor([1, 5])).array())
 * ```
 */
export const lgamma: Unary = real(lgammaOp)
/** The derivative of `lgamma`. */
export const digamma: Unary = real({ name: "digamma", operation: polygammaOp.of(0), cases: [] })
/**
 * The n-th derivative of `digamma`, for a whole n from 0 on.
 *
 * @throws CotangentError for an order that is not whole, or below 0.
 * @example
 * ```ts
 * import { polygamma, tensor } from "cotangent"
 * console.log(await polygamma(1, tensor([1])).array())
 * ```
 */
export const polygamma: Polygamma = typed((order: unknown, x: unknown) => {
  if (typeof order !== "number" || !Number.isInteger(order) || order < 0)
    throw new CotangentError(
      "order",
      `polygamma: the order must be a whole number of at least 0, got ${String(order)}`,
      {
        order,
      },
    )
  return bindOne(polygammaOp.of(order), floatValue("polygamma", x))
})
/**
 * log B(a, b) = lgamma(a) + lgamma(b) - lgamma(a + b), for a and b above 0.
 *
 * @example
 * ```ts
 * import { betaln, tensor } from "cotangent"
 * console.log(await betaln(tensor([1]), tensor([1])).array())
 * ```
 */
export const betaln: Elementwise<"betaln"> = typed((a: unknown, b: unknown) => {
  const [x, y] = floatPair("betaln", a, b)
  return v.sub(v.add(v.lgamma(x), v.lgamma(y)), v.lgamma(v.add(x, y)))
})
