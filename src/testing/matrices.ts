/** Matrices of a kind, made in float64. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"
import type { Float } from "../autodiff/dtype.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import { tensorFrom } from "./elements.ts"
import { values } from "./values/values.ts"

export interface OrthogonalOptions<T> {
  /** f32 unless given. */
  readonly dtype?: T
}
export interface PositiveDefiniteOptions<T> extends OrthogonalOptions<T> {
  /** The largest eigenvalue over the smallest, at most; 10 unless given. */
  readonly condition?: number
}

/** Angles of the rotations of every pair of axes, and whether to mirror the first axis. */
interface Turn {
  readonly angles: readonly number[]
  readonly mirrored: boolean
}
const turns = (n: number): fc.Arbitrary<Turn> =>
  fc.record({ angles: values.between(-Math.PI, Math.PI)((n * (n - 1)) / 2), mirrored: fc.boolean() })

/** Givens's rotations one after another, applied to the identity: any rotation is such a product. */
function rotation(n: number, { angles, mirrored }: Turn): Float64Array {
  const q = new Float64Array(n * n)
  for (let i = 0; i < n; i++) q[i * n + i] = i === 0 && mirrored ? -1 : 1
  let next = 0
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const angle = angles[next++] ?? 0
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      for (let k = 0; k < n; k++) {
        const [a, b] = [q[i * n + k] ?? 0, q[j * n + k] ?? 0]
        q[i * n + k] = c * a - s * b
        q[j * n + k] = s * a + c * b
      }
    }
  return q
}

function checkSize(op: string, n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new CotangentError("arbitrary", `${op}: needs a size of at least 1, got ${n}`)
}

/**
 * Orthogonal matrices, of both determinants: rotations of every pair of axes by random angles, rounded to the dtype once.
 * All of them can come, though not evenly (in Haar's measure). They shrink towards the identity.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { eye, matmul, transpose } from "cotangent"
 * import { expectClose, orthogonal } from "cotangent/testing"
 * fc.assert(fc.property(orthogonal(3), (q) => expectClose(matmul(transpose(q), q), eye(3), { atol: 1e-6 })))
 * ```
 */
export function orthogonal<const N extends number, T extends Float = "f32">(
  n: N,
  options: OrthogonalOptions<T> = {},
): fc.Arbitrary<Tensor<readonly [N, N], T>> {
  checkOptions("orthogonal", options, ["dtype"])
  checkSize("orthogonal", n)
  return turns(n).map((turn) =>
    typed<Tensor<readonly [N, N], T>>(tensorFrom(options.dtype ?? "f32", [n, n], [...rotation(n, turn)])),
  )
}

/**
 * Symmetric positive definite matrices `q diag(λ) q'` with a bounded condition number: the eigenvalues lie between
 * `1 / sqrt(condition)` and `sqrt(condition)`, evenly in the logarithm. Exactly symmetric. They shrink towards the identity.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { einsum, tensor } from "cotangent"
 * import { positiveDefinite } from "cotangent/testing"
 * const x = tensor([1, -2, 3])
 * fc.assert(
 *   fc.property(positiveDefinite(3, { condition: 100 }), (a) => einsum("i, i j, j ->", x, a, x).itemSync() > 1.39),
 * )
 * ```
 */
export function positiveDefinite<const N extends number, T extends Float = "f32">(
  n: N,
  options: PositiveDefiniteOptions<T> = {},
): fc.Arbitrary<Tensor<readonly [N, N], T>> {
  checkOptions("positiveDefinite", options, ["dtype", "condition"])
  checkSize("positiveDefinite", n)
  const { condition = 10 } = options
  if (!(condition >= 1 && Number.isFinite(condition)))
    throw new CotangentError(
      "arbitrary",
      `positiveDefinite: the condition number must be at least 1, got ${condition}; 1 for a multiple of the identity`,
    )
  return fc.tuple(turns(n), values.between(-0.5, 0.5)(n)).map(([turn, powers]) => {
    const q = rotation(n, turn)
    const eigenvalues = powers.map((p) => condition ** p)
    const entry = (i: number, j: number): number =>
      eigenvalues.reduce((sum, x, k) => sum + x * (q[i * n + k] ?? 0) * (q[j * n + k] ?? 0), 0)
    // The lower triangle twice: the two sides of a sum need not round alike.
    const numbers = Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n]
      return entry(Math.max(i, j), Math.min(i, j))
    })
    return typed<Tensor<readonly [N, N], T>>(tensorFrom(options.dtype ?? "f32", [n, n], numbers))
  })
}
