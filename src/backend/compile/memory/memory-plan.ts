/**
 * Where everything that a Plan computes lies, decided before it runs: results where the caller wants them, all else in one
 * frame whose bytes are used again and again. What is read for the last time gives its place to what is written in its
 * stead, and sub-plans have their frames inside the frame of the plan that runs them.
 */
import { bytesOf } from "../../../autodiff/dtype.ts"
import { internal } from "../../../autodiff/errors.ts"
import { type ArrayType, sizeOf } from "../../../autodiff/program/loop/loop.ts"
import type { LoopStep, Plan, ScanStep, Slot, Step, WhileStep } from "../plan.ts"
import { readBy, writtenBy } from "../plan-of.ts"
import { pack, rounded, type Span } from "./pack.ts"

/** In the memory of an input, in that of a result, or so many bytes into the frame. */
export type Place =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "frame"; readonly offset: number }

/** What a step needs beside its operands and results. */
export type StepMemory =
  | { readonly kind: "loop"; readonly scratch: number }
  | ({ readonly kind: "scan"; readonly body: Frame; readonly rows: readonly (number | undefined)[] } & Rounds)
  | ({ readonly kind: "while"; readonly test: Frame; readonly body: Frame; readonly goesOn: number } & Rounds)
  | { readonly kind: "cond"; readonly branches: readonly Frame[] }
/** A sub-plan's memory, and where in the frame of the plan around it its own begins. */
export interface Frame {
  readonly memory: MemoryPlan
  readonly offset: number
}
/**
 * Kernels may write vectors over the end of a result, where blocks are longer than what is in them. Rows of a stacked
 * result are not: one that is no whole number of vectors is computed elsewhere and copied.
 */
const vector = 16
/** Of a loop over a body: a second place for each carry that is not written over, and this round's words. */
interface Rounds {
  readonly spare: readonly (number | undefined)[]
  readonly words: readonly number[]
}

export interface MemoryPlan {
  /** Where each slot's contents are; views are where the slot is that they show. */
  readonly places: readonly (Place | undefined)[]
  /** Where the value of each output is after the last step: in its own place, in an input's, or in that of another output. */
  readonly results: readonly Place[]
  /** The inputs whose memory is written over: it holds a result afterwards, or nothing of use. */
  readonly overwritten: ReadonlySet<number>
  /** By step; views and constants need nothing. */
  readonly steps: readonly (StepMemory | undefined)[]
  /** How long the frame is. */
  readonly bytes: number
}

/** What the kernels of an engine want. */
export interface Demands {
  /** The positions of operands over which a result as long may be written. */
  readonly inPlace: (step: LoopStep) => ReadonlySet<number>
  /** Bytes that the step's kernel needs while it runs. */
  readonly scratch: (step: LoopStep) => number
}

export const byteLength = (type: ArrayType): number => sizeOf(type.shape) * bytesOf(type.dtype)

/** A stretch of memory, which several slots may have one after the other. */
interface Block {
  readonly bytes: number
  readonly from: number
  to: number
  place: Place | undefined
}

/** @param owned the inputs that belong to the plan: what it reads for the last time there, it may write over. */
export function planMemory(plan: Plan, demands: Demands, owned: ReadonlySet<number>): MemoryPlan {
  const rootOf = rootsOf(plan)
  const lastUse = lastUses(plan, rootOf)
  const blocks = new Map<Slot, Block>()
  plan.inputs.forEach((slot, index) => {
    const to = lastUse.get(slot) ?? -1
    blocks.set(slot, { bytes: byteLength(typeOf(plan, slot)), from: -1, to, place: { kind: "input", index } })
  })
  const made: Block[] = []
  const overwritten = new Set<number>()
  const isOurs = ({ place }: Block): boolean =>
    place === undefined || (place.kind === "input" && owned.has(place.index))

  plan.steps.forEach((step, n) => {
    if (step.kind === "view") return
    const spare = step.kind === "loop" ? dyingOperands(step, n) : []
    for (const slot of writtenBy(step)) {
      const bytes = byteLength(typeOf(plan, slot))
      const to = lastUse.get(slot) ?? n
      const over = spare.findIndex((b) => b.bytes === bytes)
      const [block = { bytes, from: n, to, place: undefined }] = over < 0 ? [] : spare.splice(over, 1)
      if (over < 0) made.push(block)
      else {
        block.to = to
        if (block.place?.kind === "input") overwritten.add(block.place.index)
      }
      blocks.set(slot, block)
    }
  })
  /** Blocks that step n reads last and over which it may write. */
  function dyingOperands(step: LoopStep, n: number): Block[] {
    const allowed = demands.inPlace(step)
    const found = new Set<Block>()
    step.inputs.forEach((slot) => {
      const root = rootOf(slot)
      const block = blocks.get(root)
      if (block === undefined || lastUse.get(root) !== n || !isOurs(block)) return
      if (step.inputs.every((s, k) => rootOf(s) !== root || allowed.has(k))) found.add(block)
    })
    return [...found]
  }

  const results = plan.outputs.map((slot, index): Place => {
    const block = blocks.get(rootOf(slot)) ?? missing(slot)
    block.place ??= { kind: "output", index }
    return block.place
  })
  const steps = plan.steps.map((step) => demandsOf(step, demands))
  const inFrame = made.filter((b) => b.place === undefined)
  const wants = steps.flatMap((s, n) => (s?.wants ?? []).map((bytes): Span => ({ bytes, from: n, to: n })))
  const { offsets, bytes } = pack([...inFrame, ...wants])
  inFrame.forEach((b, k) => {
    b.place = { kind: "frame", offset: offsets[k] ?? 0 }
  })
  let next = inFrame.length
  const memories = steps.map((s) => s?.at((s.wants ?? []).map(() => offsets[next++] ?? 0)))
  const places = plan.slots.map((_, slot) => blocks.get(rootOf(slot))?.place)
  return { places, results, overwritten, steps: memories, bytes }
}

