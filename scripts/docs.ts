/**
 * Writes what the pages quote: docs/ERRORS.md from the mistakes that the tests make (test/errors/wrong-uses.ts), and on
 * every page the text blocks that say what the example above them prints; docs/COVERAGE.md from names.ts and the exports, and
 * docs/api from the declarations. The tests compare all of it with what is there.
 *
 *   npm run docs
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { CotangentError } from "cotangent"
import ts from "typescript-5.9"
import { fences, root } from "../test/docs/fences.ts"
import { saidOf, tryExamples } from "../test/docs/try.ts"
import { thrownBy, wrongUses } from "../test/errors/wrong-uses.ts"
import { apiFolder, apiPages } from "./api.ts"
import { coveragePage, coveragePath } from "./coverage/page.ts"

const source = fileURLToPath(new URL("../test/errors/wrong-uses.ts", import.meta.url))
export const errorsPath = fileURLToPath(new URL("../docs/ERRORS.md", import.meta.url))

interface Written {
  /** The heading of the group that begins here. */
  readonly group: string | undefined
  readonly code: string
  readonly refused: boolean
}

/** The table as it is written: for each mistake its code, and whether the compiler refuses it. */
function written(): { readonly shared: string; readonly entries: readonly Written[] } {
  const text = readFileSync(source, "utf8")
  const file = ts.createSourceFile(source, text, ts.ScriptTarget.Latest, true)
  const entries: Written[] = []
  const shared: string[] = []
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue
    const [declaration] = statement.declarationList.declarations
    const value = declaration?.initializer
    if (value === undefined || !ts.isArrayLiteralExpression(value)) {
      shared.push(statement.getText())
      continue
    }
    for (const entry of value.elements) {
      const run = ts.isObjectLiteralExpression(entry)
        ? entry.properties.find((p) => p.name?.getText() === "run")
        : undefined
      if (run === undefined || !ts.isPropertyAssignment(run) || !ts.isArrowFunction(run.initializer))
        throw new Error(`a mistake without run at ${entry.pos}`)
      entries.push({
        group: /\/\/ ---- (.*)/.exec(entry.getFullText())?.[1],
        code: outdented(text, run.initializer.body),
        refused: run.getFullText().includes("@ts-expect-error"),
      })
    }
  }
  return { shared: shared.join("\n"), entries }
}
/** The body of a function as a reader would type it: no indentation, no `return`. */
function outdented(text: string, body: ts.ConciseBody): string {
  const [first, last] = ts.isBlock(body) ? [body.statements.at(0), body.statements.at(-1)] : [body, body]
  if (first === undefined || last === undefined) return ""
  const start = first.getStart()
  const line = text.slice(text.lastIndexOf("\n", start) + 1)
  const indentation = line.length - line.trimStart().length
  return text
    .slice(start, last.getEnd())
    .split("\n")
    .filter((row) => !row.includes("@ts-expect-error"))
    .map((row, k) => (k === 0 ? row : row.slice(indentation)).replace(/^return /, ""))
    .join("\n")
}

/** A message without the paths of this checkout. */
const portable = (message: string): string => message.replaceAll(/\S*wrong-uses\.ts:\d+:\d+/g, "your-script.ts:12:34")
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-")

export async function errorsPage(): Promise<string> {
  const { shared, entries } = written()
  const rows: string[] = []
  const sections: string[] = []
  for (const [k, use] of wrongUses.entries()) {
    const error = await thrownBy(use)
    const entry = entries[k]
    if (!(error instanceof CotangentError) || entry === undefined) throw new Error(`${use.mistake}: no error`)
    if (entry.group !== undefined) sections.push(`## ${entry.group.replace(/^./, (c) => c.toUpperCase())}`)
    rows.push(
      `| [${use.mistake}](#${anchor(use.mistake)}) | \`${error.name}\` | \`${error.code}\` | ${entry.refused ? "yes" : ""} |`,
    )
    sections.push(
      `### ${use.mistake}`,
      `\`\`\`ts refused\n${entry.code}\n\`\`\``,
      `\`\`\`text\n${error.name}: ${portable(error.message)}\n\`\`\``,
    )
  }
  return `${[
    "# Errors",
    "<!-- Written by scripts/docs.ts from test/errors/wrong-uses.ts; the tests run every mistake on this page. -->",
    "Every error that Cotangent throws on purpose is a `CotangentError` with a `code` that stays the same across versions, `details` as data, and `site`, your line. The message says what was asked and what was found, what to do about it, and where. `internal error` in a message is our fault, not yours: please report it.",
    "Where the compiler knows the shapes and dtypes it refuses the mistake first, in the same words (column *compiler*).",
    ["| Mistake | Error | Code | Compiler |", "|---|---|---|---|", ...rows].join("\n"),
    `Used below:\n\n\`\`\`ts refused\n${shared}\n\`\`\``,
    ...sections,
  ].join("\n\n")}\n`
}

/** Puts what examples say today into the text blocks below them. */
function refreshPages(): void {
  const tried = tryExamples(fences)
  for (const file of new Set(fences.filter(({ text }) => text !== undefined).map((fence) => fence.file))) {
    const path = join(root, file)
    const lines = readFileSync(path, "utf8").split("\n")
    // From the end, so that the line numbers of what is still to be replaced stay true.
    for (const [k, fence] of [...fences.entries()].toReversed()) {
      const got = tried[k]
      if (fence.file !== file || fence.text === undefined || got === undefined) continue
      // A block that is still empty has no line of its own: what stands there is its closing fence.
      const rows = lines[fence.text.line - 1]?.startsWith("```") === true ? 0 : fence.text.said.split("\n").length
      lines.splice(fence.text.line - 1, rows, saidOf(fence, got))
    }
    writeFileSync(path, lines.join("\n"))
    console.log(`wrote ${path}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  refreshPages()
  writeFileSync(errorsPath, await errorsPage())
  console.log(`wrote ${errorsPath}: ${wrongUses.length} mistakes`)
  writeFileSync(coveragePath, coveragePage())
  console.log(`wrote ${coveragePath}`)
  rmSync(apiFolder, { recursive: true, force: true })
  mkdirSync(apiFolder)
  for (const [name, page] of apiPages()) writeFileSync(join(apiFolder, name), page)
  console.log(`wrote ${apiFolder}`)
}
