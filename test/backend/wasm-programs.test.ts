/** Whole random Programs (sub-programs, control flow, claims, donation) on the wasm engine, to the bit. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { EngineBuffer } from "../../src/autodiff/engine.ts"
import { claimsOf } from "../../src/autodiff/program/program.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { dice, type Palette, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { meaningOf, randomProgram } from "./random-programs.ts"

/** What does not depend on the order of a fold, nor on how a transcendental is computed. */
const exact: Palette = {
  ...wholeGrammar,
  unary: (t) => (t === "f32" ? ["neg", "abs", "floor", "ceil", "sqrt"] : wholeGrammar.unary(t)),
  monoids: (t) => (t === "f32" || t === "f64" ? ["max", "min"] : wholeGrammar.monoids(t)),
}

describe("programs on the wasm engine", () => {
  for (const [name, options] of [
    ["with one thread", { threads: 1 }],
    ["with two threads, everything shared out", { threads: 2, worthSharing: 0, patience: 5000 }],
    ["with three threads, everything shared out", { threads: 3, worthSharing: 0, patience: 5000 }],
    ["with room enough", {}],
    ["with room for a few buffers, all others spilled", { budget: 1024, most: 3 }],
  ] as const)
    it(name, () => {
      const engine = createWasm(options)
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, size) => {
          const d = dice(seed)
          const types = randomTypes(d, exact)
          const twice = d.chance(0.3) ? types.slice(0, 1) : []
          const program = randomProgram(d, exact, [...types, ...twice], size)
          const values = types.map((t) => randomValues(d, t, true))
          const all = [...values, ...values.slice(0, twice.length)]
          const donated = new Set(program.inputs.flatMap((_, k) => (d.chance(0.4) ? [k] : [])))
          const before = engine.bytesHeld()
          const uploaded = types.map((t, k) => engine.upload(values[k]!, t))
          const inputs = [...uploaded, ...uploaded.slice(0, twice.length)]
          const results = engine.submit(engine.compile(program), inputs, donated)
          expect(results.length).toBe(program.outputs.length + claimsOf(program).length)
          expect(results.map((b) => engine.readSync!(b))).toEqual(meaningOf(program, all))
          const kept = inputs.filter(
            (b, k) => !donated.has(k) || inputs.some((other, j) => other === b && !donated.has(j)),
          )
          for (const b of kept) expect(engine.readSync!(b)).toEqual(values[uploaded.indexOf(b)])
          for (const b of new Set<EngineBuffer>([...kept, ...results])) engine.release(b)
          expect(engine.bytesHeld()).toBe(before)
        }),
        { numRuns: Number(process.env.RUNS ?? 400) },
      )
    })
})
