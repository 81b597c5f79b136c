import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { CotangentError } from "cotangent"
import { describe, expect, it } from "vitest"
import { thrownBy, wrongUses } from "./wrong-uses.ts"

const table = fileURLToPath(new URL("./wrong-uses.ts", import.meta.url))
const lines = readFileSync(table, "utf8").split("\n")
/** The lines of the table on which a mistake stands. */
function linesOf(mistake: string): readonly [first: number, last: number] {
  const first = lines.findIndex((line) => line.includes(`mistake: ${JSON.stringify(mistake)}`))
  return [first + 1, lines.findIndex((line, k) => k > first && line === "  },") + 1]
}

describe("a wrong use says what was asked, what was found and what to do, at the user's line", () => {
  it.each(wrongUses.map((use) => [use.mistake, use] as const))("%s", async (mistake, use) => {
    const error = await thrownBy(use)
    if (!(error instanceof CotangentError)) throw new Error("nothing of ours was thrown", { cause: error })
    expect(error.code).toBe(use.code)
    for (const part of use.says) {
      expect(part).not.toBe("")
      expect(error.message).toContain(part)
    }
    const [file, line] = error.site?.split(/:(?=\d)/) ?? []
    expect(file).toBe(table)
    const [first, last] = linesOf(mistake)
    expect(Number(line)).toBeGreaterThan(first)
    expect(Number(line)).toBeLessThan(last)
    expect(error.message.split("\n").at(-1)?.trim()).toBe(`at ${error.site}`)
  })
  it("is tried in at least twenty ways, each under its own name", () => {
    expect(new Set(wrongUses.map((use) => use.mistake)).size).toBe(wrongUses.length)
    expect(wrongUses.length).toBeGreaterThanOrEqual(20)
  })
})
