/** The largest and smallest over axes, and how far they lie apart. */
import { typed } from "../../boundary.ts"
import { reduceMax } from "../../primitives/reduce-max.ts"
import { reduceMin } from "../../primitives/reduce-min.ts"
import type { Reduction } from "../../signatures/reductions.ts"
import { numericValue } from "../operands.ts"
import * as v from "../values.ts"
import { type Options, reduce } from "./reduce.ts"

/**
 * The largest over axes, NaN if there is one, -Infinity over nothing; its slope goes to the first of equals.
 *
 * @example
 * ```ts
 * import { max, tensor } from "cotangent"
 * console.log(await max(tensor([[1, 5], [7, 2]]), { axis: 0 }).array())
 * ```
 */
export const max: Reduction<"max"> = typed((x: unknown, options?: Options) =>
  reduce("max", reduceMax, numericValue("max", x), options),
)
/** The smallest over axes, NaN if there is one, Infinity over nothing; its slope goes to the first of equals. */
export const min: Reduction<"min"> = typed((x: unknown, options?: Options) =>
  reduce("min", reduceMin, numericValue("min", x), options),
)
/**
 * The largest less the smallest over axes ("peak to peak").
 *
 * @example
 * ```ts
 * import { ptp, tensor } from "cotangent"
 * console.log(await ptp(tensor([[1, 5], [7, 2]]), { axis: 0 }).array())
 * ```
 */
export const ptp: Reduction<"ptp"> = typed((x: unknown, options?: Options) => {
  const value = numericValue("ptp", x)
  return v.sub(reduce("ptp", reduceMax, value, options), reduce("ptp", reduceMin, value, options))
})
