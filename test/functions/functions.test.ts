/** Every public function: value, gradient and second order, batched and compiled, on each engine. */
import { vmap } from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { allocate } from "../../src/autodiff/dtype.ts"
import { typeOf } from "../../src/autodiff/program/type.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import { flatten } from "../../src/autodiff/tree.ts"
import { gpujs, onWasm } from "../autodiff/engines.ts"
import { type FunctionCase, titleOf } from "./case.ts"
import { cases } from "./cases/index.ts"
import { compiled, drawnFor, errorOf, measure, runOf } from "./measure.ts"

const mapped: (f: FunctionCase["of"]) => FunctionCase["of"] = typed(vmap)
/** What is allowed where a case does not say otherwise, over the largest number or 1. */
const allowed = { value: 4e-6, exact: 1e-9, gradient: 2e-5, differences: 1e-6, second: 5e-5, secondDifferences: 1e-5 }
const named = cases.map((c) => ({ title: titleOf(c), c }))

it("no two cases have one title", () => {
  expect(new Set(named.map((n) => n.title)).size).toBe(named.length)
})

describe.each([onWasm, gpujs("webasm")])("on $title", ({ choose, title }) => {
  beforeAll(choose)
  const wasm = title === "wasm"

  it.for(named)("$title: value, gradient and second order", async ({ c }) => {
    const errors = await measure(c, wasm ? [1, 2, 3] : [4])
    const bounds = { ...allowed, ...c.allowed }
    for (const name of ["value", "exact", "gradient", "differences", "second", "secondDifferences"] as const)
      expect.soft(errors[name] ?? 0, name).toBeLessThanOrEqual(bounds[name])
  })

  if (wasm)
    it.for(named)("$title: a batch is the loop over it, and compiled is eager", async ({ c }) => {
      const [first, second] = [inputs(c, 5), inputs(c, 6)]
      const rows = [first, second].map((xs) => runOf(c)(...xs))
      const both = c.args.map((a, k) => {
        const [p, q] = [drawnFor(c, 5)[k], drawnFor(c, 6)[k]]
        const out = allocate(a.dtype === "key" ? "u32" : a.dtype, (p?.length ?? 0) * 2)
        out.set(p ?? [])
        out.set(q ?? [], p?.length ?? 0)
        return fromNumbers(typeOf(a.dtype, [2, ...a.shape]), out)
      })
      const batched = flatten(mapped(c.of)(...both), c.name).leaves
      for (const [r, y] of batched.entries()) {
        const wanted = rows.flatMap((row) => [...(row[r]?.dataSync() ?? [])])
        expect.soft(errorOf(y.dataSync(), wanted), "batch").toBeLessThanOrEqual(4 * (c.allowed?.value ?? allowed.value))
      }
      for (const [r, y] of compiled(c)(...first).entries())
        expect
          .soft(errorOf(y.dataSync(), rows[0]?.[r]?.dataSync() ?? []), "compiled")
          .toBeLessThanOrEqual(4 * (c.allowed?.value ?? allowed.value))
    })
})
const inputs = (c: FunctionCase, seed: number) => {
  const numbers = drawnFor(c, seed)
  return c.args.map((a, k) => fromNumbers(typeOf(a.dtype, a.shape), numbers[k] ?? allocate("f32", 0)))
}
