/** Comparisons, logic and choices, element by element. */
import { typed } from "../boundary.ts"
import { DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { selectValue } from "../interpreters/select.ts"
import { abs } from "../primitives/abs.ts"
import { and, not, or, xor } from "../primitives/bitwise.ts"
import {
  equal as equalOp,
  lessEqual as lessEqualOp,
  less as lessOp,
  notEqual as notEqualOp,
} from "../primitives/compare.ts"
import type { Elementwise } from "../primitives/elementwise.ts"
import { boolOnly, keyIsNoNumber } from "../shape/messages.ts"
import type { Compare, Logical, LogicalNot, Test, Where } from "../signatures/arithmetic.ts"
import type { Value } from "../value.ts"
import { asValue, floatValue, like, promoted } from "./operands.ts"

const compare =
  (name: string, { operation }: Elementwise, swapped = false): ((a: unknown, b: unknown) => Value) =>
  (a, b) => {
    const pair = promoted(name, a, b)
    if (pair.some((x) => x.dtype === "key")) throw new DTypeError("key", keyIsNoNumber(name), { op: name })
    return bindOne(operation, ...(swapped ? [...pair].reverse() : pair))
  }
/**
 * a < b, as bool; false where either is NaN.
 *
 * @example
 * ```ts
 * import { less, tensor } from "cotangent"
 * console.log(await less(tensor([1, 5]), 3).array())
 * ```
 */
export const less: Compare<"less"> = typed(compare("less", lessOp))
/** a <= b, as bool; false where either is NaN. */
export const lessEqual: Compare<"lessEqual"> = typed(compare("lessEqual", lessEqualOp))
/** a > b, as bool; false where either is NaN. */
export const greater: Compare<"greater"> = typed(compare("greater", lessOp, true))
/** a >= b, as bool; false where either is NaN. */
export const greaterEqual: Compare<"greaterEqual"> = typed(compare("greaterEqual", lessEqualOp, true))
/**
 * a = b, as bool; false where either is NaN.
 *
 * @example
 * ```ts
 * import { equal, tensor } from "cotangent"
 * console.log(await equal(tensor([1, 2]), tensor([1, 3])).array())
 * ```
 */
export const equal: Compare<"equal"> = typed(compare("equal", equalOp))
/** a != b, as bool; true where either is NaN. */
export const notEqual: Compare<"notEqual"> = typed(compare("notEqual", notEqualOp))

function boolValue(op: string, x: unknown): Value {
  const value = asValue(op, x)
  if (value.dtype !== "bool") throw new DTypeError("bool-only", boolOnly(op, value.dtype), { op, dtype: value.dtype })
  return value
}
const logical =
  (name: string, { operation }: Elementwise): ((a: unknown, b: unknown) => Value) =>
  (a, b) =>
    bindOne(operation, boolValue(name, a), boolValue(name, b))
/**
 * Whether both hold.
 *
 * @example
 * ```ts
 * import { greater, less, logicalAnd, tensor } from "cotangent"
 * const x = tensor([1, 5, 9])
 * console.log(await logicalAnd(greater(x, 2), less(x, 7)).array())
 * ```
 */
export const logicalAnd: Logical<"logicalAnd"> = typed(logical("logicalAnd", and))
/** Whether one of the two holds. */
export const logicalOr: Logical<"logicalOr"> = typed(logical("logicalOr", or))
/** Whether exactly one of the two holds. */
export const logicalXor: Logical<"logicalXor"> = typed(logical("logicalXor", xor))
/** Whether x does not hold. */
export const logicalNot: LogicalNot = typed((x: unknown) => bindOne(not.operation, boolValue("logicalNot", x)))

/** Whether x is NaN. */
export const isNaN: Test = typed((x: unknown) => {
  const value = floatValue("isNaN", x)
  return bindOne(notEqualOp.operation, value, value)
})
/** Whether x is neither NaN nor infinite. */
export const isFinite: Test = typed((x: unknown) => {
  const value = floatValue("isFinite", x)
  return bindOne(lessOp.operation, bindOne(abs.operation, value), like(value, Number.POSITIVE_INFINITY))
})

/**
 * `condition ? a : b`, element by element; all three broadcast, a and b promote. Both are computed, and so are both
 * derivatives: keep what is not chosen away from NaN (`where(x > 0, log(where(x > 0, x, 1)), 0)`).
 *
 * @example
 * ```ts
 * import { less, tensor, where } from "cotangent"
 * const x = tensor([-1, 2])
 * console.log(await where(less(x, 0), 0, x).array())
 * ```
 */
export const where: Where = typed((condition: unknown, a: unknown, b: unknown) => {
  const test = boolValue("where", condition)
  const [x, y] =
    typeof a === "boolean" || typeof b === "boolean"
      ? [asValue("where", a), asValue("where", b)]
      : promoted("where", a, b)
  if (x === undefined || y === undefined) throw new DTypeError("operand", "where: takes a condition and two values")
  return selectValue(test, x, y)
})
