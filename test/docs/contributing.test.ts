import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { root } from "./fences.ts"

const work = mkdtempSync(join(tmpdir(), "cotangent-primitive-"))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** The files that CONTRIBUTING.md shows, each with where it goes. */
const shown = [...readFileSync(join(root, "CONTRIBUTING.md"), "utf8").matchAll(/```ts (src\/\S+)\n([\s\S]*?)```/g)]

it("CONTRIBUTING.md: the primitives it shows compile and pass every law, with a line each in the registry", () => {
  for (const part of [
    "src",
    "test/autodiff",
    "test/figures.ts",
    "test/tolerances.ts",
    "vitest.config.ts",
    "tsconfig.json",
    "scripts/closing-line.ts",
    "package.json",
  ])
    cpSync(join(root, part), join(work, part), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(work, "node_modules"))
  const registry = join(work, "src/autodiff/primitives/registry.ts")
  expect(shown.length).toBe(2)
  for (const [, path = "", code = ""] of shown) {
    writeFileSync(join(work, path), code)
    const name = /export const (\w+)/.exec(code)?.[1]
    const before = readFileSync(registry, "utf8")
    const line = `import { ${name} } from "./${path.split("/").at(-1)}"\n`
    writeFileSync(registry, line + before.replace("export const registry = {", `export const registry = {\n  ${name},`))
  }
  const run = (
    module: string,
    ...args: readonly string[]
  ): { readonly status: number | null; readonly said: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "node_modules", module), ...args], {
      cwd: work,
      encoding: "utf8",
    })
    return { status, said: `${stdout}${stderr}` }
  }
  writeFileSync(
    join(work, "tsconfig.new.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: shown.map(([, path]) => path), exclude: [] }),
  )
  const compiled = run("typescript/bin/tsc", "-p", "tsconfig.new.json", "--pretty", "false")
  expect(compiled.said).toBe("")
  const tested = run("vitest/vitest.mjs", "run", "test/autodiff/primitives.test.ts", "-t", "hypot|rowNorm")
  expect(tested.status, tested.said).toBe(0)
  // Two primitives, five laws and more, four engines.
  expect(Number(/(\d+) passed, 0 failed/.exec(tested.said)?.[1])).toBeGreaterThanOrEqual(40)
})
