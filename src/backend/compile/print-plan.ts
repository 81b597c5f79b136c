/** A Plan as text: what every stage of the compiler takes and gives. */
import type { ArrayType } from "../../autodiff/program/loop/loop.ts"
import { showLoop } from "../../autodiff/program/show-program.ts"
import { type Plan, type Slot, type Step, subPlans } from "./plan.ts"
import { writtenBy } from "./plan-of.ts"

/** One line a step, its Loop or its plans indented below it. Slots are numbered in the order in which they are written. */
export function printPlan(plan: Plan, indent = ""): string {
  const names = new Map<Slot, string>()
  const name = (slot: Slot): string => {
    const known = names.get(slot) ?? `s${names.size}`
    names.set(slot, known)
    return known
  }
  const all = (slots: readonly Slot[]): string => slots.map(name).join(" ")
  const declared = (slot: Slot): string => `${name(slot)}: ${showArray(plan.slots[slot])}`
  const last = plan.outputs.length - plan.words
  const lines = [`plan(${plan.inputs.map(declared).join(", ")})`]
  for (const step of plan.steps) {
    const reads = told(step, all)
    lines.push(`  ${writtenBy(step).map(declared).join(", ")} = ${reads}`)
    if (step.kind === "loop")
      lines.push(
        ...showLoop(step.loop)
          .split("\n")
          .map((line) => `      ${line}`),
      )
    lines.push(...subPlans(step).map((part) => printPlan(part, "    ")))
  }
  const words = plan.words > 0 ? `; words ${all(plan.outputs.slice(last))}` : ""
  lines.push(`  return ${all(plan.outputs.slice(0, last))}${words}`)
  return lines
    .flatMap((line) => line.split("\n"))
    .map((line) => `${indent}${line.trimEnd()}`)
    .join("\n")
}

function told(step: Step, all: (slots: readonly Slot[]) => string): string {
  switch (step.kind) {
    case "loop":
      return `${step.name} ${all(step.inputs)}`
    case "view":
      return `view ${all([step.input])}`
    case "constant":
      return `${Object.is(step.value, -0) ? "-0" : step.value}`
    case "scan": {
      const way = step.reverse ? "from the end " : ""
      return `scan ${step.length} ${way}constants (${all(step.constants)}) carry (${all(step.carry)}) xs (${all(step.xs)})`
    }
    case "while":
      return `while constants (${all(step.testConstants)}) and (${all(step.bodyConstants)}) carry (${all(step.carry)})`
    case "cond":
      return `cond ${all([step.index])} of (${all(step.operands)})`
  }
}
const showArray = (type: ArrayType | undefined): string =>
  type === undefined ? "?" : `${type.dtype}[${type.shape.join(", ")}]`
