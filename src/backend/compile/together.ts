/**
 * Results of one kernel: an elementwise loop and the first that reads what it made become one loop of several results,
 * where inlining alone could not let go of the first because its result is kept or read again. What was written is then
 * not read back at once (Adam's two means and its step are one pass), and nothing is computed twice. Then loops that read
 * the same operand and nothing of each other: it is read once (Lion's step and its mean are two blends of the same two), and
 * who reads it last is no longer a loop before which it must be kept, so that a result may take its place.
 */
import { input, type MapLoop, mapLoop } from "../../autodiff/program/loop/loop.ts"
import { height, type Input } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, relabel } from "../../autodiff/program/loop/walk.ts"
import { readInPlace } from "./in-place.ts"
import { inline } from "./inline.ts"
import { mapParts } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step } from "./plan.ts"
import { finish, readBy } from "./plan-of.ts"

type MapStep = LoopStep & { readonly loop: MapLoop }
/** More arrays than this at a time are more streams than a processor follows. */
const mostArrays = 10
const mostNodes = 300

/** The plan with such loops as one; `fits` tells whether two are as fast together, as far as an engine has an opinion. */
export function together(plan: Plan, fits: (a: MapLoop, b: MapLoop) => boolean): Plan {
  const steps: (Step | undefined)[] = viewsLate(plan.steps).map((step) =>
    mapParts(step, (part) => together(part, fits)),
  )
  const maker = new Map<Slot, number>()
  const readers = new Map<Slot, Set<number>>()
  for (const [n, step] of steps.entries()) {
    if (step === undefined) continue
    if (step.kind === "loop") for (const s of step.outputs) maker.set(s, n)
    for (const s of readBy(step)) readers.set(s, (readers.get(s) ?? new Set()).add(n))
  }
  let merged = false
  for (let n = 0; n < steps.length; n++) {
    for (let k = 0; ; k++) {
      const step = elementwise(steps[n])
      const slot = step?.inputs[k]
      if (step === undefined || slot === undefined) break
      const m = maker.get(slot)
      const producer = m === undefined ? undefined : elementwise(steps[m])
      if (m === undefined || producer === undefined || producer.outputs.length !== 1) continue
      // Whoever else reads it comes later.
      if ([...(readers.get(slot) ?? [])].some((r) => r < n) || !readInPlace(step.loop).has(k)) continue
      const made = joined(step, k, producer)
      if (made === undefined || !fits(producer.loop, step.loop)) continue
      steps[n] = made
      steps[m] = undefined
      merged = true
      for (const s of made.outputs) maker.set(s, n)
      readers.get(slot)?.delete(n)
      for (const s of producer.inputs) readers.get(s)?.delete(m)
      for (const s of made.inputs) readers.get(s)?.add(n)
      k = -1
    }
  }
  for (let n = 0; n < steps.length; n++) {
    for (let met = sibling(n, steps, readers, fits); met !== undefined; met = sibling(n, steps, readers, fits)) {
      const { at, made } = met
      for (const of of readers.values()) of.delete(at)
      steps[n] = made
      steps[at] = undefined
      merged = true
      for (const s of made.inputs) readers.get(s)?.add(n)
    }
  }
  const unchanged = !merged && steps.every((s, n) => s === plan.steps[n])
  return unchanged ? plan : finish({ ...plan, steps: steps.filter((s) => s !== undefined) })
}

/** Views right before what reads them: one that stands earlier would have to be there between two loops. */
function viewsLate(steps: readonly Step[]): readonly Step[] {
  const late = new Map<Slot, Step>()
  const made: Step[] = []
  const need = (slot: Slot): void => {
    const view = late.get(slot)
    if (view === undefined) return
    late.delete(slot)
    readBy(view).forEach(need)
    made.push(view)
  }
  for (const step of steps) {
    if (step.kind === "view") late.set(step.output, step)
    else {
      readBy(step).forEach(need)
      made.push(step)
    }
  }
  for (const slot of [...late.keys()]) need(slot)
  return made
}

const isMap = (step: Step): step is MapStep => step.kind === "loop" && step.loop.form === "map"
const elementwise = (step: Step | undefined): MapStep | undefined =>
  step !== undefined && isMap(step) && step.loop.bodies.every((b) => height(b) === 0) ? step : undefined

