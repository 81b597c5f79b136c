import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { misplacedImports } from "../scripts/floors.ts"

// Each rule of the house is fed the mistake it exists for: a rule that nobody has seen fail may not be switched on.
const root = resolve(import.meta.dirname, "..")
let folder = ""

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cotangent-house-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** The rule names that Biome, with the project's own biome.json, reports as errors. */
function biome(files: Readonly<Record<string, string>>): readonly string[] {
  write(files)
  cpSync(join(root, "biome.json"), join(folder, "biome.json"))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  const bin = join(root, "node_modules/@biomejs/biome/bin/biome")
  const args = [bin, "lint", "--vcs-enabled=false", "--reporter=json", "--diagnostic-level=error", "src", "examples"]
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  const report: { readonly diagnostics: readonly { readonly category: string }[] } = JSON.parse(stdout)
  return report.diagnostics.map(({ category }) => category)
}

const fpTs = (form: string): string => `import * as E from "${form}"\nexport const e = E\n`

describe("Biome", () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ["any", "lint/suspicious/noExplicitAny", { "src/a.ts": "export const a = (x: any): unknown => x\n" }],
    ["a silenced type error", "lint/suspicious/noTsIgnore", { "src/a.ts": "// @ts-ignore\nexport const a = 0\n" }],
    [
      "a type imported as a value",
      "lint/style/useImportType",
      { "src/a.ts": 'import { B } from "./b.ts"\nexport type A = B\n', "src/b.ts": "export type B = 1\n" },
    ],
    [
      "a circle of values",
      "lint/suspicious/noImportCycles",
      {
        "src/a.ts": 'import { b } from "./b.ts"\nexport const a = () => b\n',
        "src/b.ts": 'import { c } from "./c.ts"\nexport const b = () => c\n',
        "src/c.ts": 'import { a } from "./a.ts"\nexport const c = () => a\n',
      },
    ],
    ["bare fp-ts", "lint/style/noRestrictedImports", { "src/a.ts": fpTs("fp-ts") }],
    ["fp-ts/Either", "lint/style/noRestrictedImports", { "src/io/a.ts": fpTs("fp-ts/Either") }],
    ["fp-ts/es6/Either.js", "lint/style/noRestrictedImports", { "examples/a.ts": fpTs("fp-ts/es6/Either.js") }],
    ["fp-ts/lib without .js", "lint/style/noRestrictedImports", { "src/a.ts": fpTs("fp-ts/lib/Either") }],
    [
      "an engine imported by the core",
      "lint/style/noRestrictedImports",
      { "src/autodiff/a.ts": 'export * from "../backend/wasm/index.ts"\n' },
    ],
    [
      "an engine imported by a layer, lazily",
      "lint/style/noRestrictedImports",
      { "src/layers/a.ts": 'export const a = () => import("../backend/wasm/index.ts")\n' },
    ],
    [
      "the inside of the package imported by an example",
      "lint/style/noRestrictedImports",
      { "examples/a.ts": 'export * from "../src/autodiff/tensor.ts"\n' },
    ],
  ])("refuses %s", (_, rule, files) => {
    expect(biome(files)).toContain(rule)
  })

  test("lets good code pass", () => {
    const files = {
      "src/a.ts": `${fpTs("fp-ts/lib/Either.js")}export type { B } from "./b.ts"\n`,
      "src/b.ts": 'import type { e } from "./a.ts"\nexport type B = typeof e\n',
      "examples/a.ts": 'export * from "cotangent"\n',
    }
    expect(biome(files)).toEqual([])
  })
})

