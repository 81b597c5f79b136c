/** Division that rounds down, and the remainder that goes with it. */
import { typed } from "../../boundary.ts"
import { isFloat } from "../../dtype.ts"
import { bindOne } from "../../interpreter.ts"
import { and, xor } from "../../primitives/bitwise.ts"
import { floor } from "../../primitives/floor.ts"
import type { Elementwise } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { arithmetic, like } from "../operands.ts"
import * as v from "../values.ts"

/** Whether a remainder has the other sign than the divisor. */
const isBeyond = (rest: Value, y: Value): Value =>
  bindOne(
    and.operation,
    v.notEqual(rest, 0),
    bindOne(xor.operation, v.less(rest, like(rest, 0)), v.less(y, like(y, 0))),
  )
/**
 * a / b rounded down; an integer by 0 is 0, and an infinite quotient stays infinite. Its derivative is 0.
 *
 * @example
 * ```ts
 * import { floorDivide, tensor } from "cotangent"
 * console.log(await floorDivide(tensor([7, -7]), 2).array())
 * ```
 */
export const floorDivide: Elementwise<"floorDivide"> = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("floorDivide", a, b)
  const rest = v.rem(x, y)
  if (isFloat(x.dtype)) {
    // Not floor(x / y): a quotient that rounds up to a whole number would be one too large.
    const exact = v.div(v.sub(x, v.where(isBeyond(rest, y), v.add(rest, y), rest)), y)
    const isUsual = v.less(v.abs(v.sub(exact, exact)), 1)
    return v.stop(v.where(isUsual, v.round(exact), bindOne(floor.operation, v.div(x, y))))
  }
  const quotient = v.div(x, y)
  return x.dtype === "u32" ? quotient : v.where(isBeyond(rest, y), v.sub(quotient, 1), quotient)
})
/**
 * a - b floorDivide(a, b): the remainder with the sign of b, where `rem` has that of a; 0 for an integer by 0.
 *
 * @example
 * ```ts
 * import { mod, rem, tensor } from "cotangent"
 * const x = tensor([7, -7])
 * console.log(await mod(x, 3).array(), await rem(x, 3).array())
 * ```
 */
export const mod: Elementwise<"mod"> = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("mod", a, b)
  const rest = v.rem(x, y)
  return x.dtype === "u32" ? rest : v.where(isBeyond(rest, y), v.add(rest, y), rest)
})
