/**
 * Walks a Plan over a device: one runner for every engine that runs step by step. Scans, loops and branches are run by
 * the host, a compiled body once per round.
 *
 * Memory is counted by holds. The run owns what it made and what was donated to it, and frees a buffer when its last
 * hold goes; buffers that the caller keeps are never counted, hence never freed and never written. Buffers are told
 * apart as objects, so that a view, a carry that is handed through or one tensor passed twice need no special case.
 */
import { internal } from "../../autodiff/errors.ts"
import { type ArrayType, inputsOf, mapLoop } from "../../autodiff/program/loop/loop.ts"
import { binary, load } from "../../autodiff/program/loop/scalar.ts"
import type { CondStep, LoopStep, Plan, ScanStep, Slot, WhileStep } from "./plan.ts"

/** What an engine must do with its buffers B for its plans to be run here. */
export interface Device<B> {
  /**
   * Runs a step; one result for each of `step.outputs`. Results are new buffers, or some of `spare`: those are inputs of
   * this step that nobody reads any more, which the device may write over where its kernel allows that.
   */
  readonly loop: (step: LoopStep, inputs: readonly B[], spare: readonly B[]) => readonly B[]
  /** A new buffer, every element of which is `value`. */
  readonly constant: (type: ArrayType, value: number) => B
  /** A new buffer of unspecified contents. */
  readonly allocate: (type: ArrayType) => B
  /** A new buffer of type `row`: the contents of `from` at this index of the leading axis. */
  readonly row: (from: B, row: ArrayType, index: number) => B
  /** Writes `row` into `into`, at this index of the leading axis. */
  readonly store: (into: B, row: ArrayType, index: number, values: B) => void
  readonly free: (buffer: B) => void
}

/** Runs a plan on an engine that can read a scalar at once. Results may be inputs, or one another. */
export function runPlan<B extends object>(
  plan: Plan,
  device: Device<B>,
  inputs: readonly B[],
  donated: ReadonlySet<number>,
  scalar: (buffer: B) => number,
): readonly B[] {
  const step = plan.steps[0]
  if (plan.steps.length === 1 && donated.size === 0 && step?.kind === "loop") return runOne(plan, step, device, inputs)
  const walker = start(plan, device, inputs, donated)
  let next = walker.next(0)
  while (next.done !== true) next = walker.next(scalar(next.value))
  return next.value
}

/** The same on an engine that has to wait for a scalar. Call it only once everything submitted before has run. */
export async function runPlanLater<B extends object>(
  plan: Plan,
  device: Device<B>,
  inputs: readonly B[],
  donated: ReadonlySet<number>,
  scalar: (buffer: B) => Promise<number>,
): Promise<readonly B[]> {
  const walker = start(plan, device, inputs, donated)
  let next = walker.next(0)
  while (next.done !== true) next = walker.next(await scalar(next.value))
  return next.value
}

/** Gives out a buffer to read a scalar from and takes the number: so the same walk can block or wait. */
type Walk<B, R> = Generator<B, R, number>

const none: readonly never[] = []

/** An eager operation: nothing is made that is not a result, so nothing needs counting. */
function runOne<B>(plan: Plan, step: LoopStep, device: Device<B>, inputs: readonly B[]): readonly B[] {
  const made = device.loop(
    step,
    step.inputs.map((s) => inputs[plan.inputs.indexOf(s)] ?? absent(s)),
    none,
  )
  return plan.outputs.map((s) => {
    const k = step.outputs.indexOf(s)
    return (k < 0 ? inputs[plan.inputs.indexOf(s)] : made[k]) ?? absent(s)
  })
}

function start<B extends object>(
  plan: Plan,
  device: Device<B>,
  inputs: readonly B[],
  donated: ReadonlySet<number>,
): Walk<B, readonly B[]> {
  const run = new Run(device)
  inputs.forEach((b, k) => {
    // A tensor passed twice and donated once still belongs to the caller.
    const kept = inputs.some((other, j) => other === b && !donated.has(j))
    if (donated.has(k) && !kept) run.own(b)
  })
  return run.walk(plan, inputs)
}

