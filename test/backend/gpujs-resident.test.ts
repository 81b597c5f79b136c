/**
 * Results that stay on a GPU, without one: the device is the WebAssembly mode, whose results are hidden behind handles that
 * count their owners. What GPU modes add to this is gpu.js's own textures and buffers.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine, EngineBuffer } from "../../src/autodiff/engine.ts"
import type { Program } from "../../src/autodiff/program/program.ts"
import { engineOver } from "../../src/backend/gpujs/engine.ts"
import { type Machine, openGpu } from "../../src/backend/gpujs/gpu.ts"
import { DeviceArray, onHost, type Plane } from "../../src/backend/gpujs/planes.ts"
import { dice, type Palette, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { meaningOf, randomProgram } from "./random-programs.ts"

const exact: Palette = {
  ...wholeGrammar,
  dtypes: ["f32", "i32", "u32", "bool"],
  unary: (t) => (t === "f32" ? ["neg", "abs", "floor", "ceil", "sqrt"] : wholeGrammar.unary(t)),
  binary: (t) => (t === "f32" ? ["add", "sub", "mul", "div", "min", "max"] : wholeGrammar.binary(t)),
}

interface Device {
  readonly machine: Machine
  /** Arrays that are on the device, and how often one was copied from it. */
  readonly state: { live: number; most: number; copies: number }
}
async function deviceOf(later: boolean): Promise<Device> {
  const machine = await openGpu("webasm")
  const state = { live: 0, most: 0, copies: 0 }
  const onDevice = (values: Float32Array): DeviceArray => {
    state.live++
    state.most = Math.max(state.most, state.live)
    return new DeviceArray(values.length, values, {
      copy: () => {
        state.copies++
        // A device takes its time to copy, and must not lose the array meanwhile.
        return later ? Promise.resolve().then(() => values.slice()) : values.slice()
      },
      destroy: () => {
        state.live--
        // What is read of it from here on is wrong, and seen to be.
        values.fill(Number.NaN)
      },
    })
  }
  const compileKernel: Machine["compileKernel"] = (kernel, sizes) => {
    const run = machine.compileKernel(kernel, sizes)
    return (inputs) => {
      const values = inputs.map((x: Plane): Float32Array => {
        if (!(x instanceof DeviceArray)) return x
        if (x.handle instanceof Float32Array) return x.handle
        throw new Error("a handle of another device")
      })
      const made = (): Plane => {
        const result = run(values)
        if (!(result instanceof Float32Array)) throw new Error("webasm gives its results at once")
        return onDevice(result)
      }
      return later ? Promise.resolve().then(made) : made()
    }
  }
  return { machine: { ...machine, resident: true, compileKernel, compilePipeline: undefined }, state }
}
const runOn = async (engine: Engine, program: Program, inputs: readonly Numbers[]): Promise<readonly Numbers[]> => {
  const buffers = program.inputs.map((v, k) => engine.upload(inputs[k] ?? new Uint8Array(0), v.type.array))
  const executable = engine.compile(program)
  const results = engine.submit(executable, buffers, new Set())
  // What a result shares is not given away.
  const own = buffers.flatMap((b, k) => (results.includes(b) ? [] : [k]))
  const again = engine.submit(executable, buffers, new Set(own))
  // Released before anything is read, some of it while it is computed.
  const kept = new Set<EngineBuffer>([...results, ...again, ...buffers.filter((b) => results.includes(b))])
  const read = Promise.all(results.map((b) => engine.read(b)))
  const wanted = await read
  expect(await Promise.all(again.map((b) => engine.read(b)))).toEqual(wanted)
  for (const b of kept) engine.release(b)
  return wanted
}

describe.each([
  { name: "at once, as on WebGL", later: false, mode: "webgl2" },
  { name: "later, as on WebGPU", later: true, mode: "webgpu" },
] as const)("results on a device that computes $name", ({ later, mode }) => {
  it("are the meaning of random Programs, and none is left or used after its end", async () => {
    const { machine, state } = await deviceOf(later)
    const engine = engineOver(machine, mode)
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 8 }), async (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, exact)
        const program = randomProgram(d, exact, types, size)
        const inputs = types.map((t) => randomValues(d, t, true))
        expect(await runOn(engine, program, inputs)).toEqual(meaningOf(program, inputs))
        expect(engine.bytesHeld()).toBe(0)
        await new Promise((wake) => setTimeout(wake, 0))
        expect(state.live).toBe(0)
      }),
      { numRuns: 60 },
    )
    expect(state.most).toBeGreaterThan(5)
  })
})

it("an array on a device refuses to be used after its last owner let go of it", () => {
  const x = new DeviceArray(1, undefined, { copy: () => new Float32Array(1), destroy: () => undefined })
  x.keep()
  x.letGo()
  expect(onHost(x)).toEqual(new Float32Array(1))
  x.letGo()
  expect(() => x.read()).toThrow(/used after its release/)
  expect(() => x.keep()).toThrow(/used after its release/)
})
