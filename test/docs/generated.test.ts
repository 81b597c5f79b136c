/** Pages that scripts write are what the scripts would write today: `npm run docs` mends them. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { apiFolder, apiPages } from "../../scripts/api.ts"
import { coveragePage, coveragePath } from "../../scripts/coverage/page.ts"
import { functionsPath } from "../../scripts/peers/page.ts"
import * as library from "../../src/index.ts"
import { titleOf } from "../functions/case.ts"
import { cases } from "../functions/cases/index.ts"

it("docs/COVERAGE.md says what is exported", () => {
  expect(coveragePage(), "run npm run docs").toBe(readFileSync(coveragePath, "utf8"))
})

describe("docs/api", () => {
  const pages = apiPages()
  it("has the pages of today's declarations", () => {
    expect(readdirSync(apiFolder).toSorted(), "run npm run docs").toEqual([...pages.keys()].toSorted())
  })
  it.each([...pages])("%s", (name, page) => {
    expect(readFileSync(join(apiFolder, name), "utf8"), "run npm run docs").toBe(page)
  })
})

describe("every function of tensors has a case", () => {
  /** Transforms, engines, trees and what makes tensors from nothing: their own tests try them. */
  const others: ReadonlySet<string> = new Set(
    `arange axisIndex einsumPath geomspace logspace checked checkpoint cond customJvp customVjp debugKeys debugNaN definePrimitive dim expectShape explain
    eye forLoop full gpuKernel grad hessian hvp jacfwd jacrev jit jvp linearSolve linearize linspace makeProgram ones onesLike
    pmax pmean pmin profile psum scan setEngine stopGradient switchOn tensor valueAndGrad vjp vmap whileLoop withEngine zeros
    zerosLike`
      .trim()
      .split(/\s+/),
  )
  const isClass = (f: object): boolean => Object.getOwnPropertyNames(f).includes("prototype")
  const functions = Object.entries(library).flatMap(([name, f]) =>
    typeof f === "function" && !(isClass(f) && /^[A-Z]/.test(name)) && !others.has(name) ? [name] : [],
  )
  it.each(functions)("%s", (name) => {
    expect(cases.some((c) => c.name === name)).toBe(true)
  })
  it("and a row in docs/FUNCTIONS.md", () => {
    const page = readFileSync(functionsPath, "utf8")
    expect(
      cases.map(titleOf).filter((title) => !page.includes(`| ${title} |`)),
      "run npm run test:peers",
    ).toEqual([])
  })
})
