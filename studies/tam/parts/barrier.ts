/** Part d: children that part after a warm-up, and what stands between them. */
import { points } from "../../harness/figures.ts"
import { mean, pairedDifference, spread, standardError } from "../../harness/statistics.ts"
import { type Cell, type Claim, cell, type Plan } from "../../harness/study.ts"
import { mnist } from "../data.ts"
import { keyFor, seedsOf } from "../seeds.ts"
import type { Settings } from "../settings.ts"
import { between, evaluate, initial, type Method, type Score, sgdm, show, torque, train } from "../training.ts"
import { at, brief, holdsIf, listed } from "../verdicts.ts"

interface Result {
  /** The worst on the straight line between the children, above the mean of its ends: error in points, and loss. */
  readonly error: number
  readonly loss: number
  /** The mean error of the children, per cent. */
  readonly ends: number
}
interface Runs {
  readonly warmUp: Method
  readonly fork: number
  readonly cells: readonly Cell<Result>[]
}

const runsOf = (settings: Settings, seeds: readonly number[], warmUp: Method, fork: number): Runs => {
  const { barrier, batch, hidden, testImages } = settings
  const steps = barrier.epochs * Math.floor(barrier.images / batch)
  const parting = Math.round(fork * steps)
  const run = (seed: number) => async (): Promise<Result> => {
    const { train: examples, test } = await mnist(barrier.images, testImages)
    const trunk = await train({
      method: warmUp,
      from: initial(hidden, keyFor(seed, "parameters")),
      examples,
      batch,
      key: keyFor(seed, "order"),
      steps: parting,
    })
    const child = async (side: "left" | "right") => {
      const { params } = await train({
        method: sgdm(barrier.rate),
        from: trunk.params,
        examples,
        batch,
        key: keyFor(seed, side),
        steps: steps - parting,
      })
      return params
    }
    const [left, right] = [await child("left"), await child("right")]
    const path: Score[] = []
    for (let k = 0; k < barrier.points; k++)
      path.push(await evaluate(between(left, right, k / (barrier.points - 1)), test))
    const ends = [at(path, 0), at(path, path.length - 1)]
    const above = (of: "error" | "loss") => Math.max(...path.map((p) => p[of])) - mean(ends.map((p) => p[of]))
    return { error: above("error"), loss: above("loss"), ends: mean(ends.map((p) => p.error)) }
  }
  const name = (seed: number) => `barrier ${show(warmUp)} to ${100 * fork}% seed ${seed}`
  return { warmUp, fork, cells: seeds.map((seed) => cell(name(seed), run(seed), { cost: 2 * steps })) }
}

export const barrier = (settings: Settings, seed: number): Plan => {
  const seeds = seedsOf(settings.seeds, seed)
  const { rate, forks } = settings.barrier
  // Without a warm-up the children are the same whatever it would have been.
  const still = forks.filter((fork) => fork === 0).map((fork) => runsOf(settings, seeds, sgdm(rate), fork))
  const later = forks.filter((fork) => fork > 0)
  const warmed = (method: Method) => later.map((fork) => runsOf(settings, seeds, method, fork))
  const [heavy, half] = [warmed(sgdm(rate)), warmed(sgdm(rate / 2))]
  const [turned, double] = [warmed(torque(rate)), warmed(torque(2 * rate))]
  const all = [...still, ...heavy, ...half, ...turned, ...double]
  return {
    cells: all.flatMap(({ cells }) => cells),
    report: (resultOf) => {
      const heights = (runs: Runs) => runs.cells.map((one) => resultOf(one).error)
      const compared = (a: readonly Runs[], b: readonly Runs[]) =>
        later.map((fork, k): readonly [string, ReturnType<typeof pairedDifference>] => [
          `fork at ${100 * fork}%`,
          pairedDifference(heights(at(a, k)), heights(at(b, k))),
        ])
      const overForks = (runs: readonly Runs[]) => seeds.map((_, s) => mean(runs.map((r) => at(heights(r), s))))
      const claim = (id: string, statement: string, a: readonly Runs[], b: readonly Runs[], paper?: string): Claim => {
        const difference = pairedDifference(overForks(a), overForks(b))
        return {
          id,
          statement,
          ...(paper === undefined ? {} : { paper }),
          ours: `${brief(difference)} points`,
          verdict: holdsIf(difference.high < 0),
          required: false,
          remark: `difference of the barriers, mean over forks, 95% interval of paired seeds; ${listed(compared(a, b))}`,
        }
      }
      return {
        claims: [
          claim(
            "barrier",
            `The error barrier between children is lower after a warm-up by TAM ${rate} than by SGDM ${rate}`,
            turned,
            heavy,
            "TAM as a warm-up lowers barriers early in training [secondary source; the figures were not seen]",
          ),
          claim(
            "barrier-control",
            `It is lower after a warm-up by TAM ${rate} than by SGDM ${rate / 2}, the matched effective rate`,
            turned,
            half,
          ),
          claim(
            "barrier-matched",
            `It is lower after a warm-up by TAM ${2 * rate} than by SGDM ${rate}, the matched effective rate`,
            double,
            heavy,
          ),
        ],
        figures: [
          {
            name: "barrier",
            title: "Error barrier between two children by when they part (± one standard error)",
            spec: points({
              rows: [
                ...[heavy, half, turned, double].flatMap((runs) => [...still, ...runs].map((r) => ({ r, runs }))),
              ].map(({ r, runs }) => {
                const values = heights(r)
                const [centre, error] = [mean(values), standardError(values)]
                return {
                  "warm-up": show(at(runs, 0).warmUp),
                  fork: 100 * r.fork,
                  barrier: centre,
                  low: centre - error,
                  high: centre + error,
                }
              }),
              x: { field: "fork", title: "steps of warm-up, % of all" },
              y: { field: "barrier", title: "barrier, points of error" },
              colour: "warm-up",
              error: ["low", "high"],
              joined: true,
            }),
          },
        ],
        tables: [
          {
            title: "Barriers between children",
            head: ["warm-up", "until", "error barrier", "loss barrier", "error of the children"],
            rows: all.map((runs) => {
              const results = runs.cells.map(resultOf)
              const of = (name: keyof Result, digits: number, unit: string) =>
                spread(
                  results.map((r) => r[name]),
                  { digits, unit },
                )
              return [
                runs.fork === 0 ? "none" : show(runs.warmUp),
                `${100 * runs.fork}%`,
                of("error", 2, " points"),
                of("loss", 4, ""),
                of("ends", 2, "%"),
              ]
            }),
          },
        ],
        notes: ["The children's momentum begins at zero when they part, after every warm-up."],
      }
    },
  }
}
