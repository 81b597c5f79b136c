/** Random Programs, timed and explained: what is timed is what runs, and what runs is what is explained. */
import type { ExplainedPlan } from "cotangent"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { EngineBuffer } from "../../src/autodiff/engine.ts"
import { explainProgram } from "../../src/backend/explain/explanation.ts"
import { createReference } from "../../src/backend/reference/engine.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { randomProgram } from "./random-programs.ts"

/** The ids of what runs once and for certain, in order; undefined where a value decides. */
function expected(plan: ExplainedPlan): readonly number[] | undefined {
  const ids: number[] = []
  for (const step of plan.steps) {
    if (step.kind === "kernel") ids.push(step.id)
    else if (step.kind === "scan") {
      const body = expected(step.body)
      if (body === undefined) return undefined
      for (let round = 0; round < step.rounds; round++) ids.push(...body)
    } else if (step.kind !== "constant") return undefined
  }
  return ids
}

describe.each([
  ["reference", createReference],
  ["wasm with one thread", () => createWasm({ threads: 1 })],
  ["wasm with three threads, everything shared out", () => createWasm({ threads: 3, worthSharing: 0, patience: 5000 })],
] as const)("random programs on %s", (_, create) => {
  it("give the same bits timed, run the kernels that are explained, and hold no memory afterwards", () => {
    const engine = create()
    let ordered = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, wholeGrammar)
        const program = randomProgram(d, wholeGrammar, types, size)
        const held = engine.bytesHeld()
        const inputs = types.map((t) => engine.upload(randomValues(d, t, true), t))
        const executable = engine.compile(program)
        const plain = engine.submit(executable, inputs, new Set())
        const { outputs, kernels } = engine.profile?.(executable, inputs) ?? { outputs: [], kernels: [] }
        const read = (b: EngineBuffer) => engine.readSync?.(b)
        expect(outputs.map(read)).toEqual(plain.map(read))
        for (const b of new Set([...inputs, ...plain, ...outputs])) engine.release(b)
        expect(engine.bytesHeld()).toBe(held)

        const { plan, kernels: explained, totals } = explainProgram(program, engine)
        const found = kernels.map((k) => k.id)
        const ids = expected(plan)
        if (ids === undefined) expect(explained.map((k) => k.id)).toEqual(expect.arrayContaining(found))
        else {
          ordered++
          // What one kernel counts is what the totals count of it. Of a pair that runs side by side either may be timed first.
          expect([...found].sort()).toEqual([...ids].sort())
          expect(totals.runs).toBe(kernels.length)
          expect(totals.operations).toBe(kernels.reduce((n, k) => n + k.operations, 0))
          expect(totals.bytes).toBe(kernels.reduce((n, k) => n + k.bytes, 0))
        }
        const { temporaries, peak, scratch, frame } = plan.memory
        expect(peak).toBeLessThanOrEqual(temporaries)
        expect(scratch).toBeGreaterThanOrEqual(0)
        expect(frame === undefined).toBe(engine.name === "reference")
      }),
      { numRuns: 80 },
    )
    expect(ordered).toBeGreaterThan(15)
  })
})
