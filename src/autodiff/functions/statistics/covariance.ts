/** How variables vary together: one per row, observations along the last axis. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { transpose } from "../../primitives/transpose.ts"
import { fail } from "../../shape/fail.ts"
import { notObservations } from "../../shape/messages.ts"
import type { Correlation, Covariance } from "../../signatures/statistics.ts"
import type { Value } from "../../value.ts"
import { matmul } from "../contraction/matmul.ts"
import { floatValue } from "../operands.ts"
import { centredOf } from "../reductions/reduce.ts"
import * as v from "../values.ts"

const product = typed<(a: Value, b: Value) => Value>(matmul)
/** Products of rows less their means, summed over the observations: [variables, variables]. */
function scatterOf(op: string, x: Value): Value {
  if (x.shape.length !== 1 && x.shape.length !== 2)
    fail("observations", notObservations(op, x.shape), { shape: x.shape })
  const rows = x.shape.length === 1 ? v.reshape(x, [1, x.shape[0] ?? 0]) : x
  const centred = centredOf(op, rows, { axis: 1 })
  return product(centred, bindOne(transpose.by([1, 0]), centred))
}

/**
 * The covariances of the rows of x `[variables, observations]`, divided by n - `ddof`, which is 1 by default as in NumPy; of
 * a vector its variance, a scalar.
 *
 * @throws ShapeError where x has another rank.
 * @example
 * ```ts
 * import { cov, tensor } from "cotangent"
 * console.log(await cov(tensor([[1, 2, 3], [2, 4, 9]])).array())
 * ```
 */
export const cov: Covariance = typed((x: unknown, options: { readonly ddof?: number } = {}) => {
  checkOptions("cov", options, ["ddof"])
  const { ddof = 1 } = options
  if (!Number.isFinite(ddof)) throw new CotangentError("ddof", `cov: ddof must be a number, got ${ddof}`, { ddof })
  const value = floatValue("cov", x)
  const sums = scatterOf("cov", value)
  const found = v.div(sums, Math.max((value.shape.at(-1) ?? 0) - ddof, 0))
  return value.shape.length === 1 ? v.reshape(found, []) : found
})
/**
 * The correlations of the rows of x `[variables, observations]`, from -1 to 1. A row of equal observations has none: NaN.
 *
 * @throws ShapeError where x has another rank.
 * @example
 * ```ts
 * import { corrCoef, tensor } from "cotangent"
 * console.log(await corrCoef(tensor([[1, 2, 3], [3, 2, 1]])).array())
 * ```
 */
export const corrCoef: Correlation = typed((x: unknown) => {
  const value = floatValue("corrCoef", x)
  const sums = scatterOf("corrCoef", value)
  const n = sums.shape[0] ?? 0
  const deviations = v.sqrt(diagonalOf(sums))
  const scaled = v.div(v.div(sums, v.reshape(deviations, [n, 1])), deviations)
  // Rounding leads over 1, where no correlation is.
  const held = v.minimum(v.maximum(scaled, -1), 1)
  return value.shape.length === 1 ? v.reshape(held, []) : held
})
const diagonalOf = (x: Value): Value => {
  const n = x.shape[0] ?? 0
  const places = v.iota(n)
  return v.take(v.flat(x), v.mul(places, n + 1), 0)
}
