/**
 * What every round of a loop would compute anew from the same operands is computed once, before the loop: derivatives of
 * weights, masks of a fixed key, products of constants. Only loops that will run more than once give up anything: a scan
 * of no rounds must cost nothing. A `while` does not tell, and is taken to run.
 */
import { sizeOf } from "../../autodiff/program/loop/loop.ts"
import { workOf } from "./cost.ts"
import { mapParts, renumbered, withReads, withWrites } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step } from "./plan.ts"
import { finish, readBy, writtenBy } from "./plan-of.ts"

/** The plan with the invariants of its loops, and of loops in loops, moved out as far as they go. */
export function hoistInvariants(plan: Plan): Plan {
  const slots = [...plan.slots]
  const steps = plan.steps.flatMap((old): readonly Step[] => {
    const step = mapParts(old, hoistInvariants)
    if (step.kind === "scan") {
      if (step.length < 2) return [step]
      const { before, body, made } = divide(step.body, step.constants, slots)
      return [...before, { ...step, body, constants: [...step.constants, ...made] }]
    }
    if (step.kind === "while") {
      const test = divide(step.test, step.testConstants, slots)
      const body = divide(step.body, step.bodyConstants, slots)
      const whole = {
        ...step,
        test: test.body,
        body: body.body,
        testConstants: [...step.testConstants, ...test.made],
        bodyConstants: [...step.bodyConstants, ...body.made],
      }
      return [...test.before, ...body.before, whole]
    }
    return [step]
  })
  const isSame = steps.length === plan.steps.length && steps.every((s, n) => s === plan.steps[n])
  return isSame ? plan : renumbered({ ...plan, slots, steps })
}

interface Divided {
  /** Steps over the slots of the plan around. */
  readonly before: readonly Step[]
  /** What is left, with an input for each of `made` behind its constants. */
  readonly body: Plan
  readonly made: readonly Slot[]
}
function divide(body: Plan, constants: readonly Slot[], slots: Plan["slots"][number][]): Divided {
  const fixed = new Set(body.inputs.slice(0, constants.length))
  const invariant = new Set<Step>()
  const leaving = new Set<Step>()
  for (const step of body.steps) {
    if (!isPlain(step) || !readBy(step).every((s) => fixed.has(s))) continue
    invariant.add(step)
    for (const s of writtenBy(step)) fixed.add(s)
    if (step.kind === "loop" && isWorth(step)) leaving.add(step)
  }
  if (leaving.size === 0) return { before: [], body, made: [] }

  const outside = new Map<Slot, Slot>(constants.map((s, k) => [body.inputs[k] ?? -1, s]))
  const of = (slot: Slot): Slot => outside.get(slot) ?? slot
  const before: Step[] = []
  for (const step of invariant) {
    for (const s of writtenBy(step)) outside.set(s, slots.push(body.slots[s] ?? { dtype: "f32", shape: [] }) - 1)
    before.push(withWrites(withReads(step, of), of))
  }
  // Moves and views go along where something needs them, and stay as well where the body reads them: they are free there.
  const steps = body.steps.filter((step) => !leaving.has(step))
  const read = new Set([...steps.flatMap(readBy), ...body.outputs])
  const hoisted = [...leaving].flatMap(writtenBy).filter((s) => read.has(s))
  const inputs = [...body.inputs.slice(0, constants.length), ...hoisted, ...body.inputs.slice(constants.length)]
  return { before, body: finish({ ...body, inputs, steps }), made: hoisted.map(of) }
}

/** A routine is a function of the host, which may do more than give its results. */
const isPlain = (step: Step): boolean =>
  step.kind === "view" || step.kind === "constant" || (step.kind === "loop" && step.loop.form !== "routine")

/** More work than reading the result back, and not the like of a small operand stretched to something large. */
function isWorth({ loop }: LoopStep): boolean {
  if (loop.form !== "map") return loop.form !== "view"
  const work = workOf(loop)
  if (work >= 20) return true
  const read = loop.inputs.reduce((sum, x) => sum + sizeOf(x.shape), 0)
  return work > 0 && sizeOf(loop.shape) <= Math.max(read, 1)
}
