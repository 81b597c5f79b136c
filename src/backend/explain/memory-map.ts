/** Where the values of a plan lie and for how long, and what using places again has saved. */
import type { MemoryMap, PlannedValue, ValuePlace } from "../../autodiff/signatures/inspection.ts"
import { byteLength, type MemoryPlan } from "../compile/memory/memory-plan.ts"
import type { LoopStep, Plan, Slot } from "../compile/plan.ts"
import { readBy, writtenBy } from "../compile/plan-of.ts"

/**
 * @param numbers the number of each step in the explanation.
 * @param bodies for each step, the maps of the plans inside it.
 * @param memory undefined where every value has memory of its own.
 * @param scratchOf the bytes that a kernel writes on its way.
 */
export function memoryMap(
  plan: Plan,
  numbers: readonly number[],
  bodies: readonly (readonly MemoryMap[])[],
  memory: MemoryPlan | undefined,
  scratchOf: (step: LoopStep) => number,
): MemoryMap {
  const roots = new Map<Slot, Slot>()
  for (const step of plan.steps) if (step.kind === "view") roots.set(step.output, roots.get(step.input) ?? step.input)
  const rootOf = (slot: Slot): Slot => roots.get(slot) ?? slot
  const kept = new Map<Slot, number>()
  for (const [k, slot] of plan.outputs.entries()) if (!kept.has(rootOf(slot))) kept.set(rootOf(slot), k)
  const lastUse = new Map<Slot, number>()
  for (const [n, step] of plan.steps.entries())
    if (step.kind !== "view") for (const slot of readBy(step)) lastUse.set(rootOf(slot), n)

  const values: PlannedValue[] = []
  // By step: the change of what is alive once it has run.
  const change = new Array<number>(plan.steps.length).fill(0)
  let temporaries = 0
  let scratch = 0
  for (const [n, step] of plan.steps.entries()) {
    if (step.kind === "view") continue
    if (step.kind === "loop") scratch += scratchOf(step)
    for (const slot of writtenBy(step)) {
      const type = plan.slots[slot]
      if (type === undefined) continue
      const bytes = byteLength(type)
      const result = kept.get(slot)
      const last = lastUse.get(slot) ?? n
      const place: ValuePlace =
        memory?.places[slot] ?? (result === undefined ? { kind: "own" } : { kind: "output", index: result })
      const to = result === undefined ? numbers[last] : undefined
      values.push({ slot, type: `${type.dtype}[${type.shape.join(", ")}]`, bytes, place, from: numbers[n] ?? 0, to })
      if (result !== undefined) continue
      temporaries += bytes
      change[n] = (change[n] ?? 0) + bytes
      change[last] = (change[last] ?? 0) - bytes
    }
  }
  let alive = 0
  let peak = 0
  for (const [n, inside = []] of bodies.entries()) {
    for (const m of inside) {
      temporaries += m.temporaries
      scratch += m.scratch
    }
    peak = Math.max(peak, alive + Math.max(0, ...inside.map((m) => m.peak)))
    alive += change[n] ?? 0
    peak = Math.max(peak, alive)
  }
  return { values, temporaries, peak, scratch, frame: memory?.bytes }
}
