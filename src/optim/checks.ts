/**
 * Refuses hyper-parameters that cannot be, where they are known: at the call, not as NaN in the tenth step. What a scalar
 * tensor holds is not looked at; it may be traced.
 */
import { CotangentError } from "../autodiff/errors.ts"
import { Value } from "../autodiff/value.ts"

function expectNumber(op: string, name: string, found: unknown, what: string, holds: (x: number) => boolean): void {
  if (typeof found === "number" ? holds(found) : found instanceof Value) return
  throw new CotangentError("hyperparameter", `${op}: ${name} is ${shown(found)}; it must be ${what}`, { name, found })
}
const shown = (x: unknown): string =>
  typeof x === "number" || x === undefined || x === null
    ? String(x)
    : typeof x === "string"
      ? `"${x}"`
      : `a ${typeof x}`

export const expectFinite = (op: string, name: string, found: unknown): void =>
  expectNumber(op, name, found, "a finite number, or a scalar tensor", Number.isFinite)

export const expectPositive = (op: string, name: string, found: unknown): void =>
  expectNumber(op, name, found, "a number above 0, or a scalar tensor", (x) => x > 0)

/** A length, a limit, a variance. */
export const expectNotNegative = (op: string, name: string, found: unknown): void =>
  expectNumber(op, name, found, "a number from 0 on, or a scalar tensor", (x) => x >= 0)

/** A decay: how much of a mean stays. At 1 nothing would ever come in. */
export const expectDecay = (op: string, name: string, found: unknown): void =>
  expectNumber(op, name, found, "from 0 to below 1, or a scalar tensor", (x) => x >= 0 && x < 1)

/** How far to go from here to there. */
export const expectShare = (op: string, name: string, found: unknown): void =>
  expectNumber(op, name, found, "from 0 to 1, or a scalar tensor", (x) => x >= 0 && x <= 1)

/** As far as a count of i32 can go. */
export const mostSteps = 2 ** 31 - 1
/** A number of steps, which is no tensor: it shapes the program. */
export function expectSteps(op: string, name: string, found: unknown): void {
  if (typeof found === "number" && Number.isInteger(found) && found >= 1 && found <= mostSteps) return
  throw new CotangentError(
    "hyperparameter",
    `${op}: ${name} is ${shown(found)}; it must be a whole number from 1 on${typeof found === "number" && found > mostSteps ? `, and ${mostSteps} at most, which is where a count ends` : ""}`,
    { name, found },
  )
}

/** A learning rate. Negative ones climb; `scale(-1)` in a chain says so. */
export const expectRate = (op: string, found: unknown): void => {
  if (typeof found !== "function")
    expectNumber(
      op,
      "learningRate",
      found,
      "a number from 0 on, a scalar tensor or a function of the step",
      (x) => x >= 0,
    )
}
