import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
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
/** The real command in a process of its own; `stop` names a signal to send as soon as `when` holds. */
function run(args: readonly string[], stop?: { readonly signal: NodeJS.Signals; readonly when: () => boolean }) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      env: { ...process.env, TOY_FOLDER: folder, NO_COLOR: "1" },
    })
    const watch = setInterval(() => {
      if (stop?.when() !== true) return
      clearInterval(watch)
      child.kill(stop.signal)
    }, 20)
    let output = ""
    const take = (part: Buffer) => {
      output += part.toString()
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    child.on("close", (code) => {
      clearInterval(watch)
      resolve({ code, output })
    })
  })
}
const ask = (what: string) => writeFileSync(join(folder, what), "")
const unask = (what: string) => rmSync(join(folder, what))
const out = () => join(folder, "out")
const logged = () =>
  existsSync(join(folder, "log.txt")) ? readFileSync(join(folder, "log.txt"), "utf8").trim().split("\n") : []
const numbers = () => logged().filter((line) => line.startsWith("n="))
const claims = () => readFileSync(join(out(), "claims.md"), "utf8")
const isKept = (name: string) =>
  existsSync(join(out(), "cells")) &&
  readdirSync(join(out(), "cells")).some((file) => file.startsWith(`${name}.`) && file.endsWith(".json"))

