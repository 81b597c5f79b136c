import { typed } from "../../boundary.ts"
import { CotangentError, DTypeError } from "../../errors.ts"
import { selectValue } from "../../interpreters/select.ts"
import { boolOnly } from "../../shape/messages.ts"
import type { Select } from "../../signatures/searching.ts"
import { asValue, promoted } from "../operands.ts"

/**
 * For each element the choice of the first condition that holds, `otherwise` (0 unless given) where none does. Everything
 * broadcasts, and choices promote; as in `where`, all choices are computed.
 *
 * @throws CotangentError where there are not as many choices as conditions; DTypeError where a condition is no bool.
 * @example
 * ```ts
 * import { less, select, tensor } from "cotangent"
 * const x = tensor([-2, 0.5, 3])
 * console.log(await select([less(x, 0), less(x, 1)], [tensor(-1), x], 1).array())
 * ```
 */
export const select: Select = typed((conditions: unknown, choices: unknown, otherwise: unknown = 0) => {
  if (
    !Array.isArray(conditions) ||
    !Array.isArray(choices) ||
    conditions.length !== choices.length ||
    choices.length === 0
  )
    throw new CotangentError(
      "select",
      `select: takes as many choices as conditions, at least one, got ${lengthOf(choices)} and ${lengthOf(conditions)}`,
    )
  const tests = conditions.map((x: unknown) => {
    const value = asValue("select", x)
    if (value.dtype !== "bool")
      throw new DTypeError("bool-only", boolOnly("select", value.dtype), { dtype: value.dtype })
    return value
  })
  const [last, ...values] = [...promoted("select", ...choices, otherwise)].reverse()
  if (last === undefined) throw new CotangentError("operand", "select: takes values")
  return values.reduce((out, value, k) => selectValue(tests[tests.length - 1 - k] ?? out, value, out), last)
})
const lengthOf = (x: unknown): string => (Array.isArray(x) ? `${x.length}` : `no array`)
