/** Triangles of matrices. The other half is 0, whatever stood there: also NaN, and it takes no gradient. */
import { typed } from "../../boundary.ts"
import type { DType } from "../../dtype.ts"
import { DTypeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { matrixAxes } from "../../shape/arrange.ts"
import { keyIsNoNumber } from "../../shape/messages.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Tri, Triangle } from "../../signatures/arranging.ts"
import type { Value } from "../../value.ts"
import { dtypeOption } from "../creation.ts"
import { asValue, like } from "../operands.ts"
import * as v from "../values.ts"

/** Whether column - row <= k, for a matrix of this size. */
export const below = (rows: number, columns: number, k: number): Value =>
  v.lessEqual(v.sub(v.iota(columns), k), v.reshape(v.iota(rows), [rows, 1]))

function triangle(op: "tril" | "triu", x: unknown, options: { readonly k?: number }): Value {
  checkOptions(op, options, ["k"])
  const value = asValue(op, x)
  if (value.dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  const [rows, columns] = matrixAxes(op, value.shape)
  const none = like(value, 0)
  const { k = 0 } = options
  return op === "tril"
    ? v.where(below(rows, columns, k), value, none)
    : v.where(below(rows, columns, k - 1), v.filled(none, value.shape), value)
}
/**
 * The lower triangle of the last two axes, zeros above; `k` moves the diagonal that is still kept, 1 up or -1 down.
 *
 * @throws ShapeError for fewer than two axes.
 * @example
 * ```ts
 * import { ones, tril } from "cotangent"
 * console.log(await tril(ones([2, 3]), { k: -1 }).array())
 * ```
 */
export const tril: Triangle<"tril"> = typed((x: unknown, options: { readonly k?: number } = {}) =>
  triangle("tril", x, options),
)
/**
 * The upper triangle of the last two axes, zeros below; `k` moves the diagonal that is still kept.
 *
 * @throws ShapeError for fewer than two axes.
 * @example
 * ```ts
 * import { ones, triu } from "cotangent"
 * console.log(await triu(ones([2, 2])).array())
 * ```
 */
export const triu: Triangle<"triu"> = typed((x: unknown, options: { readonly k?: number } = {}) =>
  triangle("triu", x, options),
)
/**
 * Ones on and below a diagonal, zeros above: `[size, columns]`, f32 unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { tri } from "cotangent"
 * console.log(await tri(3, { k: -1 }).array())
 * ```
 */
export const tri: Tri = typed(
  (
    size: number,
    options: { readonly columns?: number; readonly k?: number; readonly dtype?: Exclude<DType, "key"> } = {},
  ) => {
    const dtype = dtypeOption("tri", options, "f32", ["columns", "k"])
    const { columns = size, k = 0 } = options
    checkSizes("tri", [size, columns])
    return v.cast(dtype, below(size, columns, k))
  },
)
