/** The first screen of README.md. `npm run smoke` pastes its blocks into an empty project; here is what it says beside them. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const page = (name: string): string => readFileSync(join(root, name), "utf8")
const readme = page("README.md")
const cells = (line: string): readonly string[] =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim())
const rowsOf = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map([...text.matchAll(/^\|.*\|$/gm)].map(([line]) => [cells(line)[0] ?? "", cells(line)]))

describe("README.md's table of times", () => {
  const measured = rowsOf(page("bench/NOTES.md").split("### Every row beside the peers")[1]?.split("\n#")[0] ?? "")
  const shown = rowsOf(readme.split("**How fast.**")[1]?.split("## Try it")[0] ?? "")
  const rows = [...shown.values()].filter(([name = ""]) => measured.has(name) && /^[a-z]/.test(name) && name !== "row")

  it("is the table of bench/NOTES.md, row by row", () => {
    expect(rows.length).toBe(shown.size - 2)
    for (const [name = "", times, peers, bar] of rows) {
      const [, t, p, , b] = measured.get(name) ?? []
      expect([name, times, peers, bar]).toEqual([name, t, p, b])
    }
  })
  it("leaves no missed bar out", () => {
    const missed = [...measured].filter(([, row]) => row[4]?.includes("missed")).map(([name]) => name)
    expect(missed.length).toBeGreaterThan(0)
    expect(missed.filter((name) => !shown.has(name))).toEqual([])
  })
})

it("README.md names every example", () => {
  const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"))
  const listed = readme.split("## Try it")[1]?.split("\n## ")[0] ?? ""
  expect(examples.filter((name) => !new RegExp(`[\`/]${name.replace(".ts", "")}(\\.ts)?\``).test(listed))).toEqual([])
})