describe("npm run study", () => {
  test("measures every cell once, writes figures, metrics and claims, and measures nothing the second time", async () => {
    const first = await run(["squares", "--out", out(), "--check"])
    expect(first.output).toContain("HOLDS")
    expect(first.code).toBe(0)
    expect(numbers().toSorted()).toEqual(["n=0", "n=1", "n=2"])
    // Those that run alone run last, and one after the other.
    expect(logged().slice(3)).toEqual(["begin first", "end first", "begin second", "end second"])
    const before = claims()
    expect(before).toContain("squares \\| and one")
    expect(before).toContain("2.67 ± 1.20 (3 seeds)")
    const svg = readFileSync(join(out(), "squares.svg"))
    const png = readFileSync(join(out(), "squares.png"))
    expect(svg.toString()).toContain("<svg")
    expect([...png.subarray(1, 4)]).toEqual([80, 78, 71])
    const metrics = JSON.parse(readFileSync(join(out(), "metrics.json"), "utf8"))
    expect(Object.keys(metrics.results)).toEqual(["n = 0", "n = 1", "n = 2", "alone: first", "alone: second"])
    expect(metrics.results["n = 1"].value).toEqual({ value: 2, odd: "NaN" })
    expect(metrics).toMatchObject({ study: "squares", preset: "quick", seed: 0, settings: { count: 3, wrong: 0 } })

    const second = await run(["squares", "--out", out(), "--check"])
    expect(second.code).toBe(0)
    expect(numbers()).toHaveLength(3)
    expect(claims()).toBe(before)
    await run(["squares", "--out", out(), "--fresh"])
    expect(numbers()).toHaveLength(6)
    expect(claims()).toBe(before)
    expect(readFileSync(join(out(), "squares.svg")).equals(svg)).toBe(true)
    expect(readFileSync(join(out(), "squares.png")).equals(png)).toBe(true)
  })

  test.each(["gpujs", "reference"])("runs on %s, and keeps its results apart", async (engine) => {
    await run(["squares", "--out", out()])
    const { code, output } = await run(["squares", "--out", out(), "--engine", engine])
    expect(output).toContain(`seed 0, ${engine}: 5 cells\n`)
    expect(code).toBe(0)
    expect(numbers()).toHaveLength(6)
    expect(claims()).toContain(`\`npm run study -- squares --preset quick --engine ${engine}\``)
  })

  test("goes on after SIGKILL with what is finished", async () => {
    ask("slow")
    const killed = await run(["squares", "--out", out()], { signal: "SIGKILL", when: () => isKept("n-=-0") })
    expect(killed.code).toBeNull()
    expect(existsSync(join(out(), "claims.md"))).toBe(false)
    unask("slow")
    const second = await run(["squares", "--out", out()])
    expect(second.output).toContain("measured before")
    expect(second.code).toBe(0)
    expect(numbers().filter((name) => name === "n=0")).toHaveLength(1)
    const resumed = claims()
    await run(["squares", "--out", out(), "--fresh"])
    expect(resumed).toBe(claims())
  })

  test("a cell that was killed goes on from its own checkpoint, which is removed when it is done", async () => {
    ask("slow")
    const own = () => (existsSync(join(out(), "cells")) ? readdirSync(join(out(), "cells"), { recursive: true }) : [])
    const hasCounted = () => own().some((name) => String(name).endsWith("at.txt"))
    await run(["counting", "--out", out()], { signal: "SIGKILL", when: hasCounted })
    unask("slow")
    expect((await run(["counting", "--out", out()])).code).toBe(0)
    const [first, second] = logged()
    expect(first).toBe("from 0")
    expect(second).toMatch(/^from ([1-9]|1\d)$/)
    expect(own()).toHaveLength(1)
    expect(existsSync(join(out(), "claims.md"))).toBe(true)
  })

  test.each([
    ["waits for a last checkpoint", "heeds"],
    ["does not wait for long", "deaf"],
  ])("Ctrl-C %s, ends with exit code 130 and says how to go on", async (_, what) => {
    ask("slow")
    ask(what)
    const when = () => logged().length > 0
    const { code, output } = await run(["counting", "--out", out(), "--check"], { signal: "SIGINT", when })
    expect(output).toContain(
      `stopped; 0 of 1 cells are kept, and npm run study -- counting --preset quick --out ${out()} --check goes on`,
    )
    expect(code).toBe(130)
    expect(logged()).toEqual(["from 0", ...(what === "heeds" ? ["heard"] : [])])
    // It returned early: that is no result.
    expect(readdirSync(join(out(), "cells")).filter((name) => name.endsWith(".json"))).toEqual([])
  })

  test.each([
    ["fail", "Error: this one was told to fail"],
    ["crash", "Error: this thread was told to end"],
  ])("a cell that is told to %s is named and keeps the others; the next run tries it again", async (what, sentence) => {
    ask(what)
    const first = await run(["squares", "--out", out()])
    expect(first.output).toContain(`"n = 1" failed: ${sentence}`)
    expect(first.output).toContain("1 of 5 cells failed; the others are kept")
    expect(first.code).toBe(1)
    expect(existsSync(join(out(), "claims.md"))).toBe(false)
    unask(what)
    expect((await run(["squares", "--out", out()])).code).toBe(0)
    expect(numbers().toSorted()).toEqual(["n=0", "n=1", "n=1", "n=2"])
  })

  test("a result that JSON would change is refused, with its cell", async () => {
    const { code, output } = await run(["odd", "--out", out()])
    // In the order of the plan, and once.
    expect(output).toContain('"a function", "an array of floats" failed: Error: its result is not JSON')
    expect(code).toBe(1)
  })

  test("other settings do not use kept results; --check tells by its exit code", async () => {
    await run(["squares", "--out", out()])
    const full = await run(["squares", "--out", out(), "--preset", "full", "--check"])
    expect(full.code).toBe(1)
    expect(full.output).toContain("--check: a fails")
    expect(numbers()).toHaveLength(8)
    expect((await run(["squares", "--out", out(), "--preset", "full"])).code).toBe(0)
    expect((await run(["squares", "--out", out(), "--seed", "7"])).output).not.toContain("measured before")
  })

  test("--check fails as well where a required claim is not tested", async () => {
    const untested = await run(["counting", "--out", out(), "--check"])
    expect(untested.output).toContain("--check: counted is not tested")
    expect(untested.code).toBe(1)
  })

  test("a cut or altered result is measured again", async () => {
    await run(["squares", "--out", out()])
    const cells = join(out(), "cells")
    const [first, second] = readdirSync(cells).filter((name) => name.startsWith("n-"))
    const text = readFileSync(join(cells, first!), "utf8")
    writeFileSync(join(cells, first!), text.slice(0, 100))
    // Somebody put one cell's result into another's place.
    writeFileSync(join(cells, second!), text)
    expect((await run(["squares", "--out", out(), "--check"])).code).toBe(0)
    expect(numbers()).toHaveLength(5)
  })

  test("a command that cannot be understood is refused in a sentence, and nothing is written", async () => {
    const { code, output } = await run(["circles"])
    expect(output).toContain('there is no study "circles"; studies: squares, counting, odd')
    expect(code).toBe(2)
    ask("file")
    const inFile = await run(["squares", "--out", join(folder, "file", "deeper")])
    expect(inFile.output).toMatch(/--out .*deeper cannot take results: /)
    expect(inFile.code).toBe(2)
    expect(readdirSync(folder)).toEqual(["file"])
  })

  test("lists studies", async () => {
    const { code, output } = await run(["--list"])
    expect(output).toContain("squares        Sums of squares")
    expect(code).toBe(0)
  })
})

test("the example of studies/README.md is the one that is tested, and its claim holds", async () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(readFileSync("studies/README.md", "utf8")) ?? []
  expect(shown?.replaceAll("../harness/", "../../../studies/harness/")).toBe(
    readFileSync("test/studies/toy/pi.ts", "utf8"),
  )
  const { code, output } = await run(["pi", "--out", out()])
  expect(output).toContain("HOLDS      mean")
  expect(code).toBe(0)
})
