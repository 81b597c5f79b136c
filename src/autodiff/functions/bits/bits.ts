/** Operations on the bits of whole numbers. */
import { typed } from "../../boundary.ts"
import { isInteger } from "../../dtype.ts"
import { DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { and, not, or, popCount as popCountOp, shiftLeft, shiftRight, xor } from "../../primitives/bitwise.ts"
import type { Elementwise } from "../../primitives/elementwise.ts"
import { broadcastShapes } from "../../shape/broadcast.ts"
import { wholeOnly } from "../../shape/messages.ts"
import type { Bitwise, UnaryBitwise, UnaryWhole } from "../../signatures/arithmetic.ts"
import type { Value } from "../../value.ts"
import { asValue, promoted } from "../operands.ts"

function whole(op: string, x: Value, bools: boolean): Value {
  if (isInteger(x.dtype) || (bools && x.dtype === "bool")) return x
  throw new DTypeError("dtype", wholeOnly(op, x.dtype), { op, dtype: x.dtype })
}
const binary =
  (op: string, { operation }: Elementwise, bools: boolean): ((a: unknown, b: unknown) => Value) =>
  (a, b) => {
    const pair = promoted(op, a, b).map((x) => whole(op, x, bools))
    // Said under the name that was called.
    broadcastShapes(op, ...pair.map((x) => x.shape))
    return bindOne(operation, ...pair)
  }
/**
 * The bits that are set in both; of bools, whether both hold.
 *
 * @throws DTypeError for floats; ShapeError where the shapes do not broadcast.
 * @example
 * ```ts
 * import { bitwiseAnd, tensor } from "cotangent"
 * console.log(await bitwiseAnd(tensor([12, 10], { dtype: "i32" }), 6).array())
 * ```
 */
export const bitwiseAnd: Bitwise<"bitwiseAnd"> = typed(binary("bitwiseAnd", and, true))
/** The bits that are set in one of the two, or both. */
export const bitwiseOr: Bitwise<"bitwiseOr"> = typed(binary("bitwiseOr", or, true))
/** The bits that are set in exactly one of the two. */
export const bitwiseXor: Bitwise<"bitwiseXor"> = typed(binary("bitwiseXor", xor, true))
/** All bits turned round: -1 - x of an i32. */
export const bitwiseNot: UnaryBitwise = typed((x: unknown) =>
  bindOne(not.operation, whole("bitwiseNot", asValue("bitwiseNot", x), true)),
)
/** a shifted to the left by b bits, modulo 32. */
export const leftShift: Bitwise<"leftShift"> = typed(binary("leftShift", shiftLeft, false))
/** a shifted to the right by b bits, modulo 32: an i32 keeps its sign, a u32 brings in zeros. */
export const rightShift: Bitwise<"rightShift"> = typed(binary("rightShift", shiftRight, false))
/** How many bits are set. */
export const popCount: UnaryWhole = typed((x: unknown) =>
  bindOne(popCountOp.operation, whole("popCount", asValue("popCount", x), false)),
)