class Run<B extends object> {
  private readonly device: Device<B>
  private readonly holds = new Map<B, number>()

  constructor(device: Device<B>) {
    this.device = device
  }

  /** One more hold of a buffer that is, or from now on becomes, the run's own. */
  own(buffer: B): B {
    this.holds.set(buffer, (this.holds.get(buffer) ?? 0) + 1)
    return buffer
  }
  private hold(buffer: B): B {
    const count = this.holds.get(buffer)
    if (count !== undefined) this.holds.set(buffer, count + 1)
    return buffer
  }
  private drop(buffer: B): void {
    const count = this.holds.get(buffer)
    if (count === undefined) return
    if (count > 1) this.holds.set(buffer, count - 1)
    else {
      this.holds.delete(buffer)
      this.device.free(buffer)
    }
  }

  /** Takes over one hold of every input and gives one of every output. */
  *walk(plan: Plan, inputs: readonly B[]): Walk<B, readonly B[]> {
    const slots: (B | undefined)[] = new Array(plan.slots.length)
    const at = (slot: Slot): B => slots[slot] ?? absent(slot)
    const release = (slot: Slot): void => {
      const buffer = slots[slot]
      if (buffer === undefined) return
      slots[slot] = undefined
      this.drop(buffer)
    }
    plan.inputs.forEach((slot, k) => {
      slots[slot] = inputs[k]
    })
    for (let n = 0; n < plan.steps.length; n++) {
      const step = plan.steps[n]
      const dying = plan.dying[n] ?? none
      // Hands an operand on to a sub-plan: its own hold where nobody reads it later, so that the body may write over it.
      const handOver = (operands: readonly Slot[], used: readonly Slot[]): readonly B[] => {
        const held = operands.map((s) => this.hold(at(s)))
        for (const s of operands) if (dying.includes(s) && !used.includes(s)) release(s)
        return held
      }
      switch (step?.kind) {
        case "loop": {
          const operands = step.inputs.map(at)
          const spare = dying.length === 0 ? none : this.spare(operands, dying, slots)
          const made = this.device.loop(step, operands, spare)
          step.outputs.forEach((slot, k) => {
            slots[slot] = this.own(made[k] ?? absent(slot))
          })
          break
        }
        case "view":
          slots[step.output] = this.hold(at(step.input))
          break
        case "constant":
          slots[step.output] = this.own(
            this.device.constant(plan.slots[step.output] ?? absent(step.output), step.value),
          )
          break
        case "scan": {
          const fixed = [...step.constants, ...step.xs]
          const results = yield* this.scan(step, at, handOver(step.carry, fixed))
          step.outputs.forEach((slot, k) => {
            slots[slot] = results[k]
          })
          break
        }
        case "while": {
          const fixed = [...step.testConstants, ...step.bodyConstants]
          const results = yield* this.loop(step, at, handOver(step.carry, fixed))
          step.outputs.forEach((slot, k) => {
            slots[slot] = results[k]
          })
          break
        }
        case "cond": {
          const chosen = yield at(step.index)
          const results = yield* this.branch(step, chosen, handOver(step.operands, none))
          step.outputs.forEach((slot, k) => {
            slots[slot] = results[k]
          })
          break
        }
      }
      for (const slot of dying) release(slot)
    }
    const results = plan.outputs.map((s) => this.hold(at(s)))
    for (const slot of plan.steps.length === 0 ? [...plan.inputs, ...plan.outputs] : plan.outputs) release(slot)
    return results
  }

  /** The operands that are the run's own and die here, in every slot that holds them. */
  private spare(operands: readonly B[], dying: readonly Slot[], slots: readonly (B | undefined)[]): readonly B[] {
    const spare: B[] = []
    for (const buffer of operands) {
      const count = this.holds.get(buffer)
      if (count === undefined || spare.includes(buffer)) continue
      let ends = 0
      for (const slot of dying) if (slots[slot] === buffer) ends++
      if (ends === count) spare.push(buffer)
    }
    return spare
  }

