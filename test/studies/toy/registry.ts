/** Studies for the tests of the harness: small, with a cell that may hang or fail when a file asks it to. */
import { appendFileSync, existsSync } from "node:fs"
import { setTimeout } from "node:timers/promises"
import { square, sum, tensor } from "cotangent"
import { lines } from "../../../studies/harness/figures.ts"
import { spread } from "../../../studies/harness/statistics.ts"
import { cell, study } from "../../../studies/harness/study.ts"

const folder = process.env.TOY_FOLDER ?? "."
/** Which cells were measured, across processes. */
const log = (name: string) => appendFileSync(`${folder}/log.txt`, `${name}\n`)

export const studies = {
  squares: async () =>
    study({
      name: "squares",
      title: "Sums of squares",
      source: "nobody 2026",
      version: 1,
      presets: { quick: { count: 3, wrong: 0 }, full: { count: 5, wrong: 1 } },
      plan: ({ count, wrong }, { seed }) => {
        const cells = Array.from({ length: count }, (_, k) =>
          cell(`n = ${k + seed}`, async ({ progress }) => {
            log(`n=${k + seed}`)
            const value = await sum(square(tensor([k + seed, 1]))).item()
            progress(0.5)
            if (existsSync(`${folder}/slow`)) await setTimeout(600)
            if (k === 1 && existsSync(`${folder}/fail`)) throw new Error("this one was told to fail")
            return { value, odd: Number.NaN }
          }),
        )
        const alone = cell("by itself", () => [log("alone") ?? "done"], { alone: true, cost: 2 })
        return {
          cells: [...cells, alone],
          report: (resultOf) => {
            const values = cells.map((one) => resultOf(one).value)
            const right = values.every((value, k) => value === (k + seed) ** 2 + 1 + wrong)
            return {
              claims: [
                {
                  id: "a",
                  statement: "squares | and one",
                  paper: "k^2 + 1",
                  ours: spread(values),
                  verdict: right ? "holds" : "fails",
                  required: true,
                },
              ],
              figures: [
                {
                  name: "squares",
                  title: "Squares",
                  spec: lines({
                    rows: values.map((value, k) => ({ k, value, who: "ours" })),
                    x: { field: "k", title: "k" },
                    y: { field: "value", title: "k² + 1" },
                    colour: "who",
                  }),
                },
              ],
              tables: [{ title: "All", head: ["k", "value"], rows: values.map((value, k) => [`${k}`, `${value}`]) }],
            }
          },
        }
      },
    }),
}