/** The nearest loop before step `n` that reads an operand of it where it does, and that can wait until then. */
function sibling(
  n: number,
  steps: readonly (Step | undefined)[],
  readers: ReadonlyMap<Slot, ReadonlySet<number>>,
  fits: (a: MapLoop, b: MapLoop) => boolean,
): { readonly at: number; readonly made: MapStep } | undefined {
  const step = elementwise(steps[n])
  if (step === undefined) return undefined
  const shared = [...readInPlace(step.loop)].flatMap((k) => step.inputs[k] ?? [])
  const before = new Set(shared.flatMap((slot) => [...(readers.get(slot) ?? [])].filter((m) => m < n)))
  for (const at of [...before].sort((a, b) => b - a)) {
    const other = elementwise(steps[at])
    if (other === undefined || !other.inputs.some((s, k) => shared.includes(s) && readInPlace(other.loop).has(k)))
      continue
    // Whoever reads its results comes later, and is not this step.
    if (other.outputs.some((s) => [...(readers.get(s) ?? [])].some((r) => r <= n))) continue
    const made = sideBySide(step, other)
    if (made !== undefined && fits(other.loop, step.loop)) return { at, made }
  }
  return undefined
}

/** Two loops that read nothing of each other as one: the results of the first named, then those of the other. */
function sideBySide(step: MapStep, other: MapStep): MapStep | undefined {
  const { shape } = step.loop
  if (shape.length !== other.loop.shape.length || shape.some((n, d) => n !== other.loop.shape[d])) return undefined
  const slots = [...new Set([...step.inputs, ...other.inputs])]
  const outputs = [...step.outputs, ...other.outputs]
  if (slots.length + outputs.length > mostArrays) return undefined
  // One tensor under two shapes is two inputs to a loop.
  const typeOf = new Map<Slot, Input>()
  for (const { loop, inputs } of [step, other])
    for (const x of loop.inputs) {
      const slot = inputs[x.slot] ?? -1
      const known = typeOf.get(slot)
      if (known !== undefined && known.shape.join() !== x.shape.join()) return undefined
      typeOf.set(slot, input(slots.indexOf(slot), x.dtype, x.shape))
    }
  const bodies = [step, other].flatMap(({ loop, inputs }) =>
    loop.bodies.map((body) => relabel(body, (x) => typeOf.get(inputs[x.slot] ?? -1) ?? x)),
  )
  if (nodesOf(...bodies).length > mostNodes) return undefined
  const inputs = slots.flatMap((slot) => typeOf.get(slot) ?? [])
  return {
    kind: "loop",
    name: `${other.name} ${step.name}`,
    loop: mapLoop(inputs, shape, () => bodies),
    inputs: slots,
    outputs,
  }
}

/** Both loops as one: the results of the second, then that of the first. */
function joined(step: MapStep, k: number, producer: MapStep): MapStep | undefined {
  const { loop } = producer
  const [body] = loop.bodies
  const isSame = loop.shape.length === step.loop.shape.length && loop.shape.every((n, d) => n === step.loop.shape[d])
  if (body === undefined || !isSame) return undefined
  const reads = new Set([...step.inputs.filter((_, other) => other !== k), ...producer.inputs])
  const arrays = reads.size + step.outputs.length + producer.outputs.length
  if (arrays > mostArrays) return undefined
  const made = inline(step, k, producer, (at) => at)
  // Read once more, elsewhere than at its own index: then it has to be there before.
  if (made.loop.form !== "map" || producer.outputs.some((s) => made.inputs.includes(s))) return undefined
  const { bodies, inputs } = made.loop
  const first = relabel(body, (x) => {
    const slot = made.inputs.indexOf(producer.inputs[x.slot] ?? -1)
    return input(slot, x.dtype, x.shape)
  })
  const outputs = [...step.outputs, ...producer.outputs]
  if (nodesOf(...bodies, first).length > mostNodes) return undefined
  return {
    kind: "loop",
    name: `${producer.name} ${step.name}`,
    loop: mapLoop(inputs, step.loop.shape, () => [...bodies, first]),
    inputs: made.inputs,
    outputs,
  }
}