  private *scan(step: ScanStep, at: (slot: Slot) => B, initial: readonly B[]): Walk<B, readonly B[]> {
    const { body, length } = step
    const types = [...body.inputs, ...body.outputs].map((s) => body.slots[s] ?? absent(s))
    const xTypes = types.slice(step.constants.length + initial.length, body.inputs.length)
    const yTypes = types.slice(body.inputs.length + initial.length, types.length - body.words)
    const stacked = yTypes.map((t) => this.own(this.device.allocate({ dtype: t.dtype, shape: [length, ...t.shape] })))
    let carry = initial
    let words = this.held(body.words)
    for (let round = 0; round < length; round++) {
      const index = step.reverse ? length - 1 - round : round
      const constants = step.constants.map((s) => this.hold(at(s)))
      const rows = step.xs.map((s, k) => this.own(this.device.row(at(s), xTypes[k] ?? absent(s), index)))
      const results = yield* this.walk(body, [...constants, ...carry, ...rows])
      carry = results.slice(0, initial.length)
      yTypes.forEach((type, k) => {
        const row = results[initial.length + k] ?? absent(k)
        this.device.store(stacked[k] ?? absent(k), type, index, row)
        this.drop(row)
      })
      words = this.worst(words, results.slice(results.length - body.words))
    }
    return [...carry, ...stacked, ...words]
  }

  private *loop(step: WhileStep, at: (slot: Slot) => B, initial: readonly B[]): Walk<B, readonly B[]> {
    let carry = initial
    let tested = this.held(step.test.words)
    let words = this.held(step.body.words)
    for (;;) {
      const [goesOn, ...testWords] = yield* this.walk(step.test, [
        ...step.testConstants.map((s) => this.hold(at(s))),
        ...carry.map((b) => this.hold(b)),
      ])
      if (goesOn === undefined) throw internal("the test of a while loop has no result")
      tested = this.worst(tested, testWords)
      const again = yield goesOn
      this.drop(goesOn)
      if (again === 0) return [...carry, ...tested, ...words]
      const results = yield* this.walk(step.body, [...step.bodyConstants.map((s) => this.hold(at(s))), ...carry])
      carry = results.slice(0, carry.length)
      words = this.worst(words, results.slice(carry.length))
    }
  }

  private *branch(step: CondStep, index: number, operands: readonly B[]): Walk<B, readonly B[]> {
    const chosen = step.branches[Math.min(Math.max(index, 0), step.branches.length - 1)]
    if (chosen === undefined) throw internal("a cond without branches")
    const results = yield* this.walk(chosen, operands)
    const first = chosen.outputs.length - chosen.words
    const words = step.branches.flatMap((b) => (b === chosen ? results.slice(first) : this.held(b.words)))
    return [...results.slice(0, first), ...words]
  }

  /** Words of claims that held. */
  private held(count: number): readonly B[] {
    return Array.from({ length: count }, () => this.own(this.device.constant(word, 0)))
  }
  private worst(before: readonly B[], now: readonly B[]): readonly B[] {
    return before.map((a, k) => {
      const b = now[k] ?? absent(k)
      const [larger] = this.device.loop(largerWord, [a, b], none)
      const kept = this.own(larger ?? absent(k))
      this.drop(a)
      this.drop(b)
      return kept
    })
  }
}

const word: ArrayType = { dtype: "i32", shape: [] }
/** The walker's own kernel, which stands in no plan. */
export const largerWord: LoopStep = (() => {
  const [a, b] = inputsOf([word, word])
  if (a === undefined || b === undefined) throw internal("a maximum takes two words")
  const loop = mapLoop([a, b], [], () => binary("max", load(a, []), load(b, [])))
  return { kind: "loop", name: "worst", loop, inputs: [0, 1], outputs: [2] }
})()

const absent = (slot: Slot): never => {
  throw internal(`slot ${slot} of a plan holds nothing`)
}
