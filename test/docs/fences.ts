/** The examples in docstrings and pages, with where they stand and what is said of them. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"

export const root = resolve(import.meta.dirname, "../..")

export interface Fence {
  /** The file from the root, and the line of the example's first line in it. */
  readonly file: string
  readonly line: number
  readonly code: string
  /** `ts` runs; `ts refused` must not compile. */
  readonly kind: "ts" | "ts refused"
  /** The text block that follows on a page: what the example prints, or what the compiler says of it; its first line. */
  readonly text: { readonly said: string; readonly line: number } | undefined
}

/** All pages, from the root. */
export const pages: readonly string[] = [
  ...readdirSync(root),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map(
    (name) => `docs/${name.replaceAll("\\", "/")}`,
  ),
].filter((name) => name.endsWith(".md"))

/** Files in which ```ts blocks are programs: what users can see. docs/ERRORS.md has its own test. */
function files(): readonly string[] {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("backend"))
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
  // docs/api quotes the examples of the docstrings.
  return [...sources, ...pages.filter((name) => name !== "docs/ERRORS.md" && !name.startsWith("docs/api/"))].toSorted()
}

/** In a source file the lines of docstrings, without their stars; elsewhere lines are kept, so that numbers stay true. */
const readable = (file: string, line: string): string => (file.endsWith(".ts") ? line.replace(/^\s*\* ?/, "") : line)

function fencesOf(file: string): readonly Fence[] {
  const lines = readFileSync(join(root, file), "utf8")
    .split("\n")
    .map((line) => readable(file, line))
  const found: Fence[] = []
  const blockAt = (start: number): readonly string[] => {
    const end = lines.findIndex((line, k) => k > start && line.startsWith("```"))
    return lines.slice(start + 1, end < 0 ? undefined : end)
  }
  lines.forEach((line, k) => {
    const kind = /^```(ts|ts refused)$/.exec(line)?.[1]
    if (kind !== "ts" && kind !== "ts refused") return
    const code = blockAt(k)
    const next = k + code.length + 2
    const after = lines[next] === "" ? next + 1 : next
    const text = lines[after] === "```text" ? { said: blockAt(after).join("\n"), line: after + 2 } : undefined
    found.push({ file, line: k + 2, code: code.join("\n"), kind, text })
  })
  return found
}

export const fences: readonly Fence[] = files().flatMap(fencesOf)
