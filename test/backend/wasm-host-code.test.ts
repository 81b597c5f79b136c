/** Host code in the midst of a run: it may run something itself, fail, or give nonsense, and harms nobody else. */
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine, EngineBuffer } from "../../src/autodiff/engine.ts"
import { inputsOf, type Loop, mapLoop, resultsOf, routineLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, load } from "../../src/autodiff/program/loop/scalar.ts"
import { type Equation, newProgram, newVariable, type Program } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { newHeap } from "../../src/backend/wasm/heap.ts"
import { newResidency } from "../../src/backend/wasm/residency.ts"
import { equation, loopOperation } from "./random-programs.ts"

const n = 3000
const type = { dtype: "f32", shape: [n] } as const
const [x] = inputsOf([type])
const plus = (by: number): Loop => mapLoop([x!], [n], (i) => binary("add", load(x!, [i!]), by))
const hosted = (name: string, run: (v: Numbers) => Numbers): Loop =>
  routineLoop([x!], { name, run: ([v]: readonly Numbers[]) => [run(v!)] }, [type])
/** One after the other; gives the last value and the first. */
function chain(...loops: readonly Loop[]): Program {
  const input = newVariable(fromArray(type))
  const equations: Equation[] = []
  for (const loop of loops) {
    const before = equations.at(-1)?.outputs[0] ?? input
    equations.push(equation(loopOperation(loop), [before], resultsOf(loop)))
  }
  const outputs = [equations.at(-1)!.outputs[0]!, equations[0]!.outputs[0]!]
  return newProgram({ name: "chain", inputs: [input], equations, outputs })
}
const none: ReadonlySet<number> = new Set()
const full = (engine: Engine, value: number): EngineBuffer => engine.upload(new Float32Array(n).fill(value), type)
const values = (engine: Engine, buffer: EngineBuffer): readonly number[] => [...new Set(engine.readSync!(buffer))]

describe("host code in a run on the wasm engine", () => {
  for (const threads of [1, 2])
    it(`may run programs itself, with ${threads} threads and room for nothing`, () => {
      const engine = createWasm({ threads, worthSharing: 0, patience: 5000, budget: 30_000, most: 4 })
      const inner = engine.compile(chain(plus(1)))
      const kept: EngineBuffer[] = []
      const run = (v: Numbers): Numbers => {
        let last = engine.upload(v, type)
        for (let k = 0; k < 12; k++) {
          last = engine.submit(inner, [last], none)[0]!
          kept.push(last)
        }
        // Used again, the first ones come back, and what is used least is spilled: not the results of the run around.
        for (let k = 0; k < 9; k++) engine.submit(inner, [kept[k]!], none)
        // Memory has to grow for this one, which ends all views of it.
        engine.upload(new Float32Array(2_000_000), { dtype: "f32", shape: [2_000_000] })
        return engine.readSync!(last)
      }
      const input = full(engine, 1)
      const outer = engine.compile(chain(plus(2), hosted("runs", run), plus(3)))
      const [result, first] = engine.submit(outer, [input], none)
      expect(values(engine, first!)).toEqual([3])
      expect(values(engine, result!)).toEqual([18])
      expect(values(engine, input)).toEqual([1])
      expect(kept.map((b) => values(engine, b))).toEqual(kept.map((_, k) => [4 + k]))
    })

  it("leaves nothing behind when it fails, what was given away least of all", () => {
    for (const threads of [1, 2]) {
      const engine = createWasm({ threads, worthSharing: 0, patience: 5000 })
      const fails = hosted("fails", () => {
        throw new Error("half way")
      })
      const program = engine.compile(chain(plus(1), fails, plus(2)))
      const kept = full(engine, 5)
      engine.submit(engine.compile(chain(plus(1))), [kept], none).forEach(engine.release)
      const before = engine.bytesHeld()
      for (let k = 0; k < 5; k++) {
        expect(() => engine.submit(program, [kept], none)).toThrow("half way")
        expect(() => engine.submit(program, [full(engine, 6)], new Set([0]))).toThrow("half way")
      }
      expect(engine.bytesHeld()).toBe(before)
      expect(values(engine, kept)).toEqual([5])
    }
  })

  it("may not write over its neighbours", () => {
    const engine = createWasm()
    const long = engine.compile(
      chain(
        plus(1),
        hosted("too long", (v) => new Float32Array([...v, 9])),
      ),
    )
    expect(() => engine.submit(long, [full(engine, 1)], none)).toThrow("gave 12004 bytes for a result of 12000")
  })
})

describe("memory that is withheld", () => {
  it("is nobody's until it is given back", () => {
    const heap = newHeap(2 ** 22)
    const store = newResidency(createWasm(), heap, { budget: 30_000, most: 2 })
    const buffer = store.make(type)
    const { address } = buffer.residence
    const giveBack = store.withhold(buffer.residence)
    store.release(buffer.residence)
    const others = Array.from({ length: 8 }, () => {
      store.tick()
      return store.make(type).residence
    })
    expect(others.filter((r) => r.address !== 0 && Math.abs(r.address - address) < 4 * n)).toEqual([])
    const held = heap.held()
    giveBack()
    expect(heap.held()).toBe(held - 12 * 1024)
    expect(() => store.contents(buffer)).toThrow("after its release")
  })
})
