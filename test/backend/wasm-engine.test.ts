/** Memory of the wasm engine: uploads, reads, spilling, release, donation, its limit. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine, EngineBuffer } from "../../src/autodiff/engine.ts"
import { EngineError } from "../../src/autodiff/errors.ts"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  resultsOf,
  routineLoop,
  viewLoop,
} from "../../src/autodiff/program/loop/loop.ts"
import { binary, load } from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { createReference } from "../../src/backend/reference/engine.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { newHeap } from "../../src/backend/wasm/heap.ts"
import { contents } from "./wasm-random-loops.ts"

const none: ReadonlySet<number> = new Set()
const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })
/** A program of Loops, each fed with the results of the one before. */
function chain(...loops: readonly Loop[]): Program {
  const inputs = loops[0]!.inputs.map((x) => newVariable(fromArray({ dtype: x.dtype, shape: x.shape })))
  let values = inputs
  const equations = loops.map((loop) => {
    const outputs = resultsOf(loop).map((t) => newVariable(fromArray(t)))
    const equation = {
      operation: { kind: "loop", name: loop.form, params: {}, key: `${loop.id}`, meaning: () => loop },
      inputs: values.slice(0, loop.inputs.length),
      outputs,
      site: undefined,
    } as const
    values = outputs
    return equation
  })
  return newProgram({ name: "chain", inputs, equations, outputs: values })
}
const adding = (type: ArrayType): Loop => {
  const xs = inputsOf([type, type])
  return mapLoop(xs, type.shape, (...i) => binary("add", load(xs[0]!, i), load(xs[1]!, i)))
}
const read = (engine: Engine, buffer: EngineBuffer): Numbers => engine.readSync!(buffer)

