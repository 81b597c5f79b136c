/** Coordinates of grids, and between coordinates and flat indices. */
import { typed } from "../../boundary.ts"
import { isInteger } from "../../dtype.ts"
import { CotangentError, DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { and } from "../../primitives/bitwise.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { concat } from "../../primitives/concat.ts"
import { vectorSize } from "../../shape/arrange.ts"
import { indicesOnly } from "../../shape/messages.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { GridIndices, Meshgrid, RavelMultiIndex, UnravelIndex } from "../../signatures/arranging.ts"
import type { Value } from "../../value.ts"
import { asValue, like } from "../operands.ts"
import * as v from "../values.ts"

/** x along one axis of a grid. */
const spread = (x: Value, shape: readonly number[], axis: number): Value =>
  bindOne(
    broadcast.to(shape),
    v.reshape(
      x,
      shape.map((n, d) => (d === axis ? n : 1)),
    ),
  )
/**
 * The coordinates of a grid, as a tuple of tensors of one shape. With `indexing: "xy"`, the default as in NumPy, the first
 * coordinate varies along the second axis; with `"ij"` along the first.
 *
 * @throws ShapeError where one of them has other than one axis.
 * @example
 * ```ts
 * import { meshgrid, tensor } from "cotangent"
 * const [x, y] = meshgrid([tensor([1, 2, 3]), tensor([10, 20])])
 * console.log(await x.array(), await y.array())
 * ```
 */
export const meshgrid: Meshgrid = typed((coordinates: unknown, options: { readonly indexing?: "xy" | "ij" } = {}) => {
  checkOptions("meshgrid", options, ["indexing"])
  const { indexing = "xy" } = options
  if (indexing !== "xy" && indexing !== "ij")
    throw new CotangentError("option", `meshgrid: indexing is "xy" or "ij", got ${String(indexing)}`)
  if (!Array.isArray(coordinates))
    throw new CotangentError("operand", "meshgrid: takes an array of tensors, as in meshgrid([a, b])")
  const values = coordinates.map((x: unknown) => asValue("meshgrid", x))
  const axisOf = (k: number): number => (indexing === "xy" && k < 2 && values.length > 1 ? 1 - k : k)
  const sizes = values.map((x) => vectorSize("meshgrid", x.shape))
  const shape = sizes.map((_, d) => sizes[axisOf(d)] ?? 0)
  return values.map((x, k) => spread(x, shape, axisOf(k)))
})
/**
 * The coordinates of every place of a shape: `[rank, ...shape]`, i32; [d, …] is the place's index on axis d.
 *
 * @example
 * ```ts
 * import { indices } from "cotangent"
 * console.log(await indices([2, 2]).array())
 * ```
 */
export const indices: GridIndices = typed((shape: readonly number[]) => {
  checkSizes("indices", shape)
  const rows = shape.map((n, d) => spread(v.iota(n), [1, ...shape], d + 1))
  const [first] = rows
  if (first === undefined) return v.iota(0)
  return rows.length === 1 ? first : bindOne(concat.along(0), ...rows)
})

function indexValue(op: string, x: unknown): Value {
  const value = asValue(op, typeof x === "number" ? undefined : x)
  if (!isInteger(value.dtype)) throw new DTypeError("indices", indicesOnly(op, value.dtype), { op, dtype: value.dtype })
  return v.cast("i32", value)
}
/**
 * The coordinates, i32, of flat row-major indices into a shape, as a tuple with one tensor per axis. An index outside has a
 * first coordinate outside.
 *
 * @throws DTypeError where the indices are no integers.
 * @example
 * ```ts
 * import { tensor, unravelIndex } from "cotangent"
 * const [row, column] = unravelIndex(tensor([0, 5], { dtype: "i32" }), [2, 3])
 * console.log(await row.array(), await column.array())
 * ```
 */
export const unravelIndex: UnravelIndex = typed((flat: unknown, shape: readonly number[]) => {
  checkSizes("unravelIndex", shape)
  return unravelled(indexValue("unravelIndex", flat), shape)
})
/** The coordinates of i32 flat indices. */
export function unravelled(flat: Value, shape: readonly number[]): readonly Value[] {
  const negative = v.less(flat, 0)
  return shape.map((size, d) => {
    const step = shape.slice(d + 1).reduce((a, b) => a * b, 1)
    const above = v.div(flat, step)
    // Division truncates towards 0: just below 0 it would give a coordinate inside.
    return d === 0 ? v.where(negative, v.filled(like(flat, -1), flat.shape), above) : v.rem(above, size)
  })
}
/**
 * The flat row-major index, i32, of coordinates in a shape: one tensor per axis, which broadcast. -1, which is outside
 * everywhere, where a coordinate is outside.
 *
 * @throws DTypeError where coordinates are no integers; CotangentError where there are more or fewer than axes.
 * @example
 * ```ts
 * import { ravelMultiIndex, tensor } from "cotangent"
 * const [row, column] = [tensor([0, 1], { dtype: "i32" }), tensor([0, 2], { dtype: "i32" })]
 * console.log(await ravelMultiIndex([row, column], [2, 3]).array())
 * ```
 */
export const ravelMultiIndex: RavelMultiIndex = typed((coordinates: unknown, shape: readonly number[]) => {
  checkSizes("ravelMultiIndex", shape)
  if (!Array.isArray(coordinates) || coordinates.length !== shape.length || shape.length === 0)
    throw new CotangentError(
      "coordinates",
      `ravelMultiIndex: takes an array with one tensor of indices per axis of [${shape.join(", ")}]`,
      { shape },
    )
  return flatIndex(
    coordinates.map((x: unknown) => indexValue("ravelMultiIndex", x)),
    shape,
  )
})
/** The flat index of i32 coordinates that broadcast; -1 where one is outside. */
export function flatIndex(coordinates: readonly Value[], shape: readonly number[]): Value {
  const inside = coordinates.map((c, d) => bindOne(and.operation, v.lessEqual(like(c, 0), c), v.less(c, shape[d] ?? 0)))
  const [test, flat] = [
    inside.reduce((a, b) => bindOne(and.operation, a, b)),
    coordinates.reduce((index, c, d) => v.add(v.mul(index, shape[d] ?? 0), c)),
  ]
  return v.where(test, flat, -1)
}
