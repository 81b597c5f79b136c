/** Every form and dtype of Loop on the wasm engine, bit for bit as the reference interprets it. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { allocate, type Numbers } from "../../src/autodiff/dtype.ts"
import { type Loop, resultsOf, sizeOf } from "../../src/autodiff/program/loop/loop.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { newHeap } from "../../src/backend/wasm/heap.ts"
import { newKernels } from "../../src/backend/wasm/kernels.ts"
import { type Case, randomCase } from "./wasm-random-loops.ts"

const heap = newHeap(2 ** 28)
const kernels = newKernels(heap)

/** Runs one kernel on a memory of its own; results are poisoned before, so that an element never written shows. */
function runWasm(loop: Loop, inputs: readonly Numbers[]): readonly Numbers[] {
  if (loop.form === "view" || loop.form === "routine") throw new Error("no code")
  const bytes = (n: Numbers): number => Math.max(1, n.length) * (n instanceof Float64Array ? 8 : 4)
  const results = resultsOf(loop).map((t) => allocate(t.dtype, sizeOf(t.shape)))
  const all = [...inputs, ...results]
  const at = all.map((n) => heap.take(bytes(n)))
  heap.bytes().fill(0xa5, Math.min(...at), Math.max(...at) + 4096)
  const words = (n: Numbers): Numbers => (n instanceof Uint8Array ? Uint32Array.from(n) : n)
  inputs.forEach((n, k) => {
    const w = words(n)
    heap.bytes().set(new Uint8Array(w.buffer, w.byteOffset, w.byteLength), at[k])
  })
  kernels(loop).run(...at)
  const out = results.map((n, k) => {
    const copy = heap
      .bytes()
      .slice(at[inputs.length + k]!, at[inputs.length + k]! + n.length * (n instanceof Float64Array ? 8 : 4)).buffer
    if (n instanceof Uint8Array) return Uint8Array.from(new Uint32Array(copy))
    return n instanceof Float32Array
      ? new Float32Array(copy)
      : n instanceof Float64Array
        ? new Float64Array(copy)
        : n instanceof Int32Array
          ? new Int32Array(copy)
          : new Uint32Array(copy)
  })
  all.forEach((n, k) => {
    heap.give(at[k]!, bytes(n))
  })
  return out
}

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