/** The slot whose bytes a slot shows, itself where it is no view. */
function rootsOf(plan: Plan): (slot: Slot) => Slot {
  const roots = new Map<Slot, Slot>()
  for (const step of plan.steps) if (step.kind === "view") roots.set(step.output, roots.get(step.input) ?? step.input)
  return (slot) => roots.get(slot) ?? slot
}
/** By root: the last step that reads it; results are read after the last step. */
function lastUses(plan: Plan, rootOf: (slot: Slot) => Slot): ReadonlyMap<Slot, number> {
  const last = new Map<Slot, number>()
  plan.steps.forEach((step, n) => {
    if (step.kind !== "view") for (const slot of readBy(step)) last.set(rootOf(slot), n)
  })
  for (const slot of plan.outputs) last.set(rootOf(slot), plan.steps.length)
  return last
}

/** Blocks that a step wants while it runs, and what it is told once they have their offsets. */
interface Wanted {
  readonly wants: readonly number[]
  readonly at: (offsets: readonly number[]) => StepMemory
}
function demandsOf(step: Step, demands: Demands): Wanted | undefined {
  switch (step.kind) {
    case "view":
    case "constant":
      return undefined
    case "loop":
      return { wants: [demands.scratch(step)], at: ([scratch = 0]) => ({ kind: "loop", scratch }) }
    case "scan": {
      const body = planMemory(step.body, demands, carried(step.constants.length, step.carry.length))
      const { wants, at } = roundsOf(step, body, step.constants.length)
      const firstWord = step.body.outputs.length - step.body.words
      const rows = step.body.outputs
        .slice(step.carry.length, firstWord)
        .map((slot) => byteLength(typeOf(step.body, slot)))
      const apart = rows.map((bytes) => bytes % vector !== 0)
      return {
        wants: [body.bytes, ...rows.filter((_, k) => apart[k]), ...wants],
        at: ([offset = 0, ...rest]) => {
          const offsets = [...rest]
          const rowsAt = apart.map((isApart) => (isApart ? offsets.shift() : undefined))
          return { kind: "scan", body: { memory: body, offset }, rows: rowsAt, ...at(offsets) }
        },
      }
    }
    case "while": {
      const test = planMemory(step.test, demands, new Set())
      const body = planMemory(step.body, demands, carried(step.bodyConstants.length, step.carry.length))
      const { wants, at } = roundsOf(step, body, step.bodyConstants.length)
      const goesOn = rounded(4)
      const words = step.test.words
      return {
        wants: [test.bytes, body.bytes, goesOn, ...new Array<number>(words).fill(4), ...wants],
        at: ([testAt = 0, bodyAt = 0, flag = 0, ...rest]) => {
          const rounds = at(rest.slice(words))
          return {
            kind: "while",
            test: { memory: test, offset: testAt },
            body: { memory: body, offset: bodyAt },
            goesOn: flag,
            spare: rounds.spare,
            words: [...rest.slice(0, words), ...rounds.words],
          }
        },
      }
    }
    case "cond": {
      const memories = step.branches.map((b) => planMemory(b, demands, new Set()))
      const longest = memories.reduce((most, m) => Math.max(most, m.bytes), 0)
      return {
        wants: [longest],
        at: ([offset = 0]) => ({ kind: "cond", branches: memories.map((memory) => ({ memory, offset })) }),
      }
    }
  }
}
const carried = (first: number, count: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count }, (_, k) => first + k))

/** A carry whose next value is computed in its own place needs no second one. */
function roundsOf(
  step: ScanStep | WhileStep,
  body: MemoryPlan,
  firstCarry: number,
): { readonly wants: readonly number[]; readonly at: (offsets: readonly number[]) => Rounds } {
  const bytes = step.carry.map((_, k) => {
    const place = body.results[k] ?? missing(k)
    const inItsPlace = place.kind === "input" && place.index === firstCarry + k
    return inItsPlace ? undefined : byteLength(typeOf(step.body, step.body.outputs[k] ?? missing(k)))
  })
  const count = bytes.filter((b) => b !== undefined).length
  return {
    wants: [...bytes.flatMap((b) => b ?? []), ...new Array<number>(step.body.words).fill(4)],
    at: (offsets) => {
      let next = 0
      const spare = bytes.map((b) => (b === undefined ? undefined : (offsets[next++] ?? 0)))
      return { spare, words: offsets.slice(count) }
    },
  }
}

const typeOf = (plan: Plan, slot: Slot): ArrayType => plan.slots[slot] ?? missing(slot)
const missing = (slot: Slot): never => {
  throw internal(`slot ${slot} of a plan has no memory`)
}
