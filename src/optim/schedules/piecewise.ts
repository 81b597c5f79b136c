import { CotangentError } from "../../autodiff/errors.ts"
import type { Hyperparameter } from "../numbers.ts"
import type { Schedule } from "../rate.ts"
import { join } from "./join.ts"

/** Values by the step at which they begin; one begins at 0. */
export interface Pieces {
  readonly 0: Hyperparameter
  readonly [step: number]: Hyperparameter
}

/**
 * Constant in pieces: from each step that is named, its value.
 *
 * @throws CotangentError for a name that is no whole number from 0 on, and where none is 0.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.piecewise({ 0: 1, 2: 0.5, 4: 0.25 })
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const piecewise = (pieces: Pieces): Schedule => {
  const [first, ...later] = Object.entries(pieces)
    .map(([step, value]) => [Number(step), value] as const)
    .sort(([a], [b]) => a - b)
  if (first?.[0] !== 0)
    throw new CotangentError(
      "hyperparameter",
      `schedules.piecewise: the first piece begins at ${first?.[0] ?? "no step"}; one must begin at 0`,
    )
  const values: readonly [Hyperparameter, ...Hyperparameter[]] = [first[1], ...later.map(([, value]) => value)]
  return join(
    values,
    later.map(([step]) => step),
  )
}
