import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

const script = fileURLToPath(new URL("./toy/run.ts", import.meta.url))
let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "study-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly output: string
}
/** The real command in a process of its own; `until` may end it early. */
function run(args: readonly string[], until?: (output: string, kill: (signal: NodeJS.Signals) => void) => void) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      env: { ...process.env, TOY_FOLDER: folder, NO_COLOR: "1" },
    })
    let output = ""
    const take = (part: Buffer) => {
      output += part.toString()
      until?.(output, (signal) => child.kill(signal))
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    child.on("close", (code) => resolve({ code, output }))
  })
}
const out = () => join(folder, "out")
const measured = () => readFileSync(join(folder, "log.txt"), "utf8").trim().split("\n").toSorted()
const claims = () => readFileSync(join(out(), "claims.md"), "utf8")

describe("npm run study", () => {
  test("measures every cell once, writes figures, metrics and claims, and measures nothing the second time", async () => {
    const first = await run(["squares", "--out", out(), "--check"])
    expect(first.output).toContain("HOLDS")
    expect(first.code).toBe(0)
    expect(measured()).toEqual(["alone", "n=0", "n=1", "n=2"])
    const before = claims()
    expect(before).toContain("squares \\| and one")
    expect(before).toContain("2.67 ± 1.20 (3 seeds)")
    expect(readFileSync(join(out(), "squares.svg"), "utf8")).toContain("<svg")
    expect([...readFileSync(join(out(), "squares.png")).subarray(1, 4)]).toEqual([80, 78, 71])
    expect(JSON.parse(readFileSync(join(out(), "metrics.json"), "utf8")).results["n = 1"].value).toEqual({
      value: 2,
      odd: "NaN",
    })
    const second = await run(["squares", "--out", out(), "--check"])
    expect(second.code).toBe(0)
    expect(measured()).toHaveLength(4)
    expect(claims()).toBe(before)
    await run(["squares", "--out", out(), "--fresh"])
    expect(measured()).toHaveLength(8)
    expect(claims()).toBe(before)
  })

  test("goes on after SIGKILL with what is finished", async () => {
    writeFileSync(join(folder, "slow"), "")
    const killed = await run(["squares", "--out", out()], (_, kill) => {
      if (existsSync(join(out(), "cells", "n-=-0.json"))) kill("SIGKILL")
    })
    expect(killed.code).toBeNull()
    expect(existsSync(join(out(), "claims.md"))).toBe(false)
    rmSync(join(folder, "slow"))
    const second = await run(["squares", "--out", out()])
    expect(second.output).toContain("measured before")
    expect(second.code).toBe(0)
    expect(measured().filter((name) => name === "n=0")).toHaveLength(1)
  })

  test("a failing cell is named and keeps the others; the next run tries it again", async () => {
    writeFileSync(join(folder, "fail"), "")
    const first = await run(["squares", "--out", out()])
    expect(first.code).toBe(1)
    expect(first.output).toContain('"n = 1" failed: Error: this one was told to fail')
    expect(first.output).toContain("1 of 4 cells failed")
    rmSync(join(folder, "fail"))
    expect((await run(["squares", "--out", out()])).code).toBe(0)
    expect(measured()).toEqual(["alone", "n=0", "n=1", "n=1", "n=2"])
  })

  test("other settings do not use kept results; --check tells by its exit code", async () => {
    await run(["squares", "--out", out()])
    const full = await run(["squares", "--out", out(), "--preset", "full", "--check"])
    expect(full.code).toBe(1)
    expect(full.output).toContain("--check: a fails")
    expect(measured()).toHaveLength(10)
    expect((await run(["squares", "--out", out(), "--preset", "full"])).code).toBe(0)
    expect((await run(["squares", "--out", out(), "--seed", "7"])).output).not.toContain("measured before")
  })

  test("a command that cannot be understood is refused in a sentence, and nothing is measured", async () => {
    const { code, output } = await run(["circles"])
    expect(output).toContain('there is no study "circles"; studies: squares')
    expect(code).toBe(2)
    expect(existsSync(join(folder, "log.txt"))).toBe(false)
  })

  test("lists studies", async () => {
    const { code, output } = await run(["--list"])
    expect(output).toContain("squares        Sums of squares")
    expect(code).toBe(0)
  })
})
