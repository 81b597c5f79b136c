/**
 * Fusion of a Plan: producers are inlined into their consumers where that saves memory traffic and repeats no work. Two
 * kernels that run one after the other become one; what is computed, and the order of every fold, stays as it was.
 */
import { unproved } from "../../autodiff/program/loop/affine.ts"
import { type Loop, type MapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { constant, height } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"
import { asContraction } from "./contraction.ts"
import { codeSize, evaluations, readsInOrder, workOf } from "./cost.ts"
import { type Coordinates, type Step as Inlinable, inline, throughView } from "./inline.ts"
import { scalarsOf } from "./narrow.ts"
import { mapParts } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step } from "./plan.ts"
import { finish, readBy } from "./plan-of.ts"
import { tidy } from "./simplify.ts"

/** Beyond this a kernel takes longer to compile than its pieces take to run, and a deep one overflows the stack. */
const mostCode = 700
/**
 * A sum of hundreds of gradients would read them all at once: each try at such a kernel costs its whole length, and all
 * that it reads has to be kept until it runs.
 */
const mostInputs = 16
/** Operations that may as well be repeated by several readers as stored by one and loaded by all. */
const mostShared = 3

/** The plan with fewer, larger loops; sub-plans are fused as well. */
export function fuse(plan: Plan): Plan {
  if (plan.steps.length < 2 && plan.steps.every((s) => s.kind === "loop")) return plan
  const steps: (Step | undefined)[] = plan.steps.map((step) => mapParts(step, fuse))
  const book = bookOf(plan, steps)
  for (const [n, step] of steps.entries()) if (step?.kind === "loop") absorb(plan, steps, book, n, step)
  return finish({ ...plan, steps: steps.filter((s) => s !== undefined) })
}

const nothing = constant(0)

/** Who makes and who reads each slot; a view is seen through. */
interface Book {
  /** The slot whose bytes a slot shows, itself where it is no view. */
  readonly rootOf: (slot: Slot) => Slot
  readonly maker: ReadonlyMap<Slot, number>
  /** By root: the steps that read it, views aside. */
  readonly readers: ReadonlyMap<Slot, Set<number>>
  /** Roots that the plan gives out. */
  readonly kept: ReadonlySet<Slot>
}
function bookOf(plan: Plan, steps: readonly (Step | undefined)[]): Book {
  const roots = new Map<Slot, Slot>()
  const rootOf = (slot: Slot): Slot => roots.get(slot) ?? slot
  const maker = new Map<Slot, number>()
  const readers = new Map<Slot, Set<number>>()
  for (const [n, step] of steps.entries()) {
    if (step === undefined) continue
    if (step.kind === "view") {
      roots.set(step.output, rootOf(step.input))
      continue
    }
    if (step.kind === "loop") for (const s of step.outputs) maker.set(s, n)
    for (const s of readBy(step)) {
      const known = readers.get(rootOf(s))
      if (known === undefined) readers.set(rootOf(s), new Set([n]))
      else known.add(n)
    }
  }
  return { rootOf, maker, readers, kept: new Set(plan.outputs.map(rootOf)) }
}

/** Inlines into step n whatever pays, until nothing does. */
function absorb(plan: Plan, steps: (Step | undefined)[], book: Book, n: number, start: LoopStep): void {
  let step = start
  for (let k = 0; k < step.inputs.length; k++) {
    const made = tryInput(plan, steps, book, n, step, k)
    if (made === undefined) continue
    const root = book.rootOf(step.inputs[k] ?? -1)
    const name = steps[book.maker.get(root) ?? -1]
    step = { ...step, ...made, name: name?.kind === "loop" ? `${name.name} ${step.name}` : step.name }
    steps[n] = step
    settle(steps, book, n, step, root)
    // The inputs are numbered anew, and what was not worth it before may be now.
    k = -1
  }
  // One expression in another has what neither had alone.
  if (step !== start) steps[n] = tidy(step)
}

/** Notes what step n reads now, and lets go of a producer that nobody reads any more. */
function settle(steps: (Step | undefined)[], book: Book, n: number, step: LoopStep, gone: Slot): void {
  book.readers.get(gone)?.delete(n)
  for (const s of step.inputs) book.readers.get(book.rootOf(s))?.add(n)
  const producer = book.maker.get(gone)
  const maker = producer === undefined ? undefined : steps[producer]
  if (producer === undefined || maker?.kind !== "loop" || (book.readers.get(gone)?.size ?? 0) > 0) return
  for (const s of maker.inputs) book.readers.get(book.rootOf(s))?.delete(producer)
  steps[producer] = undefined
}

