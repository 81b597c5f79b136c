/**
 * Products of a scan's rows with what stays the same, computed for all rounds before the first: 512 vectors times a
 * matrix are one product of matrices. The projections of a recurrent network's inputs are such, its states are not.
 */
import { type ArrayType, input, type MapLoop, mapLoop } from "../../autodiff/program/loop/loop.ts"
import { height } from "../../autodiff/program/loop/scalar.ts"
import { onlyFold } from "./contraction.ts"
import { workOf } from "./cost.ts"
import { mapParts, renumbered, withReads, withWrites } from "./parts.ts"
import type { LoopStep, Plan, ScanStep, Slot, Step } from "./plan.ts"
import { finish, readBy } from "./plan-of.ts"
import { inRound } from "./rounds.ts"

export function computeAhead(plan: Plan): Plan {
  const slots = [...plan.slots]
  const steps = plan.steps.flatMap((old): readonly Step[] => {
    const step = mapParts(old, computeAhead)
    return step.kind === "scan" && step.length > 1 ? ahead(step, slots) : [step]
  })
  const isSame = steps.length === plan.steps.length && steps.every((s, n) => s === plan.steps[n])
  return isSame ? plan : renumbered({ ...plan, slots, steps })
}

type MapStep = LoopStep & { readonly loop: MapLoop }
const isMap = (step: Step): step is MapStep =>
  step.kind === "loop" && step.loop.form === "map" && step.loop.bodies.length === 1

function ahead(step: ScanStep, slots: ArrayType[]): readonly Step[] {
  const { body, length } = step
  const firstX = step.constants.length + step.carry.length
  const fixed = new Map(step.constants.map((s, k) => [body.inputs[k] ?? -1, s]))
  const rows = new Map(step.xs.map((s, k) => [body.inputs[firstX + k] ?? -1, s]))
  const before: Step[] = []
  const leaving = new Set<Step>()
  for (const inner of body.steps) {
    if (!isMap(inner) && inner.kind !== "view") continue
    const reads = readBy(inner)
    if (!reads.every((s) => rows.has(s) || fixed.has(s))) continue
    const isOfRows = reads.some((s) => rows.has(s))
    const isProjection = isOfRows && isMap(inner) && reads.some((s) => fixed.has(s)) && isProduct(inner.loop)
    // Besides the products only what costs nothing to have twice, in case that one of them needs it.
    if (isMap(inner) && !isProjection && workOf(inner.loop) > 0) continue
    const output = inner.kind === "view" ? inner.output : (inner.outputs[0] ?? -1)
    const { dtype, shape } = body.slots[output] ?? { dtype: "f32", shape: [] }
    const made = slots.push({ dtype, shape: isOfRows ? [length, ...shape] : shape }) - 1
    const of = (slot: Slot): Slot => rows.get(slot) ?? fixed.get(slot) ?? -1
    const outside = withWrites(withReads(inner, of), () => made)
    before.push(
      isMap(inner) && outside.kind === "loop" && isOfRows
        ? { ...outside, loop: forAll(inner, length, (s) => rows.has(s)) }
        : outside,
    )
    if (!isOfRows) fixed.set(output, made)
    else rows.set(output, made)
    if (isProjection) leaving.add(inner)
  }
  if (leaving.size === 0) return [step]
  const steps = body.steps.filter((s) => !leaving.has(s))
  const read = new Set([...steps.flatMap(readBy), ...body.outputs])
  const given = [...leaving].flatMap((s): readonly Slot[] => (isMap(s) ? s.outputs : [])).filter((s) => read.has(s))
  return [
    ...before,
    {
      ...step,
      xs: [...step.xs, ...given.map((s) => rows.get(s) ?? -1)],
      body: finish({ ...body, inputs: [...body.inputs, ...given], steps }),
    },
  ]
}

function forAll(step: MapStep, length: number, isRow: (slot: Slot) => boolean): MapLoop {
  const has = (k: number): boolean => isRow(step.inputs[k] ?? -1)
  const from = step.loop.inputs.map((x) => input(x.slot, x.dtype, has(x.slot) ? [length, ...x.shape] : x.shape))
  return mapLoop(from, [length, ...step.loop.shape], (t, ...i) =>
    t === undefined ? [] : inRound(step.loop, i, t, from, has),
  )
}

/** A sum of products, whatever its axes; alone in its Loop, as it is before fusion. */
function isProduct({ bodies: [body] }: MapLoop): boolean {
  if (body?.op !== "fold" || body.monoid !== "sum") return false
  let inside = body.bodies[0]
  while (inside?.op === "fold" && inside.monoid === "sum") inside = inside.bodies[0]
  return inside?.op === "binary" && inside.fn === "mul" && height(inside) === 0 && onlyFold(body) === body
}
