/** Where a plan's values lie: blocks that live together never meet, and memory is used again. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inputsOf, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import { load, unary } from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Variable } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { readInPlace } from "../../src/backend/compile/in-place.ts"
import { byteLength, planMemory } from "../../src/backend/compile/memory/memory-plan.ts"
import { pack } from "../../src/backend/compile/memory/pack.ts"
import type { LoopStep, Plan, Slot } from "../../src/backend/compile/plan.ts"
import { planOf, readBy, writtenBy } from "../../src/backend/compile/plan-of.ts"
import { dice, randomTypes, wholeGrammar } from "./random-loops.ts"
import { loopOperation, randomProgram } from "./random-programs.ts"

const inPlace = (step: LoopStep): ReadonlySet<number> => readInPlace(step.loop)
const nowhere = { inPlace: () => new Set<number>(), scratch: () => 0 }

describe("packing", () => {
  const spans = fc.array(
    fc.record({ bytes: fc.nat(1000), from: fc.nat(20), length: fc.nat(6) }).map(({ bytes, from, length }) => ({
      bytes,
      from,
      to: from + length,
    })),
    { maxLength: 30 },
  )
  it("puts blocks of the same moment beside one another, on cache lines", () => {
    fc.assert(
      fc.property(spans, (all) => {
        const { offsets, bytes } = pack(all)
        all.forEach((a, j) => {
          expect(offsets[j]! % 64).toBe(0)
          if (a.bytes > 0) expect(offsets[j]! + a.bytes).toBeLessThanOrEqual(bytes)
          all.forEach((b, k) => {
            const meet = j < k && a.bytes > 0 && b.bytes > 0 && a.from <= b.to && b.from <= a.to
            if (meet) expect(offsets[j]! + a.bytes <= offsets[k]! || offsets[k]! + b.bytes <= offsets[j]!).toBe(true)
          })
        })
      }),
    )
  })
  it("takes no more than the most that lives at once where lives are nested", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        // Each block lives inside the one before, so all of them live at the innermost moment.
        const all = sizes.map((lines, k) => ({ bytes: 64 * lines, from: k, to: 40 - k }))
        expect(pack(all).bytes).toBe(all.reduce((sum, x) => sum + x.bytes, 0))
      }),
    )
  })
})

/** Runs a plan on a memory that knows only whose value lies where, and checks that every read finds its value. */
function shadow(plan: Plan, owned: ReadonlySet<number>): void {
  const memory = planMemory(plan, { inPlace, scratch: () => 64 }, owned)
  const owners: { readonly space: string; readonly from: number; readonly to: number; readonly value: Slot }[] = []
  const root = new Map<Slot, Slot>()
  const rootOf = (s: Slot): Slot => root.get(s) ?? s
  const at = (slot: Slot) => {
    const place = memory.places[slot]!
    const bytes = byteLength(plan.slots[slot]!)
    const from = place.kind === "frame" ? place.offset : 0
    return { space: place.kind === "frame" ? "frame" : `${place.kind} ${place.index}`, from, to: from + bytes }
  }
  const write = (slot: Slot): void => {
    const where = at(slot)
    for (let k = owners.length - 1; k >= 0; k--) {
      const o = owners[k]!
      if (o.space === where.space && o.from < where.to && where.from < o.to) owners.splice(k, 1)
    }
    owners.push({ ...where, value: rootOf(slot) })
  }
  const read = (slot: Slot): void => {
    const { space, from, to } = at(slot)
    if (to === from) return
    expect(owners).toContainEqual({ space, from, to, value: rootOf(slot) })
  }
  plan.inputs.forEach(write)
  for (const step of plan.steps) {
    if (step.kind === "view") {
      root.set(step.output, rootOf(step.input))
      continue
    }
    readBy(step).forEach(read)
    writtenBy(step).forEach(write)
  }
  plan.outputs.forEach(read)
  plan.inputs.forEach((slot, k) => {
    if (!memory.overwritten.has(k)) read(slot)
    expect(owned.has(k) || !memory.overwritten.has(k)).toBe(true)
  })
}

describe("a plan's memory", () => {
  it("holds every value until its last reader", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 12 }), (seed, size) => {
        const d = dice(seed)
        const program = randomProgram(d, wholeGrammar, randomTypes(d, wholeGrammar), size)
        const owned = new Set(program.inputs.flatMap((_, k) => (d.chance(0.5) ? [k] : [])))
        shadow(planOf(program), owned)
      }),
      { numRuns: 500 },
    )
  })

  const chain = (length: number): Plan => {
    const type = { dtype: "f32", shape: [100] } as const
    const xs = inputsOf([type])
    const first = newVariable(fromArray(type))
    let last: Variable = first
    const equations = Array.from({ length }, () => {
      const loop = mapLoop(xs, type.shape, (...i) => unary("neg", load(xs[0]!, i)))
      const [inputs, outputs] = [[last], [newVariable(fromArray(type))]]
      last = outputs[0]!
      return { operation: loopOperation(loop), inputs, outputs, site: undefined }
    })
    return planOf(newProgram({ name: "chain", inputs: [first], equations, outputs: [last] }))
  }
  it("is two blocks for a chain of kernels, one of them the result, and none in place", () => {
    expect(planMemory(chain(10), nowhere, new Set()).bytes).toBe(2 * 448)
    expect(planMemory(chain(10), { ...nowhere, inPlace }, new Set()).bytes).toBe(0)
    expect([...planMemory(chain(10), { ...nowhere, inPlace }, new Set([0])).overwritten]).toEqual([0])
  })
})
