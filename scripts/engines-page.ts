/**
 * Writes the tables of docs/ENGINES.md: the tolerances of test/tolerances.ts beside the worst errors of the last runs, which
 * test/figures keeps. `npm run test:gpu` and `npm run test:browser` call it at their end.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { subjects } from "../test/autodiff/function-subjects.ts"
import { asWrongAsCanBe } from "../test/figures.ts"
import { keptRuns, type Run } from "../test/runs.ts"
import { allowed, exceptions, type Law, lawNames, laws } from "../test/tolerances.ts"

export const enginesPath = fileURLToPath(new URL("../docs/ENGINES.md", import.meta.url))

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")
const numeral = (x: number): string =>
  x >= asWrongAsCanBe ? "∞" : x === 0 ? "0" : x >= 0.01 && x < 1e5 ? `${Number(x.toPrecision(2))}` : x.toExponential(1)
/** The browser's are told from those in Node. */
const titleOf = ({ engine, host }: Run): string => (host.startsWith("Node") ? `${engine}` : `${engine}, browser`)

const runsTable = (runs: readonly Run[]): string =>
  table(
    ["engine", "host", "device", "tests passed", "failed"],
    runs.map((r) => [r.engine, r.host, r.device, `${r.passed}`, r.failed.length === 0 ? "0" : r.failed.join(", ")]),
  )

function lawsTable(runs: readonly Run[]): string {
  const rows = lawNames.map((name) => {
    const law: Law = laws[name]
    const worst = runs.map(({ engine, errors }) => {
      const own = Object.entries(errors[name] ?? {}).filter(([f]) => exceptions[engine]?.[name]?.[f] === undefined)
      const [first] = own.toSorted(([, a], [, b]) => b - a)
      if (first === undefined) return ""
      const [f, error] = first
      return `${numeral(error)}${f === "all" || error === 0 ? "" : ` (${f})`}`
    })
    return [`${law.title}: ${law.error}`, numeral(law.f32), ...worst]
  })
  return table(["law", "allowed", ...runs.map(titleOf)], rows)
}

function functionsTable(runs: readonly Run[]): string {
  // A function that is younger than the last runs has no row yet.
  const measured = subjects.filter(({ name }) => runs.some(({ errors }) => errors.functions?.[name] !== undefined))
  const rows = measured.map(({ name, range }) => [
    `${name}, ${range}`,
    ...runs.map(({ engine, errors }) => {
      const found = errors.functions?.[name]
      return found === undefined ? "" : `${numeral(found)} of ${allowed(engine, "functions", name)}`
    }),
  ])
  return table(["function", ...runs.map(titleOf)], rows)
}

function exceptionsTable(runs: readonly Run[]): string {
  const rows = Object.keys(exceptions).flatMap((engine) =>
    lawNames.flatMap((law) =>
      Object.entries(exceptions[engine]?.[law] ?? {}).map(([name, bound]) => {
        const measured = runs.flatMap((run) => {
          const found = run.engine === engine ? run.errors[law]?.[name] : undefined
          return found === undefined ? [] : [`${numeral(found)} in ${run.host}`]
        })
        return [engine, laws[law].title, name, numeral(bound), measured.join(", ")]
      }),
    ),
  )
  return rows.length === 0 ? "None." : table(["engine", "law", "function", "allowed", "worst error measured"], rows)
}

function beyondTable(runs: readonly Run[]): string {
  const rows = runs.flatMap((run) =>
    run.beyond.map(({ name, kind, wrong, of, first }) => [
      titleOf(run),
      name,
      kind,
      `${wrong} of ${of}`,
      `\`${first}\``,
    ]),
  )
  return rows.length === 0 ? "None." : table(["engine", "function", "edges", "wrong", "the first"], rows)
}

/** The page with its tables anew: each stands between `<!-- name -->` and `<!-- end -->`. */
export function enginesPage(page: string, runs: readonly Run[] = keptRuns()): string {
  const tables = {
    runs: runsTable(runs),
    laws: lawsTable(runs),
    functions: functionsTable(runs),
    exceptions: exceptionsTable(runs),
    beyond: beyondTable(runs),
  }
  return Object.entries(tables).reduce(
    (text, [name, made]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- end -->)`),
        (_, open: string, close: string) => `${open}\n${made}\n\n${close}`,
      ),
    page,
  )
}
export const writeEnginesPage = (): void => writeFileSync(enginesPath, enginesPage(readFileSync(enginesPath, "utf8")))
