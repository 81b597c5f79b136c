/**
 * docs/COVERAGE.md: JAX's names against ours. A name is green when ours is its camelCase and is exported; what bears another
 * name or differs is yellow and must be exported all the same; what is not there is red, with the reason.
 */
import { fileURLToPath } from "node:url"
import * as library from "../../src/index.ts"
import { type Module, modules, type Remark } from "./names.ts"

export const coveragePath = fileURLToPath(new URL("../../docs/COVERAGE.md", import.meta.url))

interface Row {
  readonly theirs: string
  readonly colour: "🟢" | "🟡" | "🔴"
  readonly text: string
}
const camelCase = (name: string): string => name.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase())
/** Whether `random.normal` or `sum` is there. */
function exported(path: string): boolean {
  let at: unknown = library
  for (const part of path.split(".")) {
    if ((typeof at !== "object" && typeof at !== "function") || at === null || !Reflect.has(at, part)) return false
    at = Reflect.get(at, part)
  }
  return true
}

function rowOf(theirs: string, { prefix = "", title }: Module, remark: Remark | undefined): Row {
  const own = `${prefix}${camelCase(theirs)}`
  if (remark === undefined) {
    if (!exported(own)) return { theirs, colour: "🔴", text: "not there yet" }
    return { theirs, colour: "🟢", text: `\`${own}\`` }
  }
  if ("absent" in remark) {
    if (exported(own)) throw new Error(`${title}: ${theirs} is said to be absent, and ${own} is exported`)
    return { theirs, colour: "🔴", text: remark.absent }
  }
  if (!exported(remark.ours)) return { theirs, colour: "🔴", text: "not there yet" }
  return { theirs, colour: "🟡", text: `\`${remark.ours}\`${remark.but === undefined ? "" : `: ${remark.but}`}` }
}
const rowsOf = (m: Module): readonly Row[] =>
  m.names
    .trim()
    .split(/\s+/)
    .map((name) => rowOf(name, m, m.remarks?.[name]))

export function coveragePage(): string {
  const all = modules.map((m) => ({ title: m.title, rows: rowsOf(m) }))
  const count = (rows: readonly Row[], colour: Row["colour"]): number => rows.filter((r) => r.colour === colour).length
  const counts = (title: string, rows: readonly Row[]): string =>
    `| ${title} | ${count(rows, "🟢")} | ${count(rows, "🟡")} | ${count(rows, "🔴")} |`
  return `${[
    "# Coverage",
    "<!-- Written by scripts/coverage/page.ts from the exports of src/index.ts; `npm run docs` writes it anew. -->",
    "JAX's names, which are NumPy's, against ours. 🟢 the same name in camelCase and the same meaning; 🟡 another name, or a difference that is said; 🔴 not there, with the reason or with how to write it. Everywhere, options are one object at the end, and dtypes meet as on [their page](guide/tensors.md): what needs floats refuses integers and bools instead of converting them.",
    [
      "| | 🟢 | 🟡 | 🔴 |",
      "|---|---|---|---|",
      ...all.map(({ title, rows }) => counts(title, rows)),
      counts(
        "**all**",
        all.flatMap(({ rows }) => rows),
      ),
    ].join("\n"),
    ...all.flatMap(({ title, rows }) => [
      `## ${title}`,
      ["| JAX | | here |", "|---|---|---|", ...rows.map((r) => `| \`${r.theirs}\` | ${r.colour} | ${r.text} |`)].join(
        "\n",
      ),
    ]),
  ].join("\n\n")}\n`
}
