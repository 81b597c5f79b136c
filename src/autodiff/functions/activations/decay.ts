import type { Value } from "../../value.ts"
import { like } from "../operands.ts"
import * as v from "../values.ts"

/**
 * exp(-|x|), which never overflows (exp(-x) does far below 0, and its derivative becomes Infinity / Infinity). Written as
 * a choice, not with abs: there is no kink at 0 to give a derivative of 0, as sigmoid would have had instead of 1/4.
 */
function decay(x: Value): { readonly below: Value; readonly small: Value } {
  const below = v.lessEqual(x, 0)
  return { below, small: v.exp(v.where(below, x, v.neg(x))) }
}
/** 1 / (1 + exp(-x)). */
export function sigmoidOf(x: Value): Value {
  const { below, small } = decay(x)
  const one = like(x, 1)
  return v.div(v.where(below, small, one), v.add(one, small))
}
/** log(1 + exp(x)) - less: what is taken off goes first, so that softplus(50) - 50 is not rounded away. */
export function softplusOf(x: Value, less?: Value): Value {
  const { below, small } = decay(x)
  const linear = v.where(below, 0, x)
  return v.add(less === undefined ? linear : v.sub(linear, less), v.log1p(small))
}
