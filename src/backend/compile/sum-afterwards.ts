/**
 * Sums over the rounds of a scan, taken after it: a carry that only gathers `carry + x_t' g_t`, as the gradient of a
 * weight does, becomes one product of the stacked rows in the place of one small update a round. The terms are those of
 * the carry, added up in another order: the only stage before code generation that changes how a result is rounded.
 */
import { type ArrayType, input, type MapLoop, mapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { binary, fold, type Input, type Load, load, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { mapParts, renumbered } from "./parts.ts"
import type { LoopStep, Plan, ScanStep, Slot, Step } from "./plan.ts"
import { finish, readBy, writtenBy } from "./plan-of.ts"
import { inRound } from "./rounds.ts"

export function sumAfterwards(plan: Plan): Plan {
  const slots = [...plan.slots]
  const steps = plan.steps.flatMap((old): readonly Step[] => {
    const step = mapParts(old, sumAfterwards)
    return step.kind === "scan" && step.length > 1 ? withoutSums(step, slots) : [step]
  })
  return steps.every((s, n) => s === plan.steps[n]) && steps.length === plan.steps.length
    ? plan
    : renumbered({ ...plan, slots, steps })
}

/** A carry whose every round adds `term`, an expression of what the body's slots `reads` hold. */
interface Gathered {
  /** Its position among the carries. */
  readonly at: number
  readonly term: MapLoop
  readonly reads: readonly Slot[]
}

function withoutSums(step: ScanStep, slots: ArrayType[]): readonly Step[] {
  const { body, length } = step
  const [first, firstX] = [step.constants.length, step.constants.length + step.carry.length]
  const last = body.outputs.length - body.words
  const typeOf = (slot: Slot): ArrayType => body.slots[slot] ?? { dtype: "f32", shape: [] }
  /** By slot of the body: the slot around that holds it, for all rounds where `rows` has it. */
  const outside = new Map<Slot, Slot>()
  const rows = new Set<Slot>()
  const offer = (inside: Slot, out: Slot | undefined, isRow: boolean): void => {
    if (out === undefined) return
    outside.set(inside, out)
    if (isRow) rows.add(inside)
  }
  body.inputs.slice(0, first).forEach((s, k) => {
    offer(s, step.constants[k], false)
  })
  body.inputs.slice(firstX).forEach((s, k) => {
    offer(s, step.xs[k], true)
  })
  body.outputs.slice(step.carry.length, last).forEach((s, k) => {
    if (!outside.has(s)) offer(s, step.outputs[step.carry.length + k], true)
  })

  const stacked: Slot[] = []
  const gathered: Gathered[] = []
  const take = (g: Gathered): void => {
    for (const s of g.reads)
      if (!outside.has(s)) {
        const { dtype, shape } = typeOf(s)
        offer(s, slots.push({ dtype, shape: [length, ...shape] }) - 1, true)
        stacked.push(s)
      }
    gathered.push(g)
  }
  const all = step.carry.flatMap((_, k) => gatheredAt(step, k) ?? [])
  const missing = (g: Gathered): number =>
    [...new Set(g.reads)].reduce((sum, s) => sum + (outside.has(s) ? 0 : sizeOf(typeOf(s).shape)), 0)
  // Rows are written to memory where the carry stays in cache: half a result's size of them costs what it saves (a GRU of
  // 512 steps at batch 32), a 64th a sixth of the whole gradient less (at batch 1). Other sums then share them for nothing.
  for (const g of all) if (g.reads.length > 1 && 8 * missing(g) <= sizeOf(g.term.shape)) take(g)
  for (const g of all) if (!gathered.includes(g) && missing(g) === 0) take(g)
  if (gathered.length === 0) return [step]

  const isLeft = (k: number): boolean => gathered.every((g) => g.at !== k)
  const left = <T>(xs: readonly T[]): readonly T[] => xs.filter((_, k) => isLeft(k))
  const carried = body.inputs.slice(first, firstX)
  const made: ScanStep = {
    ...step,
    carry: left(step.carry),
    outputs: [
      ...left(step.outputs.slice(0, step.carry.length)),
      ...step.outputs.slice(step.carry.length, last),
      ...stacked.map((s) => outside.get(s) ?? s),
      ...step.outputs.slice(last),
    ],
    body: finish({
      ...body,
      inputs: [...body.inputs.slice(0, first), ...left(carried), ...body.inputs.slice(firstX)],
      outputs: [
        ...left(body.outputs.slice(0, step.carry.length)),
        ...body.outputs.slice(step.carry.length, last),
        ...stacked,
        ...body.outputs.slice(last),
      ],
    }),
  }
  const sums = gathered.map(({ at, term, reads }): Step => {
    const start = input(0, typeOf(carried[at] ?? -1).dtype, term.shape)
    const from = reads.map((s, k): Input => {
      const { dtype, shape } = typeOf(s)
      return input(k + 1, dtype, rows.has(s) ? [length, ...shape] : shape)
    })
    const loop = mapLoop([start, ...from], term.shape, (...i) =>
      binary(
        "add",
        load(start, i),
        fold("sum", length, (t) => inRound(term, i, t, from, (k) => rows.has(reads[k] ?? -1))),
      ),
    )
    const inputs = [step.carry[at] ?? -1, ...reads.map((s) => outside.get(s) ?? -1)]
    return { kind: "loop", name: "sum over rounds", loop, inputs, outputs: [step.outputs[at] ?? -1] }
  })
  return [made, ...sums]
}

/** What carry k gathers, if that is all that happens to it. */
function gatheredAt({ body, constants }: ScanStep, k: number): Gathered | undefined {
  const [before, after] = [body.inputs[constants.length + k], body.outputs[k]]
  if (before === undefined || after === undefined || before === after) return undefined
  const uses = (slot: Slot): number =>
    body.steps.filter((s) => readBy(s).includes(slot)).length + body.outputs.filter((s) => s === slot).length
  const adding = body.steps.find((s) => writtenBy(s).includes(after))
  if (uses(before) !== 1 || uses(after) !== 1 || adding?.kind !== "loop") return undefined
  const added = addedTo(adding, before)
  if (added === undefined) return undefined
  const maker = body.steps.find((s) => writtenBy(s).includes(added))
  const isOwn =
    maker?.kind === "loop" && maker.loop.form === "map" && maker.loop.bodies.length === 1 && uses(added) === 1
  if (isOwn && maker.loop.form === "map") return { at: k, term: maker.loop, reads: maker.inputs }
  const { dtype, shape } = body.slots[added] ?? { dtype: "f32", shape: [] }
  const whole = input(0, dtype, shape)
  return { at: k, term: mapLoop([whole], shape, (...i) => load(whole, i)), reads: [added] }
}

/** The slot that a step adds to `carry`, element by element. */
function addedTo({ loop, inputs }: LoopStep, carry: Slot): Slot | undefined {
  const [body] = loop.form === "map" ? loop.bodies : []
  if (loop.form !== "map" || loop.bodies.length !== 1 || body?.op !== "binary" || body.fn !== "add") return undefined
  if (body.dtype !== "f32" && body.dtype !== "f64") return undefined
  const { a, b } = body
  const isWhole = (n: Scalar): n is Load =>
    n.op === "load" && n.at.length === loop.indices.length && n.at.every((x, d) => x === loop.indices[d])
  if (!isWhole(a) || !isWhole(b)) return undefined
  const [x, y] = [inputs[a.from.slot], inputs[b.from.slot]]
  return x === carry && y !== carry ? y : y === carry && x !== carry ? x : undefined
}
