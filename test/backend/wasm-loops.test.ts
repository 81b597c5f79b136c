/** Every form and dtype of Loop on the wasm engine, bit for bit as the reference interprets it. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { type Case, randomCase } from "./wasm-random-loops.ts"
import { runWasm } from "./wasm-run.ts"

function expectSame({ loop, inputs, print }: Case): void {
  const want = kernelOf(loop).run(inputs)
  const got = runWasm(loop, inputs)
  want.forEach((w, r) => {
    const g = got[r]!
    for (let i = 0; i < w.length; i++)
      if (!Object.is(w[i], g[i]))
        expect.fail(`result ${r}, element ${i}: ${g[i]}, and the reference gives ${w[i]}\n${print}`)
  })
}

describe("every Loop gives the bits of the reference", () => {
  for (const form of ["map", "prefix", "scatter"] as const)
    it(form, () => {
      fc.assert(fc.property(randomCase(form), expectSame), { numRuns: Number(process.env.RUNS ?? 600) })
    })
})
