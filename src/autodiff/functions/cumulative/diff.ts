import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import type { Diff } from "../../signatures/cumulative.ts"
import type { Value } from "../../value.ts"
import { numericValue } from "../operands.ts"
import * as v from "../values.ts"

interface Options {
  readonly axis?: number
  readonly n?: number
}
/**
 * Each element less the one before along an axis, by default the last, so one fewer; `n` times over, by default once.
 *
 * @throws ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { diff, tensor } from "cotangent"
 * console.log(await diff(tensor([1, 4, 9, 16])).array(), await diff(tensor([1, 4, 9, 16]), { n: 2 }).array())
 * ```
 */
export const diff: Diff = typed((x: unknown, options: Options = {}) => {
  checkOptions("diff", options, ["axis", "n"])
  const { axis = -1, n = 1 } = options
  if (!Number.isInteger(n) || n < 0)
    throw new CotangentError("diff", `diff: n must be a whole number, 0 or more, got ${n}`, { n })
  let value: Value = numericValue("diff", x)
  const at = normaliseAxis("diff", axis, value.shape)
  for (let round = 0; round < n; round++) {
    const size = Math.max((value.shape[at] ?? 0) - 1, 0)
    const first = v.part(value, at, 0, size)
    value = size === 0 ? first : v.sub(v.part(value, at, 1, size), first)
  }
  return value
})
