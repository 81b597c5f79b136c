/**
 * Every public function beside PyTorch, in float64: values, gradients and second order.
 *
 *   npm run test:peers             all cases that PyTorch has
 *   npm run test:peers -- softmax  those whose title holds a word
 *
 * Needs a python3 that imports torch (Debian: python3-torch). Exits with 1 where one differs.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { setEngine } from "cotangent"
import { pythonWithTorch } from "../../bench/harness/install.ts"
import { type FunctionCase, titleOf } from "../../test/functions/case.ts"
import { cases } from "../../test/functions/cases/index.ts"
import { errorOf, oracleOf, ordersOf, subjectOf } from "../../test/functions/measure.ts"

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
const numeral = (x: number): string => (x === 0 ? "0" : x.toExponential(0))

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
  const said = answer.refused ?? parts.map(({ part, error }) => `${part} ${numeral(error)}`).join(", ")
  console.log(`${wrong ? "✗" : "✓"} ${titleOf(c)}: ${said}`)
}
console.log(
  `${taken.length - failed} functions agree with PyTorch, ${failed} do not; ${cases.length - taken.length} of ${cases.length} cases were not asked`,
)
process.exit(failed > 0 ? 1 : 0)
