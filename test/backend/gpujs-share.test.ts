/**
 * How much of the work runs as gpu.js kernels: every primitive on every case, forward and backward, and random programs,
 * one operation at a time and compiled. What is counted is what ran, by kernels whose mode was looked at as they ran.
 */
import { setEngine } from "cotangent"
import { programs } from "cotangent/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import { isFloat } from "../../src/autodiff/dtype.ts"
import { bind } from "../../src/autodiff/interpreter.ts"
import { linearizeValues } from "../../src/autodiff/interpreters/linearize.ts"
import { transposeLinear } from "../../src/autodiff/interpreters/transpose.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import { flatten } from "../../src/autodiff/tree.ts"
import type { Value } from "../../src/autodiff/value.ts"
import type { KernelCounts } from "../../src/backend/gpujs/counts.ts"
import type { GpujsEngine } from "../../src/backend/gpujs/engine.ts"
import { casesOf, hasF64, names, operandsOf, typesOf } from "../autodiff/cases.ts"
import { many, scalar } from "../autodiff/variadic.ts"

const isGpujs = (x: object): x is GpujsEngine => "kernelCounts" in x
const countsOf = (mode: string): KernelCounts => {
  const engine = engineAtOnce(`gpujs/${mode}`)
  if (!isGpujs(engine)) throw new Error(`the engine ${engine.name} does not count its kernels`)
  return engine.kernelCounts()
}
const read = (xs: readonly (Value | undefined)[]): Promise<unknown> => Promise.all(xs.map((x) => x?.data()))

describe.each(["webasm", "cpu"] as const)("gpujs/%s", (mode) => {
  it("runs at least 95% of all kernels on gpu.js, in this mode", async ({ task }) => {
    await setEngine("gpujs", { mode })
    const before = countsOf(mode)
    for (const name of names)
      for (const c of casesOf(name).filter((x) => !hasF64(x))) {
        const types = typesOf(c)
        for (const numbers of fc.sample(operandsOf(c), { numRuns: 1, seed: 1 })) {
          const xs = types.map((t, k) => fromNumbers(t, numbers[k] ?? new Float32Array(0)))
          const active = types.map((t) => isFloat(t.dtype))
          const made = linearizeValues((...ys) => bind(c.operation, ys), xs, active)
          const weights = made.tangents.map((t, k) => (t === undefined ? undefined : made.outputs[k]))
          await read([...made.outputs, ...transposeLinear(made.equations, made.inputs, made.tangents, weights)])
        }
      }
    for (const { f, loss, args } of fc.sample(programs(), { numRuns: 40, seed: 2 })) {
      const compiled = many.jit(scalar.grad(loss))
      // More often than a pipeline waits to be worth it.
      for (let round = 0; round < 5; round++) await read(flatten([f(...args()), compiled(...args())], "results").leaves)
    }
    const { kernels, piped, host, declined } = countsOf(mode)
    const here = kernels - before.kernels
    const elsewhere = [...host].map(([name, n]) => [name, n - (before.host.get(name) ?? 0)] as const)
    const all = elsewhere.reduce((n, [, m]) => n + m, here)
    const others = elsewhere.map(([name, n]) => `${name} ${n}`).join(", ")
    task.meta.closing = `gpujs: ${here} of ${all} kernels (${((100 * here) / all).toFixed(1)}%) ran as gpu.js (${mode}), ${piped - before.piped} of them in pipelines; on the host: ${others}`
    expect(here).toBeGreaterThan(1000)
    expect(here / all, task.meta.closing).toBeGreaterThanOrEqual(0.95)
    expect([...declined]).toEqual([])
    if (mode === "webasm") expect(piped - before.piped).toBeGreaterThan(100)
  })
})
