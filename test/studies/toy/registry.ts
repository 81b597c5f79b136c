/** Studies for the tests of the harness: small, with cells that hang or fail when a file asks them to. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { setTimeout } from "node:timers/promises"
import { square, sum, tensor } from "cotangent"
import { lines } from "../../../studies/harness/figures.ts"
import { spread } from "../../../studies/harness/statistics.ts"
import { cell, study } from "../../../studies/harness/study.ts"

const folder = process.env.TOY_FOLDER ?? "."
const isAsked = (what: string): boolean => existsSync(`${folder}/${what}`)
/** What was measured, across processes. */
const log = (line: string) => appendFileSync(`${folder}/log.txt`, `${line}\n`)

const squares = study({
  name: "squares",
  title: "Sums of squares",
  source: "nobody 2026",
  presets: { quick: { count: 3, wrong: 0 }, full: { count: 5, wrong: 1 } },
  plan: ({ count, wrong }, { seed }) => {
    const cells = Array.from({ length: count }, (_, k) =>
      cell(`n = ${k + seed}`, async ({ progress }) => {
        log(`n=${k + seed}`)
        const value = await sum(square(tensor([k + seed, 1]))).item()
        progress(0.5)
        if (isAsked("slow")) await setTimeout(600)
        if (k === 1 && isAsked("fail")) throw new Error("this one was told to fail")
        // Thrown where nobody waits for it, this ends the thread.
        if (k === 1 && isAsked("crash")) queueMicrotask(() => Promise.reject(new Error("this thread was told to end")))
        if (k === 1 && isAsked("crash")) await setTimeout(5000)
        return { value, odd: Number.NaN }
      }),
    )
    const alone = ["first", "second"].map((name) =>
      cell(
        `alone: ${name}`,
        async () => {
          log(`begin ${name}`)
          await setTimeout(50)
          log(`end ${name}`)
          return [name]
        },
        { alone: true, cost: 2 },
      ),
    )
    return {
      cells: [...cells, ...alone],
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
})

/** Counts to twenty, with a checkpoint after each number, and heeds the signal unless it is told to be deaf. */
const counting = study({
  name: "counting",
  title: "Counting",
  source: "nobody 2026",
  presets: { quick: {}, full: {} },
  plan: () => {
    const count = cell("..", async ({ folder: own, signal, progress }) => {
      const file = `${own}/at.txt`
      const begin = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0
      log(`from ${begin}`)
      for (let k = begin; k < 20 && !signal.aborted; k++) {
        await setTimeout(isAsked("slow") ? 100 : 0)
        writeFileSync(file, `${k + 1}`)
        progress((k + 1) / 20)
      }
      if (isAsked("deaf")) await setTimeout(600_000)
      if (signal.aborted) log("heard")
      return { from: begin }
    })
    return {
      cells: [count],
      report: (resultOf) => ({
        claims: [
          {
            id: "counted",
            statement: "somebody counts",
            ours: String(resultOf(count).from),
            verdict: "not tested",
            required: true,
          },
        ],
        figures: [],
      }),
    }
  },
})

/** What a result may not be. */
const odd = study({
  name: "odd",
  title: "Odd results",
  source: "nobody 2026",
  presets: { quick: {}, full: {} },
  plan: () => ({
    cells: [cell("a function", () => ({ run: () => 1 })), cell("an array of floats", () => new Float32Array(2))],
    report: () => ({ claims: [], figures: [] }),
  }),
})

export const studies = {
  squares: async () => squares,
  counting: async () => counting,
  odd: async () => odd,
  pi: async () => (await import("./pi.ts")).default,
}
