import fc from "fast-check"
import { GPU } from "gpu.js"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import { inputsOf, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, constant, fold, load } from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { newCounter } from "../../src/backend/gpujs/counts.ts"
import { engineOver, type GpujsEngine } from "../../src/backend/gpujs/engine.ts"
import { openGpu } from "../../src/backend/gpujs/gpu.ts"
import { makePipeline } from "../../src/backend/gpujs/pipeline.ts"
import { dice, type Palette, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { equation, loopOperation, meaningOf, randomProgram } from "./random-programs.ts"

/** What webasm computes as the reference does, bit for bit. */
const exact: Palette = {
  ...wholeGrammar,
  dtypes: ["f32", "i32", "u32", "bool"],
  unary: (t) => (t === "f32" ? ["neg", "abs", "floor", "ceil", "sqrt"] : wholeGrammar.unary(t)),
  binary: (t) => (t === "f32" ? ["add", "sub", "mul", "div", "min", "max"] : wholeGrammar.binary(t)),
}
const runOn = async (engine: Engine, program: Program, inputs: readonly Numbers[]): Promise<readonly Numbers[]> => {
  const buffers = program.inputs.map((v, k) => engine.upload(inputs[k] ?? new Uint8Array(0), v.type.array))
  const results = engine.submit(engine.compile(program), buffers, new Set())
  // Released while the pipeline still runs: what it needs it has by then.
  for (const b of buffers) if (!results.includes(b)) engine.release(b)
  const read = await Promise.all(results.map((b) => engine.read(b)))
  for (const b of new Set(results)) engine.release(b)
  return read
}
/** Sums of rows that lie `size` apart, minus their mean: four kernels, of which no two can be one. */
const centred = (size: number): Program => {
  const type = { dtype: "f32", shape: [4, size] } as const
  const x = newVariable(fromArray(type))
  const rows = equation(
    loopOperation(
      mapLoop(inputsOf([type]), [4], (i) =>
        fold("sum", size, (k) => load(inputsOf([type])[0] ?? missing(), [i ?? k, k])),
      ),
    ),
    [x],
    [{ dtype: "f32", shape: [4] }],
  )
  const sums = { dtype: "f32", shape: [4] } as const
  const [of] = inputsOf([sums])
  const off = equation(
    loopOperation(
      mapLoop(inputsOf([sums]), [4], (i) =>
        binary(
          "sub",
          load(of ?? missing(), [i ?? constant(0)]),
          fold("sum", 4, (k) => load(of ?? missing(), [k])),
        ),
      ),
    ),
    rows.outputs,
    [sums],
  )
  return newProgram({ name: "centred", inputs: [x], equations: [rows, off], outputs: off.outputs })
}
const missing = (): never => {
  throw new Error("nothing there")
}
const piped = async (): Promise<GpujsEngine> => engineOver(await openGpu("webasm"), "webasm", 0)

describe("pipelines", () => {
  it("equal the meaning of random Programs, fused by gpu.js, and leave nothing held", async () => {
    const engine = await piped()
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 8 }), async (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, exact)
        const program = randomProgram(d, exact, types, size)
        const inputs = types.map((t) => randomValues(d, t, true))
        for (let round = 0; round < 2; round++)
          expect(await runOn(engine, program, inputs)).toEqual(meaningOf(program, inputs))
        expect(engine.bytesHeld()).toBe(0)
      }),
      { numRuns: 60 },
    )
    const { piped: inside, declined } = engine.kernelCounts()
    expect(inside).toBeGreaterThan(500)
    expect([...declined]).toEqual([])
  })

  it("are made for what runs often; results are the same before, at and after", async () => {
    const engine = engineOver(await openGpu("webasm"), "webasm")
    const program = centred(7)
    const executable = engine.compile(program)
    const x = engine.upload(
      Float32Array.from({ length: 28 }, (_, k) => k),
      { dtype: "f32", shape: [4, 7] },
    )
    const seen: [number, number][] = []
    for (let round = 0; round < 6; round++) {
      const [y] = engine.submit(executable, [x], new Set())
      expect(await engine.read(y ?? missing())).toEqual(Float32Array.of(-357, -308, -259, -210))
      const { kernels, piped: inside } = engine.kernelCounts()
      seen.push([kernels, inside])
    }
    expect(seen).toEqual([
      [3, 0],
      [6, 0],
      [9, 0],
      [12, 3],
      [15, 6],
      [18, 9],
    ])
  })

  it("that gpu.js declines are counted, with its reason, and their kernels run one by one", async () => {
    const counter = newCounter()
    const pair = { source: "function(a0) { return [a0[this.thread.x], 1]; }", output: [2] }
    const next = { source: "function(a0) { return a0[this.thread.x] + 1; }", output: [2] }
    const pipeline = makePipeline(
      new GPU({ mode: "webasm" }),
      {
        inputs: 1,
        calls: [
          { kernel: pair, sizes: [2], operands: [{ from: "input", input: 0 }] },
          { kernel: next, sizes: [2], operands: [{ from: "call", call: 0 }] },
        ],
        results: [1],
      },
      counter,
    )
    expect(await pipeline.run([Float32Array.of(1, 2)])).toBeUndefined()
    expect(await pipeline.run([Float32Array.of(1, 2)])).toBeUndefined()
    expect([...counter.counts(0).declined.keys()]).toEqual([expect.stringMatching(/cannot feed another step/)])

    const machine = await openGpu("webasm")
    const engine = engineOver({ ...machine, compilePipeline: () => async () => undefined }, "webasm", 0)
    const x = Float32Array.from({ length: 28 }, (_, k) => k)
    expect(await runOn(engine, centred(7), [x])).toEqual([Float32Array.of(-357, -308, -259, -210)])
    expect(engine.kernelCounts()).toMatchObject({ kernels: 3, piped: 0 })
  })

  it("and kernels for ever new shapes are destroyed, oldest first, and made again when they are needed", async () => {
    const machine = await openGpu("webasm", { kernels: 10, pipelines: 3 })
    const [engine, eager] = [engineOver(machine, "webasm", 0), engineOver(machine, "webasm", 1e9)]
    const x = (size: number): Float32Array => Float32Array.from({ length: 4 * size }, (_, k) => k % size)
    const wanted = (size: number): Float32Array => new Float32Array(4).fill((-3 * size * (size - 1)) / 2)
    const sizes = Array.from({ length: 30 }, (_, k) => k + 2)
    for (const size of [...sizes, ...sizes])
      for (const e of [engine, eager]) expect(await runOn(e, centred(size), [x(size)])).toEqual([wanted(size)])
    expect(engine.kernelCounts().compiled).toBe(13)
    // Pipelines that are dropped while calls are under way finish them first.
    const running = sizes.map((size) => runOn(engine, centred(size), [x(size)]))
    expect(await Promise.all(running)).toEqual(sizes.map((size) => [wanted(size)]))
  })
})
