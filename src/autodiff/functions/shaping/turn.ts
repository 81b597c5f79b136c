/** Axes moved and turned. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { twoAxes } from "../../shape/arrange.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import type { MoveAxis, Rot90 } from "../../signatures/arranging.ts"
import { asValue } from "../operands.ts"
import { onWords } from "../shaping.ts"
import * as v from "../values.ts"

/**
 * One axis moved to another place; the others keep their order.
 *
 * @throws ShapeError where one of the two is out of range.
 * @example
 * ```ts
 * import { moveAxis, zeros } from "cotangent"
 * console.log(moveAxis(zeros([2, 3, 5]), 0, -1).shape)
 * ```
 */
export const moveAxis: MoveAxis = typed((x: unknown, from: number, to: number) => {
  const value = asValue("moveAxis", x)
  return v.toAxis(value, normaliseAxis("moveAxis", from, value.shape), normaliseAxis("moveAxis", to, value.shape))
})
/**
 * x turned `k` times by a right angle in the plane of two axes, by default the first two, from the first towards the second.
 *
 * @throws ShapeError where the two axes are one or not there.
 * @example
 * ```ts
 * import { rot90, tensor } from "cotangent"
 * console.log(await rot90(tensor([[1, 2], [3, 4]])).array())
 * ```
 */
export const rot90: Rot90 = typed(
  (x: unknown, k = 1, options: { readonly axes?: readonly [first: number, second: number] } = {}) => {
    checkOptions("rot90", options, ["axes"])
    const value = asValue("rot90", x)
    if (!Number.isInteger(k)) throw new CotangentError("option", `rot90: k must be a whole number, got ${k}`)
    const [first, second] = options.axes ?? [0, 1]
    const [a, b] = twoAxes("rot90", value.shape, first, second)
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    return onWords(value, (w) => {
      const swapped = (y: typeof w): typeof w => v.toAxis(v.toAxis(y, low, high), high - 1, low)
      const turns = ((k % 4) + 4) % 4
      if (turns === 0) return w
      if (turns === 2) return v.reversed(v.reversed(w, a), b)
      return turns === 1 ? swapped(v.reversed(w, b)) : v.reversed(swapped(w), b)
    })
  },
)
