/** What a study is: a plan of measurements, each done once, and a report that is read off their results. */

/** What a cell is given while it runs. */
export interface CellContext {
  /** A folder of its own, for the checkpoints of a long run. It is removed when the cell is done. */
  readonly folder: string
  /** Aborted by Ctrl-C: two seconds later the run ends. What a cell returns from then on is not kept. */
  readonly signal: AbortSignal
  /** Tells how much of the cell is done, from 0 to 1. */
  readonly progress: (share: number) => void
}
/**
 * One measurement: a pure function of the study's settings and seed, run in a worker thread. Its result is JSON (numbers
 * may also be NaN or infinite), is kept, and is not measured again.
 */
export interface Cell<R> {
  /** Unique in the plan: `matched sgd 0.05 seed 3`. */
  readonly name: string
  readonly run: (context: CellContext) => R | Promise<R>
  /** Beside other cells, for the estimate of the time left; 1. */
  readonly cost: number
  /** Runs with nothing beside it and with all threads: for what is timed. */
  readonly alone: boolean
}
export const cell = <R>(
  name: string,
  run: (context: CellContext) => R | Promise<R>,
  { cost = 1, alone = false }: { readonly cost?: number; readonly alone?: boolean } = {},
): Cell<R> => ({ name, run, cost, alone })

/** A mean over seeds: `97.61 ± 0.12 (5 seeds)`. */
export interface Spread {
  readonly mean: number
  readonly standardError: number
  readonly count: number
  readonly digits: number
  /** Per cent, nats, steps, …; printed behind the number. */
  readonly unit: string
}
export type Verdict = "holds" | "fails" | "not tested"
export interface Claim {
  readonly id: string
  /** What the paper says, or what a derivation shows. */
  readonly statement: string
  /** The paper's figure and where it stands; absent where the paper has none. */
  readonly paper?: string
  readonly ours: string | Spread
  readonly verdict: Verdict
  /** Whether `--check` fails without it. */
  readonly required: boolean
  /** What else has to be known to judge it. */
  readonly remark?: string
}
/** The body of a Vega-Lite specification; see figures.ts for makers of the common ones. */
export interface Figure {
  /** Of the files, without their ending. */
  readonly name: string
  readonly title: string
  readonly spec: Readonly<Record<string, unknown>>
}
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | Spread)[])[]
}
export interface Report {
  readonly claims: readonly Claim[]
  readonly figures: readonly Figure[]
  readonly tables?: readonly Table[]
  readonly notes?: readonly string[]
}
export interface Plan {
  readonly cells: readonly Cell<unknown>[]
  /** Claims and figures from the results; `resultOf(cell)` is what that cell gave. */
  readonly report: (resultOf: <R>(cell: Cell<R>) => R) => Report
}
/** A study with settings `S`, which are JSON: results are kept under them. */
export interface Study<S> {
  readonly name: string
  readonly title: string
  /** The paper. */
  readonly source: string
  /** Counted up when the code measures something else than before: kept results of other versions are not used. 1. */
  readonly version?: number
  readonly presets: { readonly quick: S; readonly full: S }
  readonly plan: (settings: S, run: { readonly seed: number }) => Plan
}
export type PresetName = "quick" | "full"

/** A study whose settings only it knows. */
export interface AnyStudy {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly version: number
  /** The settings of a preset as JSON has them, and the plan they make. */
  readonly prepare: (
    preset: PresetName,
    run: { readonly seed: number },
  ) => { readonly settings: unknown; readonly plan: Plan }
}
export const study = <S>({ presets, plan, version = 1, ...about }: Study<S>): AnyStudy => ({
  ...about,
  version,
  prepare: (preset, run) => ({ settings: presets[preset], plan: plan(presets[preset], run) }),
})
