import { CotangentError } from "../../autodiff/errors.ts"
import { maximum, sub } from "../../autodiff/functions/arithmetic.ts"
import { greaterEqual, where } from "../../autodiff/functions/logic.ts"
import { expectFinite, expectSteps } from "../checks.ts"
import { type Rate, rateAt, type Schedule } from "../rate.ts"
import { scalar } from "./course.ts"

/** One boundary between each two schedules. */
export type Boundaries<S extends readonly unknown[]> = S extends readonly [unknown, ...infer Later]
  ? { readonly [K in keyof Later]: number }
  : readonly number[]

/**
 * One schedule after another: the first before `boundaries[0]`, the second from there on, and so forth. Each counts from 0
 * at its own beginning. A number or a scalar tensor is a constant.
 *
 * @param boundaries The steps at which the second, third… begin, rising.
 * @throws CotangentError for boundaries that do not rise, are not whole or not one fewer than the schedules.
 * @example
 * ```ts
 * import { arange, vmap } from "cotangent"
 * import { schedules } from "cotangent/optim"
 * const rate = schedules.join([schedules.linear({ from: 0, to: 1, steps: 2 }), 1, 0.5], [2, 4])
 * console.log(vmap(rate)(arange(6, { dtype: "i32" })))
 * ```
 */
export const join = <const S extends readonly [Rate, ...Rate[]]>(schedules: S, boundaries: Boundaries<S>): Schedule => {
  const op = "schedules.join"
  const begins: readonly number[] = boundaries
  const [first, ...later] = schedules
  if (first === undefined)
    throw new CotangentError("hyperparameter", `${op}: there is no schedule in the list; it needs one at least`)
  if (begins.length !== later.length)
    throw new CotangentError(
      "hyperparameter",
      `${op}: ${schedules.length} schedules have ${later.length} boundaries between them, got ${begins.length}`,
      { boundaries: begins },
    )
  expectRising(op, "boundaries", begins)
  for (const [k, rate] of schedules.entries()) if (typeof rate !== "function") expectFinite(op, `schedules[${k}]`, rate)
  return (step) =>
    later.reduce<ReturnType<Schedule>>(
      (value, rate, k) => {
        const begin = begins[k] ?? 0
        const own = maximum(sub(step, begin), 0)
        return where(greaterEqual(step, begin), scalar(rateAt(rate, own)), value)
      },
      scalar(rateAt(first, step)),
    )
}

/** Refuses steps that are not whole numbers, each larger than the one before. */
export function expectRising(op: string, name: string, steps: readonly number[]): void {
  for (const [k, step] of steps.entries()) {
    expectSteps(op, `${name}[${k}]`, step)
    const before = steps[k - 1]
    if (before !== undefined && step <= before)
      throw new CotangentError("hyperparameter", `${op}: ${name} must rise, got ${before} before ${step}`, {
        name,
        steps,
      })
  }
}
