/** Nonlinearities of neural networks. */
import { typed } from "../boundary.ts"
import { bindOne } from "../interpreter.ts"
import { add } from "../primitives/add.ts"
import { lessEqual } from "../primitives/compare.ts"
import { div } from "../primitives/div.ts"
import { exp } from "../primitives/exp.ts"
import { log } from "../primitives/log.ts"
import { mul } from "../primitives/mul.ts"
import { neg } from "../primitives/neg.ts"
import { where } from "../primitives/where.ts"
import type { Unary } from "../signatures/arithmetic.ts"
import type { Value } from "../value.ts"
import { floatValue, like } from "./operands.ts"

/**
 * x above 0, else 0; NaN stays. Its derivative at 0 is 0.
 *
 * @example
 * ```ts
 * import { relu, tensor } from "cotangent"
 * console.log(await relu(tensor([-1, 2])).array())
 * ```
 */
export const relu: Unary = typed((x: unknown) => {
  const value = floatValue("relu", x)
  return bindOne(where.operation, bindOne(lessEqual.operation, value, like(value, 0)), like(value, 0), value)
})

/**
 * exp(-|x|), which never overflows (exp(-x) does far below 0, and its derivative becomes Infinity / Infinity). Written as
 * a choice, not with abs: there is no kink at 0 to give a derivative of 0, as sigmoid would have had instead of 1/4.
 */
function decay(x: Value): { readonly below: Value; readonly small: Value } {
  const below = bindOne(lessEqual.operation, x, like(x, 0))
  return { below, small: bindOne(exp.operation, bindOne(where.operation, below, x, bindOne(neg.operation, x))) }
}
function sigmoidOf(x: Value): Value {
  const { below, small } = decay(x)
  const one = like(x, 1)
  return bindOne(div.operation, bindOne(where.operation, below, small, one), bindOne(add.operation, one, small))
}
/** 1 / (1 + exp(-x)), accurate far out on both sides. */
export const sigmoid: Unary = typed((x: unknown) => sigmoidOf(floatValue("sigmoid", x)))
/** x sigmoid(x), also called swish. */
export const silu: Unary = typed((x: unknown) => {
  const value = floatValue("silu", x)
  return bindOne(mul.operation, value, sigmoidOf(value))
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
export const softplus: Unary = typed((x: unknown) => {
  const value = floatValue("softplus", x)
  const { below, small } = decay(value)
  return bindOne(
    add.operation,
    bindOne(where.operation, below, like(value, 0), value),
    bindOne(log.operation, bindOne(add.operation, like(value, 1), small)),
  )
})
