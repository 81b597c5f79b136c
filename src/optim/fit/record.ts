/** The part of a run that is numbers: its history, and how its early stop stands. */
import { CotangentError } from "../../autodiff/errors.ts"
import type { Evaluation, History } from "./options.ts"

export interface Best {
  readonly step: number
  readonly value: number
}
/** It grows in place: a copy of all losses at every step would make long runs slow. */
export interface RunRecord {
  readonly loss: number[]
  readonly gradientNorm: number[]
  readonly metrics: Record<string, number[]>
  readonly evaluations: Evaluation<string>[]
  best: Best | undefined
  /** Evaluations since the best one. */
  worse: number
}
export const newRecord = (): RunRecord => ({
  loss: [],
  gradientNorm: [],
  metrics: {},
  evaluations: [],
  best: undefined,
  worse: 0,
})

export const historyOf = ({ loss, gradientNorm, metrics, evaluations }: RunRecord): History<string, string> => ({
  loss,
  gradientNorm,
  metrics,
  evaluations,
})

// JSON has no NaN and no infinities, and a metric may be one.
const written = (x: number): number | string =>
  Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? "-0" : String(x)
const mapped = <T, R>(of: Readonly<Record<string, T>>, f: (x: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(of).map(([name, x]) => [name, f(x)]))

/** For the metadata of a snapshot. */
export const recordJson = ({ loss, gradientNorm, metrics, evaluations, best, worse }: RunRecord): unknown => ({
  loss: loss.map(written),
  gradientNorm: gradientNorm.map(written),
  metrics: mapped(metrics, (values) => values.map(written)),
  evaluations: evaluations.map(({ step, values }) => ({ step, values: mapped(values, written) })),
  best: best === undefined ? null : { step: best.step, value: written(best.value) },
  worse,
})

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && !Array.isArray(x)

/** What `recordJson` made. @throws CotangentError for metadata of something else. */
export function recordOf(place: string, json: unknown): RunRecord {
  const wrong = (what: string) =>
    new CotangentError(
      "checkpoint",
      `fit: ${place} holds a checkpoint of something else than fit (${what}); name another place`,
    )
  const number = (x: unknown): number => {
    const value = typeof x === "string" ? Number(x) : x
    if (typeof value !== "number") throw wrong(`${JSON.stringify(x)} where a number was expected`)
    return value
  }
  const list = (x: unknown): readonly unknown[] => {
    if (!Array.isArray(x)) throw wrong("a list is missing")
    return x
  }
  const record = (x: unknown): Readonly<Record<string, unknown>> => {
    if (!isRecord(x)) throw wrong("a record is missing")
    return x
  }
  const { loss, gradientNorm, metrics, evaluations, best, worse } = record(json)
  const kept = best === null ? undefined : record(best)
  return {
    loss: list(loss).map(number),
    gradientNorm: list(gradientNorm).map(number),
    metrics: mapped(record(metrics), (values) => list(values).map(number)),
    evaluations: list(evaluations).map((one) => {
      const { step, values } = record(one)
      return { step: number(step), values: mapped(record(values), number) }
    }),
    best: kept === undefined ? undefined : { step: number(kept.step), value: number(kept.value) },
    worse: number(worse),
  }
}
