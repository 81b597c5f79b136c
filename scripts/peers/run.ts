/**
 * Every public function beside PyTorch, in float64: values, gradients and second order; optimisers, step by step.
 *
 *   npm run test:peers             all cases that PyTorch has
 *   npm run test:peers -- softmax  those whose title holds a word
 *
 * A whole run writes docs/FUNCTIONS.md, with the errors in float32 beside those of float64.
 *
 * Needs a python3 that imports torch (Debian: python3-torch). Exits with 1 where one differs.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { setEngine } from "cotangent"
import { pythonWithTorch } from "../../bench/harness/install.ts"
import { type FunctionCase, titleOf } from "../../test/functions/case.ts"
import { cases } from "../../test/functions/cases/index.ts"
import { errorOf, measure, oracleOf, ordersOf, subjectOf } from "../../test/functions/measure.ts"
import { optimisersBesideTorch } from "./optimisers.ts"
import { functionsPage, functionsPath, type Measured, numeral } from "./page.ts"

type Lists = readonly (readonly number[])[]
interface Answer {
  readonly values?: Lists
  readonly gradient?: Lists
  readonly second?: Lists
  readonly refused?: string
}
/** Both compute in float64; what is left is the conditioning of the case. */
const bounds = { values: 1e-9, gradient: 1e-8, second: 1e-7 } as const
const seed = 11

const asked = (c: FunctionCase): object => {
  const { numbers, weights, direction } = subjectOf(c, seed)
  return {
    torch: c.torch,
    orders: ordersOf(c),
    args: c.args.map((a, k) => ({ shape: a.shape, dtype: a.dtype, data: [...(numbers[k] ?? [])] })),
    weights: weights.map((w) => w && [...w]),
    directions: direction.flatMap((d) => (d === undefined ? [] : [[...d]])),
  }
}
const ours = (c: FunctionCase): Required<Omit<Answer, "refused">> => {
  const subject = subjectOf(c, seed)
  const numbers = (run: Parameters<typeof oracleOf>[1]): Lists => oracleOf(subject, run).results.map((x) => [...x])
  return {
    values: numbers(() => subject.run),
    gradient: ordersOf(c) > 0 ? numbers(subject.gradient) : [],
    second: ordersOf(c) > 1 ? numbers(subject.change) : [],
  }
}
const worst = (found: Lists, wanted: Lists): number =>
  found.length === wanted.length
    ? found.reduce((most, x, k) => Math.max(most, errorOf(x, wanted[k] ?? [])), 0)
    : Number.POSITIVE_INFINITY

const python = pythonWithTorch()
if (python === undefined) {
  console.error(
    "test:peers needs a python3 that imports torch, and there is none here (Debian: apt install python3-torch)",
  )
  process.exit(1)
}
await setEngine("reference")
const words = process.argv.slice(2)
const taken = cases.filter(
  (c) => c.torch !== undefined && (words.length === 0 || words.some((word) => titleOf(c).includes(word))),
)
const input = JSON.stringify({ cases: taken.map(asked) })
const script = fileURLToPath(new URL("answers.py", import.meta.url))
const { stdout, stderr, status } = spawnSync(python, ["-B", script], { input, encoding: "utf8", maxBuffer: 1 << 28 })
if (status !== 0) throw new Error(`PyTorch did not answer\n${stderr}`)
// Python writes NaN and Infinity, which are no JSON.
const answers: readonly Answer[] = JSON.parse(
  stdout.replaceAll(/(?<=[[ ,])(NaN|-?Infinity)(?=[\],])/g, '"$1"'),
  (_, x: unknown) => (x === "NaN" || x === "Infinity" || x === "-Infinity" ? Number(x) : x),
)
const torch = new Map<FunctionCase, number>()
let failed = 0
for (const [k, c] of taken.entries()) {
  const answer = answers[k] ?? { refused: "no answer" }
  const own = ours(c)
  const parts = (["values", "gradient", "second"] as const).flatMap((part) => {
    const theirs = answer[part]
    return theirs === undefined ? [] : [{ part, error: worst(own[part], theirs), bound: bounds[part] }]
  })
  const wrong = answer.refused !== undefined || parts.some(({ error, bound }) => !(error <= bound))
  if (wrong) failed++
  torch.set(c, Math.max(0, ...parts.map(({ error }) => error)))
  const said = answer.refused ?? parts.map(({ part, error }) => `${part} ${numeral(error)}`).join(", ")
  console.log(`${wrong ? "✗" : "✓"} ${titleOf(c)}: ${said}`)
}
console.log(
  `${taken.length - failed} functions agree with PyTorch, ${failed} do not; ${cases.length - taken.length} of ${cases.length} cases were not asked`,
)
failed += optimisersBesideTorch(python, words)
if (words.length === 0) {
  await setEngine("wasm")
  const measured: Measured[] = []
  for (const c of cases) measured.push({ of: c, errors: await measure(c, [1, 2, 3, 4, 5]), torch: torch.get(c) })
  const version = execFileSync(python, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" }).trim()
  const page = functionsPage(measured, `Measured with Node ${process.versions.node} and PyTorch ${version}.`)
  writeFileSync(functionsPath, page)
  console.log(`wrote ${functionsPath}`)
}
process.exit(failed > 0 ? 1 : 0)
