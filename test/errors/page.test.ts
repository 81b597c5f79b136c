import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { errorsPage, errorsPath } from "../../scripts/docs.ts"
import { advice } from "../../src/autodiff/advice.ts"

it("docs/ERRORS.md is what scripts/docs.ts writes", async () => {
  expect(readFileSync(errorsPath, "utf8"), "run npm run docs").toBe(await errorsPage())
})

it("there is no advice for errors that nothing throws", () => {
  const folder = fileURLToPath(new URL("../../src/", import.meta.url))
  const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("advice.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n")
  const thrown = (code: string): boolean =>
    source.includes(`"${code}"`) || (code.startsWith("shape-") && source.includes(`fail("${code.slice(6)}"`))
  expect(Object.keys(advice).filter((code) => !thrown(code))).toEqual([])
})
