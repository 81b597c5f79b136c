/** Part e: granularity and gamma; and how far each path is from that of SGDM at half the rate. */
import { square, sub, sum, tree } from "cotangent"
import { points } from "../../harness/figures.ts"
import { mean, pairedDifference, spread, standardError } from "../../harness/statistics.ts"
import { cell, type Plan } from "../../harness/study.ts"
import { mnist } from "../data.ts"
import { keyFor, seedsOf } from "../seeds.ts"
import type { Settings } from "../settings.ts"
import { evaluate, initial, type Params, sgdm, train } from "../training.ts"
import { at, holdsIf, listed, within } from "../verdicts.ts"

interface Outcome {
  readonly accuracy: number
  readonly damping: number
  readonly cosine: number
  /** The distance to SGDM's end at half the rate, by the way that SGDM went. */
  readonly apart: number
  /** The largest distance of a step's mean damping from 1/2. */
  readonly astray: number
}

const distance = async (a: Params, b: Params): Promise<number> => {
  const [apart] = tree.ravel(tree.map((x, y) => sub(x, y), a, b))
  return Math.sqrt(Number(await sum(square(apart)).item()))
}

/** By Cauchy and Schwarz: 1/2 for each column of each tensor, over the number of elements. */
export const elementBound = (hidden: number): number => {
  const columns = hidden + 1 + 10 + 1
  return columns / 2 / (784 * hidden + hidden + hidden * 10 + 10)
}

export const ablation = (settings: Settings, seed: number): Plan => {
  const { batch, hidden, testImages } = settings
  const { images, epochs, rate, granularities, smoothings } = settings.ablation
  const seeds = seedsOf(settings.seeds, seed)
  const steps = epochs * Math.floor(images / batch)
  const groups = granularities.map((granularity) => ({
    granularity,
    cells: seeds.map((seed) =>
      cell(
        `ablation ${granularity} seed ${seed}`,
        async ({ progress }): Promise<{ readonly heavy: number; readonly outcomes: readonly Outcome[] }> => {
          const { train: examples, test } = await mnist(images, testImages)
          const shared = {
            from: initial(hidden, keyFor(seed, "parameters")),
            examples,
            batch,
            key: keyFor(seed, "order"),
            steps,
          }
          const heavy = await train({ ...shared, method: sgdm(rate) })
          const way = await distance(heavy.params, shared.from)
          const outcomes: Outcome[] = []
          for (const smoothing of smoothings) {
            progress((outcomes.length + 1) / (smoothings.length + 1))
            const { params, dampings, cosines } = await train({
              ...shared,
              method: { name: "TAM", rate: 2 * rate, granularity, smoothing },
            })
            outcomes.push({
              accuracy: 100 - (await evaluate(params, test)).error,
              damping: mean(dampings),
              cosine: mean(cosines),
              apart: (await distance(params, heavy.params)) / way,
              astray: Math.max(...dampings.map((d) => Math.abs(d - 0.5))),
            })
          }
          return { heavy: 100 - (await evaluate(heavy.params, test)).error, outcomes }
        },
        { cost: steps * (1 + smoothings.length) },
      ),
    ),
  }))
  return {
    cells: groups.flatMap(({ cells }) => cells),
    report: (resultOf) => {
      const each = groups.flatMap(({ granularity, cells }) =>
        smoothings.map((smoothing, k) => ({
          granularity,
          smoothing,
          outcomes: cells.map((one) => at(resultOf(one).outcomes, k)),
          heavy: cells.map((one) => resultOf(one).heavy),
        })),
      )
      const accuracies = (one: (typeof each)[number]) => one.outcomes.map((o) => o.accuracy)
      const elements = each.filter(({ granularity }) => granularity === "element")
      const models = each.filter(({ granularity }) => granularity === "model")
      const apart = (some: typeof each) => mean(some.flatMap(({ outcomes }) => outcomes.map((o) => o.apart)))
      const astray = Math.max(...elements.flatMap(({ outcomes }) => outcomes.map((o) => o.astray)))
      const bound = elementBound(hidden)
      const fromHeavy = elements.map((one): readonly [string, ReturnType<typeof pairedDifference>] => [
        `gamma ${one.smoothing}`,
        pairedDifference(accuracies(one), one.heavy),
      ])
      const usual = models.find(({ smoothing }) => smoothing === 0.9) ?? at(models, 0)
      const gammas = models
        .filter((one) => one !== usual)
        .map((one): readonly [string, ReturnType<typeof pairedDifference>] => [
          `gamma ${one.smoothing}`,
          pairedDifference(accuracies(one), accuracies(usual)),
        ])
      return {
        claims: [
          {
            id: "element-damping",
            statement: `Element by element the mean damping stays within ${bound.toExponential(1)} of 1/2 on this network [derived: Cauchy-Schwarz, 1 / 2n over a column of n rows]`,
            ours: `at most ${astray.toExponential(1)} away, over all steps, seeds and gammas`,
            // The means are f32.
            verdict: holdsIf(astray <= bound + 1e-6),
            required: true,
          },
          {
            id: "element-collapse",
            statement:
              "So it is SGDM at half the rate: the accuracy differs by less than 0.3 point at each gamma, and the path ends nearer to SGDM's than that of the model-wide form",
            ours: `${listed(fromHeavy)} points`,
            verdict: holdsIf(fromHeavy.every(([, one]) => within(one, 0.3)) && apart(elements) < apart(models)),
            required: false,
            remark: `TAM ${2 * rate} by element - SGDM ${rate}, 95% interval of paired seeds; distance between the ends by SGDM's way: by element ${apart(elements).toFixed(4)}, model-wide ${apart(models).toFixed(4)}`,
          },
          {
            id: "gamma",
            statement: "The accuracy does not depend on gamma: less than 0.3 point from gamma 0.9",
            paper: "none: a reviewer asked for it",
            ours: `${listed(gammas)} points`,
            verdict: holdsIf(gammas.every(([, one]) => within(one, 0.3))),
            required: false,
            remark: "model-wide, difference to gamma 0.9 with the 95% interval of paired seeds",
          },
        ],
        figures: [
          {
            name: "ablation",
            title: `Accuracy by gamma and granularity, TAM ${2 * rate} (± one standard error)`,
            spec: points({
              rows: each.map((one) => {
                const [centre, error] = [mean(accuracies(one)), standardError(accuracies(one))]
                return {
                  granularity: one.granularity,
                  gamma: one.smoothing,
                  accuracy: centre,
                  low: centre - error,
                  high: centre + error,
                }
              }),
              x: { field: "gamma", title: "gamma" },
              y: { field: "accuracy", title: "test accuracy, %" },
              colour: "granularity",
              error: ["low", "high"],
              joined: true,
            }),
          },
        ],
        tables: [
          {
            title: "Granularity and gamma",
            head: ["granularity", "gamma", "accuracy", "damping", "cosine", "distance to SGDM's end"],
            rows: [
              ...each.map((one) => [
                one.granularity,
                String(one.smoothing),
                spread(accuracies(one), { unit: "%" }),
                mean(one.outcomes.map((o) => o.damping)).toFixed(4),
                mean(one.outcomes.map((o) => o.cosine)).toFixed(4),
                mean(one.outcomes.map((o) => o.apart)).toFixed(4),
              ]),
              [`SGDM ${rate}`, "-", spread(at(each, 0).heavy, { unit: "%" }), "-", "-", "-"],
            ],
          },
        ],
      }
    },
  }
}
