/** Equality up to a tolerance. */
import { typed } from "../../boundary.ts"
import { isFloat } from "../../dtype.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { all } from "../../primitives/all.ts"
import { and, or } from "../../primitives/bitwise.ts"
import type { AllClose, Closeness, IsClose } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { arithmetic } from "../operands.ts"
import * as v from "../values.ts"

function close(op: string, a: unknown, b: unknown, options: Closeness): Value {
  checkOptions(op, options, ["rtol", "atol", "equalNaN"])
  const { rtol = 1e-5, atol = 1e-8, equalNaN = false } = options
  const [left, right] = arithmetic(op, a, b)
  const [x, y] = isFloat(left.dtype) ? [left, right] : [v.cast("f32", left), v.cast("f32", right)]
  const near = v.lessEqual(v.abs(v.sub(x, y)), v.add(v.mul(v.abs(y), rtol), atol))
  // Infinity is within rtol of everything: only what equals it is near.
  const finite = bindOne(and.operation, near, v.less(v.abs(y), Number.POSITIVE_INFINITY))
  const same = bindOne(or.operation, finite, v.equal(x, y))
  if (!equalNaN) return same
  return bindOne(or.operation, same, bindOne(and.operation, v.notEqual(x, x), v.notEqual(y, y)))
}
/**
 * Whether |a - b| <= atol + rtol |b|, element by element; `{ rtol: 1e-5, atol: 1e-8, equalNaN: false }` unless given.
 *
 * @example
 * ```ts
 * import { isClose, tensor } from "cotangent"
 * console.log(await isClose(tensor([1, 2]), tensor([1.000001, 2.1])).array())
 * ```
 */
export const isClose: IsClose = typed((a: unknown, b: unknown, options: Closeness = {}) =>
  close("isClose", a, b, options),
)
/** Whether `isClose` holds everywhere. */
export const allClose: AllClose = typed((a: unknown, b: unknown, options: Closeness = {}) => {
  const near = close("allClose", a, b, options)
  return near.shape.length === 0 ? near : bindOne(all.over(near.shape.map((_, d) => d)), near)
})
