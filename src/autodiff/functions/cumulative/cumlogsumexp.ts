import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import type { CumulativeFloat } from "../../signatures/cumulative.ts"
import { scanLeaves } from "../../transforms/associative-scan.ts"
import type { Value } from "../../value.ts"
import { floatValue, like } from "../operands.ts"
import * as v from "../values.ts"
import type { Options } from "./running.ts"

/** log(exp(a) + exp(b)); where both are log 0, -Infinity with a slope of 0. */
function logAdd(a: Value, b: Value): Value {
  const larger = v.stop(v.maximum(a, b))
  const shift = v.where(v.less(v.abs(larger), Number.POSITIVE_INFINITY), larger, 0)
  const total = v.add(v.exp(v.sub(a, shift)), v.exp(v.sub(b, shift)))
  const nothing = v.equal(total, 0)
  return v.where(nothing, Number.NEGATIVE_INFINITY, v.add(v.log(v.where(nothing, like(total, 1), total)), shift))
}

/**
 * log(cumsum(exp(x))) along an axis, by default the last; from its end with `reverse`. Pairs combine by their own maximum
 * in log n steps: taking the maximum of all off would lose what came long before it. Where all of several so far are
 * -Infinity (log of nothing) their slopes are 0; the first result is the first element, with its slope.
 *
 * @throws ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { cumlogsumexp, tensor } from "cotangent"
 * console.log(await cumlogsumexp(tensor([-1000, -1000, 0])).array())
 * ```
 */
export const cumlogsumexp: CumulativeFloat<"cumlogsumexp"> = typed((x: unknown, options: Options = {}) => {
  checkOptions("cumlogsumexp", options, ["axis", "reverse"])
  const value = floatValue("cumlogsumexp", x)
  const axis = normaliseAxis("cumlogsumexp", options.axis ?? -1, value.shape)
  const pairs = ([a]: readonly Value[], [b]: readonly Value[]): readonly Value[] =>
    a === undefined || b === undefined ? [] : [logAdd(a, b)]
  return scanLeaves(pairs, [value], axis, options.reverse === true)[0]
})