describe("the wasm engine's memory", () => {
  it("gives back what was uploaded, in every dtype", async () => {
    const engine = createWasm()
    for (const dtype of ["f32", "f64", "i32", "u32", "bool"] as const)
      for (const shape of [[], [0], [3], [40, 100]]) {
        const values = contents({ dtype, shape }, 7, true)
        const buffer = engine.upload(values, { dtype, shape })
        const before = [...values]
        values.fill(1)
        expect([...read(engine, buffer)]).toEqual(before)
        expect([...(await engine.read(buffer))]).toEqual(before)
      }
  })

  it("hands a view through as the same buffer, and runs a routine on the host", () => {
    const engine = createWasm()
    const [x] = inputsOf([f32(2, 3)])
    const buffer = engine.upload(Float32Array.of(6, 5, 4, 3, 2, 1), f32(2, 3))
    const [viewed] = engine.submit(engine.compile(chain(viewLoop(x!, [6]))), [buffer], none)
    expect(viewed).toBe(buffer)
    const sort = {
      name: "test sort",
      run: ([v]: readonly Numbers[]) => [v!.slice().sort(), Uint8Array.from(v!, (e) => (e > 3 ? 1 : 0))],
    }
    const results = [f32(6), { dtype: "bool", shape: [6] }] as const
    const [sorted, large] = engine.submit(engine.compile(chain(routineLoop([x!], sort, results))), [buffer], none)
    expect([...read(engine, sorted!)]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...read(engine, large!)]).toEqual([1, 1, 1, 0, 0, 0])
  })

  it("spills the oldest and brings them back unharmed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: fc.nat({ max: 30 }), b: fc.nat({ max: 30 }), drop: fc.boolean() }), {
          minLength: 1,
          maxLength: 80,
        }),
        fc.integer({ min: 1, max: 700 }),
        (steps, n) => {
          // A handful of buffers fit: everything else lies outside at any time.
          const engine = createWasm({ budget: 8 * 4 * n, most: 5 })
          const add = engine.compile(chain(adding(f32(n))))
          const expected: number[] = [1, 2]
          const buffers = [1, 2].map((v) => engine.upload(new Float32Array(n).fill(v), f32(n)))
          for (const { a, b, drop } of steps) {
            const [i, j] = [a % buffers.length, b % buffers.length]
            const [sum] = engine.submit(add, [buffers[i]!, buffers[j]!], none)
            buffers.push(sum!)
            expected.push(Math.fround(expected[i]! + expected[j]!))
            if (drop && buffers.length > 3) {
              engine.release(buffers.splice(i, 1)[0]!)
              expected.splice(i, 1)
            }
          }
          for (const [k, buffer] of buffers.entries()) {
            const values = read(engine, buffer)
            expect(values.length).toBe(n)
            expect(values.every((v) => v === expected[k])).toBe(true)
          }
          for (const buffer of buffers) engine.release(buffer)
          expect(engine.bytesHeld()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it("stays flat over 100,000 operations in one synchronous loop", () => {
    const engine = createWasm()
    const add = engine.compile(chain(adding(f32(256))))
    const one = engine.upload(new Float32Array(256).fill(1), f32(256))
    let sum = engine.upload(new Float32Array(256), f32(256))
    const step = (): void => {
      sum = engine.submit(add, [sum, one], none)[0]!
    }
    for (let i = 0; i < 20_000; i++) step()
    const held = engine.bytesHeld()
    const rss = process.memoryUsage().rss
    for (let i = 0; i < 80_000; i++) step()
    expect(read(engine, sum)[255]).toBe(100_000)
    expect(engine.bytesHeld()).toBeLessThanOrEqual(held)
    // 80,000 results are 82 MB: were they kept, it would show.
    expect(process.memoryUsage().rss - rss).toBeLessThan(60e6)
  })

  it("keeps nothing of the results that are gone, though an old one lives on beside them", () => {
    setFlagsFromString("--expose-gc")
    const collect: () => void = runInNewContext("gc")
    const engine = createWasm({ budget: 1 << 20, most: 50 })
    const add = engine.compile(chain(adding(f32(2000))))
    const old = engine.upload(new Float32Array(2000).fill(7), f32(2000))
    const one = engine.upload(new Float32Array(2000).fill(1), f32(2000))
    let sum = engine.submit(add, [old, one], none)[0]!
    const run = (steps: number): number => {
      for (let i = 0; i < steps; i++) sum = engine.submit(add, [sum, one], none)[0]!
      collect()
      return process.memoryUsage().heapUsed
    }
    // A record of a buffer takes about 100 bytes.
    const before = run(2000)
    expect((run(20_000) - before) / 20_000).toBeLessThan(30)
    expect(read(engine, old)[0]).toBe(7)
  })

  it("frees donated buffers at once, and keeps one that is passed twice", () => {
    const engine = createWasm()
    const n = 10_000
    const add = engine.compile(chain(adding(f32(n))))
    const upload = (v: number): EngineBuffer => engine.upload(new Float32Array(n).fill(v), f32(n))
    const [a, b] = [upload(1), upload(2)]
    const before = engine.bytesHeld()
    const [sum] = engine.submit(add, [a, b], new Set([0]))
    expect(engine.bytesHeld()).toBe(before)
    expect(read(engine, sum!)[n - 1]).toBe(3)
    expect(read(engine, b)[0]).toBe(2)
    expect(() => read(engine, a)).toThrow()
    const [same] = engine.submit(add, [b, b], new Set([1]))
    expect(read(engine, b)[0]).toBe(2)
    expect(read(engine, same!)[5]).toBe(4)
  })

  it("says how much was asked for and held when memory ends, and goes on", () => {
    const engine = createWasm({ limit: 4 << 20 })
    const n = 200_000
    const add = engine.compile(chain(adding(f32(n))))
    const xs = [1, 2, 3, 4, 5, 6].map((v) => engine.upload(new Float32Array(n).fill(v), f32(n)))
    const [sum] = engine.submit(add, [xs[0]!, xs[5]!], none)
    expect(read(engine, sum!)[n - 1]).toBe(7)
    const large = 1_100_000
    let found: unknown
    try {
      engine.upload(new Float32Array(large), f32(large))
    } catch (error) {
      found = error
    }
    expect(found).toBeInstanceOf(EngineError)
    expect(found).toMatchObject({ code: "out-of-memory", details: { asked: large * 4 } })
    for (const [k, x] of xs.entries()) expect(read(engine, x)[k]).toBe(k + 1)
    const [again] = engine.submit(add, [xs[1]!, xs[2]!], none)
    expect(read(engine, again!)[0]).toBe(5)
  })

  it("leaves nothing behind when a submission fails half way", () => {
    const engine = createWasm()
    const failing = {
      name: "test failing",
      run: (): never => {
        throw new Error("half way")
      },
    }
    const [x] = inputsOf([f32(5000)])
    const doubled = mapLoop([x!], [5000], (i) => binary("add", load(x!, [i!]), load(x!, [i!])))
    const program = engine.compile(chain(doubled, routineLoop([x!], failing, [f32(5000)])))
    const buffer = engine.upload(new Float32Array(5000).fill(3), f32(5000))
    const held = engine.bytesHeld()
    for (let i = 0; i < 10; i++) expect(() => engine.submit(program, [buffer], none)).toThrow("half way")
    expect(engine.bytesHeld()).toBe(held)
    expect(read(engine, buffer)[4999]).toBe(3)
  })

  it("refuses buffers of another engine", () => {
    const [wasm, reference] = [createWasm(), createReference()]
    const foreign = reference.upload(new Float32Array(3), f32(3))
    const add = wasm.compile(chain(adding(f32(3))))
    expect(() => wasm.submit(add, [foreign, foreign], none)).toThrow(/await x\.to\("wasm"\)/)
  })

  it("a buffer that was released may not be read", () => {
    const engine = createWasm()
    const buffer = engine.upload(new Float32Array(3), f32(3))
    engine.release(buffer)
    engine.release(buffer)
    expect(() => read(engine, buffer)).toThrow(/release/)
  })
})

describe("the heap", () => {
  it("never gives the same byte twice, and coalesces what comes back", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            bytes: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 300_000 })),
            keep: fc.nat({ max: 12 }),
          }),
          { maxLength: 150 },
        ),
        (steps) => {
          const heap = newHeap(1 << 28)
          const live: { at: number; bytes: number }[] = []
          for (const { bytes, keep } of steps) {
            const at = heap.take(bytes)
            expect(at % 64).toBe(0)
            expect(at).toBeGreaterThanOrEqual(1 << 16)
            expect(at + bytes).toBeLessThanOrEqual(heap.memory.buffer.byteLength - (1 << 16))
            for (const other of live) expect(at + bytes <= other.at || other.at + other.bytes <= at).toBe(true)
            live.push({ at, bytes })
            if (live.length > keep) {
              const [gone] = live.splice(keep % live.length, 1)
              heap.give(gone!.at, gone!.bytes)
            }
          }
          for (const { at, bytes } of live) heap.give(at, bytes)
          expect(heap.held()).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
    const heap = newHeap(1 << 26)
    const parts = Array.from({ length: 30 }, () => heap.take(2_000_000))
    expect(parts.every((p) => p !== 0)).toBe(true)
    expect(heap.take(8_000_000)).toBe(0)
    for (const p of parts.toReversed()) heap.give(p, 2_000_000)
    expect(heap.take(50_000_000)).not.toBe(0)
  })
})
