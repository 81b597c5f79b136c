/** Steps taken apart and put together again, for stages that change some of a plan and leave the rest. */
import type { ArrayType } from "../../autodiff/program/loop/loop.ts"
import type { Plan, Slot, Step } from "./plan.ts"
import { finish, writtenBy } from "./plan-of.ts"

/** The step with its plans changed; the very step where none did. */
export function mapParts(step: Step, change: (plan: Plan) => Plan): Step {
  switch (step.kind) {
    case "scan": {
      const body = change(step.body)
      return body === step.body ? step : { ...step, body }
    }
    case "while": {
      const [test, body] = [change(step.test), change(step.body)]
      return test === step.test && body === step.body ? step : { ...step, test, body }
    }
    case "cond": {
      const branches = step.branches.map(change)
      return branches.every((b, k) => b === step.branches[k]) ? step : { ...step, branches }
    }
    default:
      return step
  }
}

/** The step reading other slots. */
export function withReads(step: Step, to: (slot: Slot) => Slot): Step {
  switch (step.kind) {
    case "loop":
      return { ...step, inputs: step.inputs.map(to) }
    case "view":
      return { ...step, input: to(step.input) }
    case "constant":
      return step
    case "scan":
      return { ...step, constants: step.constants.map(to), carry: step.carry.map(to), xs: step.xs.map(to) }
    case "while":
      return {
        ...step,
        testConstants: step.testConstants.map(to),
        bodyConstants: step.bodyConstants.map(to),
        carry: step.carry.map(to),
      }
    case "cond":
      return { ...step, index: to(step.index), operands: step.operands.map(to) }
  }
}

/** The step writing other slots. */
export const withWrites = (step: Step, to: (slot: Slot) => Slot): Step =>
  "output" in step ? { ...step, output: to(step.output) } : { ...step, outputs: step.outputs.map(to) }

/** The plan with its slots numbered as they are written: stages that add slots leave the order to this. */
export function renumbered(plan: Omit<Plan, "dying">): Plan {
  const slots: ArrayType[] = []
  const names = new Map<Slot, Slot>()
  const name = (slot: Slot): void => {
    const type = plan.slots[slot]
    if (!names.has(slot) && type !== undefined) names.set(slot, slots.push(type) - 1)
  }
  plan.inputs.forEach(name)
  for (const step of plan.steps) writtenBy(step).forEach(name)
  const to = (slot: Slot): Slot => names.get(slot) ?? slot
  return finish({
    ...plan,
    slots,
    inputs: plan.inputs.map(to),
    steps: plan.steps.map((step) => withWrites(withReads(step, to), to)),
    outputs: plan.outputs.map(to),
  })
}
