import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Orthogonal } from "../../signatures/random.ts"
import type { F32 } from "../../types/tensor.ts"
import { mul } from "../arithmetic.ts"
import { eye } from "../creation.ts"
import { qr } from "../linalg/factorizations.ts"
import { less, where } from "../logic.ts"
import { sum } from "../reductions/sum.ts"
import { normalReals } from "./normal.ts"
import { floatOption } from "./parameters.ts"
import { checkDraw, type Reals } from "./words.ts"

/**
 * A random orthogonal matrix [n, n], as likely as any rotation or reflection of it: the Q of a matrix of normals whose R has a
 * positive diagonal (Mezzadri, "How to generate random matrices from the classical compact groups", 2007).
 *
 * @throws ShapeError where n is no size.
 * @example
 * ```ts
 * import { matmul, random, transpose } from "cotangent"
 * const q = random.orthogonal(random.key(0), 3)
 * console.log(await matmul(q, transpose(q)).array())
 * ```
 */
export const orthogonal: Orthogonal = typed((key: unknown, n: number, options: { readonly dtype?: unknown } = {}) => {
  checkOptions("random.orthogonal", options, ["dtype"])
  checkDraw("orthogonal", key, [n])
  const dtype = floatOption("orthogonal", options.dtype)
  const { q, r } = qr(typed<F32<readonly [number, number]>>(normalReals("orthogonal", key, [n, n], dtype)))
  const diagonal: Reals = sum(mul(typed<Reals>(r), typed<Reals>(eye(n, { dtype }))), { axis: 0 })
  return mul(typed<Reals>(q), where(less(diagonal, 0), -1, 1))
})
