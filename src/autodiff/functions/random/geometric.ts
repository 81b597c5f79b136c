import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Count } from "../../signatures/random.ts"
import { add, cast, div, neg } from "../arithmetic.ts"
import { lessEqual, logicalAnd, where } from "../logic.ts"
import { floor, log } from "../real.ts"
import { logOnePlus } from "./logarithm.ts"
import { parameter, probability } from "./parameters.ts"
import { openReals } from "./words.ts"

/**
 * The number of trials up to the first success, 1 or more, i32; p is the probability of success. With p = 1 it is 1, with
 * p = 0 the largest i32; a tensor's p that is no probability gives -1.
 *
 * @throws CotangentError where a number is not between 0 and 1; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.geometric(random.key(0), [3], { p: 0.2 }).array())
 * ```
 */
export const geometric: Count<"geometric", "p"> = typed(
  (key: unknown, shape: Shape, options: { readonly p?: unknown } = {}) => {
    checkOptions("random.geometric", options, ["p"])
    const u = openReals("geometric", key, shape, "f32")
    const p = parameter("geometric", "p", options.p, probability, shape, "f32")
    const failures = floor(div(log(u), logOnePlus(neg(p))))
    const proper = logicalAnd(lessEqual(0, p), lessEqual(p, 1))
    return cast(where(proper, add(failures, 1), -1), "i32")
  },
)
