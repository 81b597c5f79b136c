/** Users' kernels where gpu.js gives promises, as it does on WebGPU. */
import { GPU } from "gpu.js"
import { expect, it } from "vitest"
import { sourceKernel } from "../../src/autodiff/primitives/source-kernel.ts"
import { inputsOf, type NativeKernel, routineLoop } from "../../src/autodiff/program/loop/loop.ts"
import { nativeRunner } from "../../src/backend/gpujs/native.ts"

const isFunction = (x: unknown): x is (...args: readonly unknown[]) => unknown => typeof x === "function"

/** gpu.js on the host, its kernels giving promises; `running` counts those that are not done. */
function promising(): { readonly gpu: GPU; readonly most: () => number } {
  let [running, most] = [0, 0]
  const slowly = async (result: unknown): Promise<unknown> => {
    running++
    most = Math.max(most, running)
    await new Promise((done) => setTimeout(done, 1))
    running--
    return result
  }
  const gpu = new Proxy(new GPU({ mode: "cpu" }), {
    get: (of, name) => {
      const found: unknown = Reflect.get(of, name)
      if (name !== "createKernel" || !isFunction(found)) return found
      return (...args: readonly unknown[]) => {
        const kernel = Reflect.apply(found, of, args)
        if (!isFunction(kernel)) throw new Error("no kernel")
        return new Proxy(kernel, { apply: (f, self, given) => slowly(Reflect.apply(f, self, given)) })
      }
    },
  })
  return { gpu, most: () => most }
}

it("runs one example after another, each on its own rows", async () => {
  const { gpu, most } = promising()
  let ran = 0
  const run = nativeRunner(gpu, () => ran++)
  const kernel: NativeKernel = {
    source: "function (x, s) { return x[this.thread.y][this.thread.x] * s + this.constants.more; }",
    constants: { more: 0.5 },
    shape: [2, 3],
    runs: 3,
    batched: [true, false],
  }
  const inputs = inputsOf([
    { dtype: "f32", shape: [3, 2, 3] },
    { dtype: "f32", shape: [] },
  ])
  const loop = routineLoop(inputs, { name: "native", run: () => [], kernel }, [{ dtype: "f32", shape: [3, 2, 3] }])
  const made = run(loop, kernel, [Float32Array.from({ length: 18 }, (_, k) => k), new Float32Array([2])])
  expect(made).toBeInstanceOf(Promise)
  expect([...(await made)]).toEqual(Array.from({ length: 18 }, (_, k) => 2 * k + 0.5))
  expect([ran, most()]).toEqual([3, 1])
})

it("says whose source gpu.js refuses", () => {
  const kernel = { name: "gpuKernel odd", source: "function (x) { return x?.[0]; }", constants: {}, shape: [1] }
  const loop = sourceKernel(kernel, 1).meaning([{ dtype: "f32", shape: [1] }])
  if (loop.form !== "routine" || loop.routine.kernel === undefined) throw new Error("no kernel")
  const { kernel: native } = loop.routine
  const run = nativeRunner(new GPU({ mode: "webasm" }), () => undefined)
  expect(() => run(loop, native, [new Float32Array(1)])).toThrow(
    /gpuKernel odd.*gpu\.js cannot run the source.*without \?\., \?\? and arrow functions/,
  )
})
