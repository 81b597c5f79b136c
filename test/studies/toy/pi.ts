import { less, mean, random, square, sum, where } from "cotangent"
import { points } from "../../../studies/harness/figures.ts"
import { confidenceInterval, spread } from "../../../studies/harness/statistics.ts"
import { cell, study } from "../../../studies/harness/study.ts"

export default study({
  name: "pi",
  title: "Darts at a quarter of a circle",
  source: "Laplace 1812",
  presets: { quick: { sizes: [100, 10_000], seeds: 5 }, full: { sizes: [100, 10_000, 1_000_000], seeds: 20 } },
  plan: ({ sizes, seeds }, { seed }) => {
    const groups = sizes.map((darts) => ({
      darts,
      cells: Array.from({ length: seeds }, (_, k) =>
        cell(`${darts} darts, seed ${seed + k}`, () => estimate(darts, seed + k), { cost: 1 + darts / 1e5 }),
      ),
    }))
    return {
      cells: groups.flatMap(({ cells }) => cells),
      report: (resultOf) => {
        const found = groups.map(({ darts, cells }) => {
          const estimates = cells.map(resultOf)
          return { darts, who: "darts", spread: spread(estimates, { digits: 3 }), ...confidenceInterval(estimates) }
        })
        const { spread: ours, low, high } = found.at(-1)!
        return {
          claims: [
            {
              id: "mean",
              statement: "four times the share of hits is π on average",
              paper: "3.1416 (derived)",
              ours,
              verdict: low <= Math.PI && Math.PI <= high ? "holds" : "fails",
              required: false,
              remark: `95% interval ${low.toFixed(3)} to ${high.toFixed(3)}`,
            },
          ],
          figures: [
            {
              name: "estimates",
              title: "Estimates of π, with 95% intervals",
              spec: points({
                rows: found.map(({ darts, who, mean, low, high }) => ({ darts, who, mean, low, high })),
                x: { field: "darts", title: "darts", scale: "log" },
                y: { field: "mean", title: "estimate" },
                colour: "who",
                error: ["low", "high"],
              }),
            },
          ],
        }
      },
    }
  },
})

async function estimate(darts: number, seed: number): Promise<number> {
  const places = random.uniform(random.key(seed), [darts, 2])
  const hits = where(less(sum(square(places), { axis: 1 }), 1), 1, 0)
  return 4 * (await mean(hits).item())
}
