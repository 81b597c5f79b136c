import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { concat } from "../../primitives/concat.ts"
import { type AxisArgument, normaliseAxis } from "../../shape/axes.ts"
import type { Roll } from "../../signatures/arranging.ts"
import type { Value } from "../../value.ts"
import { asValue } from "../operands.ts"
import { onWords } from "../shaping.ts"
import * as v from "../values.ts"

function rolled(x: Value, shift: number, axis: number): Value {
  const size = x.shape[axis] ?? 0
  const by = size === 0 ? 0 : ((shift % size) + size) % size
  return by === 0 ? x : bindOne(concat.along(axis), v.part(x, axis, size - by, by), v.part(x, axis, 0, size - by))
}
/**
 * Elements moved `shift` places towards the end of an axis; what leaves there comes in at the front. Several axes take one
 * shift for all or one each; without an axis the flattened elements roll.
 *
 * @throws ShapeError where an axis is out of range.
 * @example
 * ```ts
 * import { roll, tensor } from "cotangent"
 * console.log(await roll(tensor([1, 2, 3, 4]), 1).array())
 * ```
 */
export const roll: Roll = typed(
  (x: unknown, shift: number | readonly number[], options: { readonly axis?: AxisArgument } = {}) => {
    checkOptions("roll", options, ["axis"])
    const value = asValue("roll", x)
    const { axis } = options
    const axes = (typeof axis === "number" ? [axis] : (axis ?? [0])).map((one) =>
      axis === undefined ? 0 : normaliseAxis("roll", one, value.shape),
    )
    const shifts = typeof shift === "number" ? axes.map(() => shift) : shift
    if (!Array.isArray(shifts) || shifts.length !== axes.length || !shifts.every(Number.isInteger))
      throw new CotangentError(
        "roll",
        `roll: shift must be a whole number, or one for each of ${axes.length} axes, got ${JSON.stringify(shift)}`,
        { shift, axis },
      )
    return onWords(value, (w, extra) => {
      const shape = axis === undefined ? [value.shape.reduce((a, b) => a * b, 1), ...extra] : w.shape
      return v.reshape(
        axes.reduce((y, d, k) => rolled(y, shifts[k] ?? 0, d), v.reshape(w, shape)),
        w.shape,
      )
    })
  },
)