function tryInput(
  plan: Plan,
  steps: readonly (Step | undefined)[],
  book: Book,
  _n: number,
  step: LoopStep,
  k: number,
): Inlinable | undefined {
  const slot = step.inputs[k] ?? -1
  const root = book.rootOf(slot)
  const producer = steps[book.maker.get(root) ?? -1]
  const [shown, made] = [plan.slots[slot], plan.slots[root]]
  if (producer?.kind !== "loop" || producer.loop.form !== "map" || shown === undefined || made === undefined)
    return undefined
  const { loop } = producer
  if (loop.bodies.length !== 1 || book.kept.has(root) || sizeOf(made.shape) === 0) return undefined
  if (step.loop.form === "routine" || step.loop.form === "view") return undefined
  // One input per view of a tensor: reads under two shapes would leave the producer alive.
  if (step.inputs.some((s, other) => other !== k && book.rootOf(s) === root)) return undefined
  const readers = [...(book.readers.get(root) ?? [])].map((r) => steps[r])
  if (!isWorth(loop, step, k, readers, sizeOf(made.shape))) return undefined
  // What is cheap and goes into all that read it does so only as long as no fold goes with it.
  const hasFold = height(loop.bodies[0] ?? nothing) > 0
  if (hasFold && workOf(step.loop) <= mostShared && isTakenByAll(plan, steps, book, step)) return undefined
  // What `isAsGood` would refuse is not built to begin with: a product with a second fold is none, nor what is too large.
  if (hasFold && isProduct(step.loop)) return undefined
  if (isTooLarge(step, k, producer)) return undefined
  const coordinates: Coordinates | undefined = slot === root ? (at) => at : throughView(made.shape, shown.shape)
  if (coordinates === undefined) return undefined
  // A test around an expression costs a kernel its vectors, where one around a read does not.
  if (workOf(loop) > 0 && mayReadOutside(step.loop, k)) return undefined
  const result = inline(step, k, { loop, inputs: producer.inputs }, coordinates)
  return isAsGood(step, loop, result) ? result : undefined
}

/** The cost rule: each element of the producer is still computed about once, or is as cheap to compute as to read. */
function isWorth(
  producer: MapLoop,
  step: LoopStep,
  k: number,
  readers: readonly (Step | undefined)[],
  size: number,
): boolean {
  const [body] = producer.bodies
  if (body === undefined) return false
  const cost = workOf(producer)
  const alone = readers.length === 1
  // A reader that cannot take it in keeps it alive, and reading it is then the cheapest.
  if (!alone && !readers.every((r) => r?.kind === "loop" && r.loop.form !== "routine")) return false
  const times = evaluations(step.loop, k)
  const inContraction = isProduct(step.loop)
  if (height(body) > 0) return alone && times <= size
  // Reading against the order of memory costs a vector kernel its vectors: alone it would cost them once.
  if (!readsInOrder(producer) && !inContraction && (!alone || workOf(step.loop) > 6)) return false
  if (cost === 0) return true
  // Packing takes in what it alone reads: two products leave it where it is.
  if (!alone && readers.filter((r) => r?.kind === "loop" && isProduct(r.loop)).length > 1) return false
  // Packing computes an operand once, one element at a time where it does not lie in order.
  if (inContraction && times > size) return alone && cost <= 4 && readsInOrder(producer)
  return alone ? times <= size || (cost <= mostShared && times <= 4 * size) : cost <= mostShared && times <= 2 * size
}

/** Whether a step has several readers, each of which can have its expression in the place of its result. */
function isTakenByAll(plan: Plan, steps: readonly (Step | undefined)[], book: Book, step: LoopStep): boolean {
  const [root] = step.outputs
  const readers = root === undefined ? undefined : book.readers.get(root)
  if (root === undefined || readers === undefined || readers.size < 2 || book.kept.has(root)) return false
  let products = 0
  for (const n of readers) {
    const reader = steps[n]
    if (reader?.kind !== "loop" || reader.loop.form === "routine") return false
    if (isProduct(reader.loop)) products++
    for (const slot of reader.inputs)
      if (slot !== root && book.rootOf(slot) === root && !isSeenThrough(plan, root, slot)) return false
  }
  return products < 2 || workOf(step.loop) === 0
}
const isSeenThrough = (plan: Plan, root: Slot, slot: Slot): boolean =>
  throughView(plan.slots[root]?.shape ?? [], plan.slots[slot]?.shape ?? []) !== undefined

/** By Loop: the inputs of which some read may fall outside. */
const outsideReads = new WeakMap<Loop, ReadonlySet<number>>()
function mayReadOutside(loop: Loop, slot: number): boolean {
  let known = outsideReads.get(loop)
  if (known === undefined) {
    const loads = nodesOf(...scalarsOf(loop)).filter((n) => n.op === "load")
    known = new Set(loads.filter((n) => unproved(n).length > 0).map((n) => n.from.slot))
    outsideReads.set(loop, known)
  }
  return known.has(slot)
}

const isProduct = (loop: Inlinable["loop"]): boolean => loop.form === "map" && asContraction(loop) !== undefined

/** Whether two steps are too much for one: told from what is known of each, before anything is built. */
function isTooLarge(step: LoopStep, k: number, producer: LoopStep): boolean {
  if (codeSize(step.loop) + codeSize(producer.loop) > mostCode) return true
  const inputs = new Set([...step.inputs.filter((_, other) => other !== k), ...producer.inputs])
  return inputs.size > Math.max(mostInputs, step.inputs.length, producer.inputs.length)
}

/** A product that was packed must be one afterwards, and no kernel may grow without end. */
function isAsGood(step: LoopStep, producer: MapLoop, result: Inlinable): boolean {
  if ((isProduct(step.loop) || isProduct(producer)) && !isProduct(result.loop)) return false
  return codeSize(result.loop) <= mostCode
}
