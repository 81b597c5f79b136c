/** Determinants, powers and the exponential of square matrices. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bind, bindOne } from "../../interpreter.ts"
import { times } from "../../primitives/linalg/algebra.ts"
import { det as detOp, slogdet as slogdetOp } from "../../primitives/linalg/det.ts"
import { expm as expmOp } from "../../primitives/linalg/expm.ts"
import { solve } from "../../primitives/linalg/solve.ts"
import { squareShape } from "../../shape/linalg.ts"
import type { Det, MatrixPower, OnSquares, Slogdet } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import { identities } from "./solve.ts"

const square = (op: string, a: unknown): Value => {
  const x = floatValue(op, a)
  squareShape(op, x.shape)
  return x
}
/**
 * The determinant: `[…, n, n]` to `[…]`; 1 of `[0, 0]`. Its gradient is the matrix of cofactors, which singular matrices have
 * as well (Jacobi's formula); second derivatives are those of regular matrices, and NaN where the determinant is 0.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { det, tensor } from "cotangent"
 * console.log(await det(tensor([[1, 2], [3, 4]])).item())
 * ```
 */
export const det: Det = typed((a: unknown) => bindOne(detOp.operation, square("det", a)))
/**
 * The sign of the determinant and the logarithm of its absolute value, which does not overflow; 0 and -Infinity for singular
 * matrices, which have no gradient.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { slogdet, tensor } from "cotangent"
 * const { sign, logAbsDet } = slogdet(tensor([[1, 2], [3, 4]]))
 * console.log(await sign.item(), await logAbsDet.item())
 * ```
 */
export const slogdet: Slogdet = typed((a: unknown) => {
  const [sign, logAbsDet] = bind(slogdetOp.operation, [square("slogdet", a)])
  return { sign, logAbsDet }
})
/**
 * exp(a) = 1 + a + a² / 2 + … of square matrices, by Padé approximation, scaling and squaring (Higham 2005). Its derivative is
 * the exponential of [a da; 0 a] (Higham, Functions of Matrices, 2008, theorem 3.6). Matrices that are not finite give NaN.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { expm, tensor } from "cotangent"
 * console.log(await expm(tensor([[0, 1], [0, 0]])).array())
 * ```
 */
export const expm: OnSquares<"expm"> = typed((a: unknown) => bindOne(expmOp.operation, square("expm", a)))
/**
 * a a … a, `power` times; 1 for 0, and powers of the inverse below.
 *
 * @throws ShapeError where the last two axes differ. DTypeError for integers.
 * @example
 * ```ts
 * import { matrixPower, tensor } from "cotangent"
 * console.log(await matrixPower(tensor([[1, 1], [0, 1]]), 5).array())
 * ```
 */
export const matrixPower: MatrixPower = typed((a: unknown, power: unknown) => {
  const x = square("matrixPower", a)
  if (typeof power !== "number" || !Number.isSafeInteger(power))
    throw new CotangentError(
      "option",
      `matrixPower: the power is a whole number, got ${String(power)}; for others raise the values of eigh`,
    )
  if (power === 0) return identities(x)
  let base = power < 0 ? bindOne(solve.by(false), x, identities(x)) : x
  let out: Value | undefined
  // By squares, from the lowest bit of the power on.
  for (let left = Math.abs(power); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) out = out === undefined ? base : times(out, base)
    if (left > 1) base = times(base, base)
  }
  return out
})
