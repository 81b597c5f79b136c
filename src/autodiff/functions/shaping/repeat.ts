/** Elements several times over. */
import { typed } from "../../boundary.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { tileShapes } from "../../shape/arrange.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Repeated, Tile } from "../../signatures/arranging.ts"
import type { Value } from "../../value.ts"
import { asValue } from "../operands.ts"
import { onWords } from "../shaping.ts"
import * as v from "../values.ts"

const stretched = (x: Value, from: readonly number[], over: readonly number[], to: readonly number[]): Value =>
  v.reshape(bindOne(broadcast.to(over), v.reshape(x, from)), to)
/**
 * Each element `count` times in a row along an axis; without an axis, of the flattened tensor.
 *
 * @throws ShapeError where the axis is out of range or the count is no size.
 * @example
 * ```ts
 * import { repeat, tensor } from "cotangent"
 * console.log(await repeat(tensor([1, 2]), 3).array())
 * ```
 */
export const repeat: Repeated = typed((x: unknown, count: number, options: { readonly axis?: number } = {}) => {
  checkOptions("repeat", options, ["axis"])
  checkSizes("repeat", [count])
  const given = asValue("repeat", x)
  return onWords(given, (w, extra) => {
    const shape = options.axis === undefined ? [given.shape.reduce((a, b) => a * b, 1)] : given.shape
    const axis = options.axis === undefined ? 0 : normaliseAxis("repeat", options.axis, shape)
    const [before, size, after] = [shape.slice(0, axis), shape[axis] ?? 0, shape.slice(axis + 1)]
    return stretched(
      w,
      [...before, size, 1, ...after, ...extra],
      [...before, size, count, ...after, ...extra],
      [...before, size * count, ...after, ...extra],
    )
  })
})
/**
 * The whole tensor several times along each axis: `reps` is one number for the last axis, or one per axis counted from the
 * last, with new leading axes where there are more.
 *
 * @throws ShapeError where a count is no size.
 * @example
 * ```ts
 * import { tensor, tile } from "cotangent"
 * console.log(await tile(tensor([1, 2]), [2, 2]).array())
 * ```
 */
export const tile: Tile = typed((x: unknown, counts: number | readonly number[]) => {
  const given = asValue("tile", x)
  const { from, reps } = tileShapes(given.shape, typeof counts === "number" ? [counts] : counts)
  return onWords(given, (w, extra) =>
    stretched(
      w,
      [...from.flatMap((n) => [1, n]), ...extra],
      [...from.flatMap((n, d) => [reps[d] ?? 1, n]), ...extra],
      [...from.map((n, d) => n * (reps[d] ?? 1)), ...extra],
    ),
  )
})
