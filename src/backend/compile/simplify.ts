/**
 * A Plan's steps made simpler without changing a bit of any result: expressions by identities that hold for every float,
 * what is known of one step put into the next, equal steps computed once, moves of moves (transposes, broadcasts,
 * slices) as one move, and what moves nothing as no step at all. Sub-plans are simplified as well.
 */
import { unproved } from "../../autodiff/program/loop/affine.ts"
import { prune } from "../../autodiff/program/loop/derive/inputs.ts"
import { type ArrayType, input, type Loop, type MapLoop, mapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { constant, freeVars, height, type Load, load, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { relabel, rewriteLeaves, substitute } from "../../autodiff/program/loop/walk.ts"
import { simplifyLoop } from "./identities.ts"
import { readInPlace } from "./in-place.ts"
import { guarded, inline, throughView } from "./inline.ts"
import { withScalars } from "./narrow.ts"
import { mapParts, renumbered, withReads } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step, ViewStep } from "./plan.ts"
import { finish, writtenBy } from "./plan-of.ts"

/** The plan from fewer and simpler steps. */
export const simplify = (plan: Plan): Plan => simplifyGiven(plan, [])

/** What is known when the plan is made of all elements of a slot: that each is this number. */
type Values = ReadonlyMap<Slot, number>

/** `given`: the inputs all of whose elements are one known number. */
function simplifyGiven(plan: Plan, given: readonly (number | undefined)[]): Plan {
  const steps: Step[] = []
  const values = new Map<Slot, number>()
  plan.inputs.forEach((slot, k) => {
    const value = given[k]
    if (value !== undefined) values.set(slot, value)
  })
  /** The slot that stands for another from here on: the same bytes under the same shape. */
  const stands = new Map<Slot, Slot>()
  const at = (slot: Slot): Slot => stands.get(slot) ?? slot
  const makers = new Map<Slot, Step>()
  const known = new Map<string, readonly Slot[]>()
  const slots = [...plan.slots]
  const typeAt = (slot: Slot): ArrayType => slots[slot] ?? { dtype: "f32", shape: [] }

  /** Appends a step, unless one that says the same is there. */
  const keep = (key: string, step: Step): void => {
    const written = writtenBy(step)
    const before = known.get(key)
    if (before !== undefined) {
      for (const [k, slot] of written.entries()) stands.set(slot, before[k] ?? slot)
      return
    }
    known.set(key, written)
    for (const slot of written) makers.set(slot, step)
    steps.push(step)
  }
  const keepView = (step: ViewStep): void => {
    const maker = makers.get(step.input)
    const from = maker?.kind === "view" ? maker.input : step.input
    const { shape } = typeAt(step.output)
    const value = values.get(from)
    if (value !== undefined) values.set(step.output, value)
    if (isSameShape(typeAt(from).shape, shape)) stands.set(step.output, from)
    else keep(`view ${from} as ${shape}`, { ...step, input: from })
  }
  const keepLoop = (step: LoopStep): void => {
    const made = moved(simpleLoop(step, values), makers, typeAt)
    const [only] = made.inputs
    const { loop } = made
    if (only !== undefined && isMove(loop) && isSameBytes(loop)) {
      keepView({ kind: "view", input: only, output: made.outputs[0] ?? only })
      return
    }
    if (loop.form === "map")
      for (const [k, body] of loop.bodies.entries())
        if (body.op === "const") values.set(made.outputs[k] ?? -1, body.value)
    const narrow = stretched(made, makers)
    if (narrow === undefined) {
      keep(`loop ${loop.id} of ${made.inputs}`, made)
      return
    }
    const outputs = narrow.loop.bodies.map((body) => slots.push({ dtype: body.dtype, shape: narrow.loop.shape }) - 1)
    keep(`loop ${narrow.loop.id} of ${narrow.inputs}`, { ...made, ...narrow, outputs })
    for (const [k, output] of made.outputs.entries()) {
      const from = at(outputs[k] ?? -1)
      const stretch: LoopStep = {
        kind: "loop",
        name: "broadcast",
        loop: narrow.stretch(k),
        inputs: [from],
        outputs: [output],
      }
      keep(`loop ${stretch.loop.id} of ${from}`, stretch)
    }
  }

  for (const old of plan.steps) {
    const step = withReads(old, at)
    switch (step.kind) {
      case "constant": {
        const { dtype, shape } = typeAt(step.output)
        values.set(step.output, step.value)
        keep(`constant ${Object.is(step.value, -0) ? "-0" : step.value} ${dtype} ${shape}`, step)
        break
      }
      case "view":
        keepView(step)
        break
      case "loop":
        keepLoop(step)
        break
      default:
        steps.push(withSimpleParts(step, values))
    }
  }
  const outputs = plan.outputs.map(at)
  return slots.length > plan.slots.length
    ? renumbered({ ...plan, slots, steps, outputs })
    : finish({ ...plan, steps, outputs })
}

/** Sub-plans know what the operands that stay the same in every round are known to be. */
function withSimpleParts(step: Step, values: Values): Step {
  const of = (slots: readonly Slot[]): readonly (number | undefined)[] => slots.map((s) => values.get(s))
  switch (step.kind) {
    case "scan":
      return { ...step, body: simplifyGiven(step.body, of(step.constants)) }
    case "while": {
      const [test, body] = [of(step.testConstants), of(step.bodyConstants)]
      return { ...step, test: simplifyGiven(step.test, test), body: simplifyGiven(step.body, body) }
    }
    default:
      return mapParts(step, (plan) => simplifyGiven(plan, step.kind === "cond" ? of(step.operands) : []))
  }
}

/** The step with known operands in its expressions. */
function simpleLoop(step: LoopStep, values: Values): LoopStep {
  if (step.loop.form === "routine" || step.loop.form === "view") return step
  return tidy(prunedStep(withValues(step, values)))
}

/** The step in simpler expressions, each operand read once and in the order of the plan's slots. */
export function tidy(step: LoopStep): LoopStep {
  const ordered = inOrder(step)
  return prunedStep({ ...ordered, loop: simplifyLoop(ordered.loop) })
}

function withValues(step: LoopStep, values: Values): LoopStep {
  if (!step.inputs.some((s) => values.has(s))) return step
  const change = (n: Scalar): Scalar => {
    const value = n.op === "load" ? values.get(step.inputs[n.from.slot] ?? -1) : undefined
    if (n.op !== "load" || value === undefined) return n
    const inside = constant(value, n.dtype)
    return Object.is(value, n.outside) ? inside : guarded(n, inside)
  }
  return { ...step, loop: withScalars(step.loop, (root) => rewriteLeaves(root, change)) }
}

function prunedStep(step: LoopStep): LoopStep {
  const { loop, from } = prune(step.loop)
  return loop === step.loop ? step : { ...step, loop, inputs: from.map((k) => step.inputs[k] ?? -1) }
}

/** x + y and y + x read the same slots in the same order then, and x * x reads x once. */
function inOrder(step: LoopStep): LoopStep {
  const slots = [...new Set(step.inputs)].sort((a, b) => a - b)
  if (slots.length === step.inputs.length && slots.every((s, k) => s === step.inputs[k])) return step
  const inputs = slots.map((s, k) => {
    const from = step.loop.inputs[step.inputs.indexOf(s)]
    return input(k, from?.dtype ?? "f32", from?.shape ?? [])
  })
  const change = (root: Scalar): Scalar => relabel(root, (x) => inputs[slots.indexOf(step.inputs[x.slot] ?? -1)] ?? x)
  return { ...step, loop: withScalars(step.loop, change, inputs), inputs: slots }
}

/** A map that computes nothing: each element of the result is one of the operand, or what stands outside it. */
type Move = MapLoop & { readonly bodies: readonly [Load] }
const isMove = (loop: Loop): loop is Move =>
  loop.form === "map" && loop.bodies.length === 1 && loop.bodies[0]?.op === "load"

/** A move of what a move made, read from where that one read it. */
function moved(step: LoopStep, makers: ReadonlyMap<Slot, Step>, typeAt: (slot: Slot) => ArrayType): LoopStep {
  const [slot] = step.inputs
  if (slot === undefined || !isMove(step.loop)) return step
  const view = makers.get(slot)
  const root = view?.kind === "view" ? view.input : slot
  const maker = makers.get(root)
  if (maker?.kind !== "loop" || !isMove(maker.loop)) return step
  const coordinates = root === slot ? (i: readonly Scalar[]) => i : throughView(typeAt(root).shape, typeAt(slot).shape)
  if (coordinates === undefined) return step
  const made = inline(step, 0, { loop: maker.loop, inputs: maker.inputs }, coordinates)
  return isMove(made.loop) ? { ...step, ...made, name: step.name } : step
}

/** An elementwise step over fewer indices, with the moves that give its results their shape. */
interface Narrow {
  readonly loop: MapLoop
  readonly inputs: readonly Slot[]
  readonly stretch: (result: number) => MapLoop
}
/** What is computed from stretched operands is computed before they are stretched: a row's value once, not once an element. */
function stretched(step: LoopStep, makers: ReadonlyMap<Slot, Step>): Narrow | undefined {
  const { loop } = step
  if (loop.form !== "map" || loop.bodies.some((b) => height(b) > 0 || b.op === "const" || b.op === "load"))
    return undefined
  let made: { readonly loop: Loop; readonly inputs: readonly Slot[] } = step
  for (let k = 0; k < made.inputs.length; k++) {
    const maker = makers.get(made.inputs[k] ?? -1)
    if (maker?.kind !== "loop" || !isMove(maker.loop) || !isStretch(maker.loop)) continue
    made = inline(made, k, { loop: maker.loop, inputs: maker.inputs }, (i) => i)
    k = -1
  }
  if (made === step || made.loop.form !== "map") return undefined
  const { bodies, indices, shape, inputs } = made.loop
  const used = indices.map((v) => bodies.some((b) => freeVars(b).has(v)))
  if (shape.every((n, d) => n <= 1 || used[d])) return undefined
  const kept = shape.filter((_, d) => used[d])
  const narrow = mapLoop(inputs, kept, (...i) => {
    const left = i[Symbol.iterator]()
    const to = new Map(indices.flatMap((v, d) => (used[d] ? [[v, left.next().value ?? v] as const] : [])))
    return bodies.map((b) => substitute(b, to))
  })
  const stretch = (result: number): MapLoop =>
    mapLoop([input(0, bodies[result]?.dtype ?? "f32", kept)], shape, (...i) =>
      load(
        input(0, bodies[result]?.dtype ?? "f32", kept),
        i.filter((_, d) => used[d]),
      ),
    )
  const tidied = tidy({ ...step, ...made, loop: narrow })
  return tidied.loop.form === "map" ? { loop: tidied.loop, inputs: tidied.inputs, stretch } : undefined
}
/** A move that reads its operand in order, some of it again and again. */
function isStretch({ bodies: [body], indices }: Move): boolean {
  if (unproved(body).length > 0) return false
  const read = body.at.map((x) => (x.op === "var" ? indices.indexOf(x) : x.op === "const" ? -1 : -2))
  const moving = read.filter((d) => d !== -1)
  return moving.every((d, k) => d >= 0 && d > (moving[k - 1] ?? -1))
}

/** Whether a move reads its operand from first to last: then its result is a view of it. */
function isSameBytes(loop: Move): boolean {
  const [{ from, at }] = loop.bodies
  return (
    at.length === from.shape.length &&
    sizeOf(from.shape) === sizeOf(loop.shape) &&
    unproved(loop.bodies[0]).length === 0 &&
    readInPlace(loop).has(from.slot)
  )
}
const isSameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, d) => n === b[d])