describe("floors", () => {
  const empty = "export const nothing = 0\n"
  const from = (path: string): string => `import { nothing } from "${path}"\nexport const n = nothing\n`
  const house: Readonly<Record<string, string>> = {
    "src/index.ts": from("./install.ts"),
    "src/install.ts": from("./backend/wasm/index.ts"),
    "src/backend/wasm/index.ts": from("../compile/plan.ts"),
    "src/backend/gpujs/index.ts": from("../../autodiff/engine.ts"),
    "src/backend/compile/plan.ts": from("../../autodiff/program/program.ts"),
    "src/layers/index.ts": `${from("../install.ts")}export * from "../autodiff/functions/sum.ts"\n`,
    "src/autodiff/functions/sum.ts": from("../transforms/grad.ts"),
    "src/autodiff/transforms/grad.ts": from("../interpreters/trace.ts"),
    "src/autodiff/interpreters/trace.ts": from("../primitives/add.ts"),
    "src/autodiff/primitives/add.ts": from("../program/program.ts"),
    "src/autodiff/program/program.ts": from("../tensor.ts"),
    "src/autodiff/tensor.ts": from("./shape/rules.ts"),
    "src/autodiff/engine.ts": `${empty}export type { P } from "./program/program.ts"\n`,
    "src/autodiff/shape/rules.ts": from("../errors.ts"),
    "src/autodiff/errors.ts": empty,
    "examples/first.ts": `${from("cotangent")}export * from "cotangent/layers"\nexport * from "../src/index.ts"\n`,
  }

  test("a house in order passes", () => {
    write(house)
    expect(misplacedImports(folder)).toEqual([])
  })

  test.each([
    ["src/autodiff/tensor.ts", "../backend/wasm/index.ts", "only src/install.ts knows the engines"],
    ["src/layers/index.ts", "../backend/wasm/index.ts", "only src/install.ts knows the engines"],
    ["src/index.ts", "./backend/wasm/index.ts", "only src/install.ts knows the engines"],
    ["src/autodiff/tensor.ts", "../install.ts", "upstairs"],
    ["src/autodiff/program/program.ts", "../interpreters/trace.ts", "upstairs"],
    ["src/autodiff/program/program.ts", "../primitives/add.ts", "upstairs"],
    ["src/autodiff/primitives/add.ts", "../transforms/grad.ts", "upstairs"],
    ["src/autodiff/interpreters/trace.ts", "../transforms/grad.ts", "upstairs"],
    ["src/autodiff/transforms/grad.ts", "../functions/sum.ts", "upstairs"],
    ["src/autodiff/errors.ts", "./shape/rules.ts", "upstairs"],
    ["src/autodiff/shape/rules.ts", "../tensor.ts", "upstairs"],
    ["src/backend/wasm/index.ts", "../gpujs/index.ts", "an engine knows no other engine"],
    ["src/backend/compile/plan.ts", "../wasm/index.ts", "upstairs"],
    ["src/backend/wasm/index.ts", "../../autodiff/transforms/grad.ts", "they know no transform"],
    ["src/layers/index.ts", "../index.ts", "upstairs"],
    ["src/layers/index.ts", "cotangent", "a second, built copy"],
    ["examples/first.ts", "../src/autodiff/tensor.ts", "scripts use what users have"],
    ["src/autodiff/tensor.ts", "../../examples/first.ts", "upstairs"],
  ])("%s may not import %s", (path, specifier, why) => {
    const forms = [
      `import { nothing } from "${specifier}"`,
      `import type { Nothing } from "${specifier}"`,
      `export * from "${specifier}"`,
      `export const late = () => import("${specifier}")`,
      `export type Late = import("${specifier}").Late`,
    ]
    for (const form of forms) {
      write({ ...house, [path]: `${form}\n` })
      expect(misplacedImports(folder), form).toEqual([expect.stringMatching(`^${path}:1: .*${why}`)])
    }
  })

  test("a room that is on no plan is reported", () => {
    write({ "src/attic/box.ts": empty })
    expect(misplacedImports(folder)).toEqual([expect.stringContaining("stands on no floor")])
  })
})

test("the closing line counts what the runner saw, and a file that does not load as a failure", () => {
  write({
    "vitest.config.ts": `export default { test: { reporters: [${JSON.stringify(join(root, "scripts/closing-line.ts"))}] } }`,
    "some.test.ts": `import { expect, test } from "vitest"
      test("passes", () => {})
      test("fails", () => expect(1).toBe(2))
      test.skip("is skipped", () => {})`,
    "broken.test.ts": 'throw new Error("at import")',
  })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run"], {
    cwd: folder,
    encoding: "utf8",
  })
  expect(stdout).toBe("1 passed, 2 failed, 1 skipped\n")
})
