import type { ExplainedPlan, ExplainedStep } from "../../autodiff/signatures/inspection.ts"

/** The plans inside a step, in the order in which they are shown. */
export function plansIn(step: ExplainedStep): readonly ExplainedPlan[] {
  switch (step.kind) {
    case "scan":
      return [step.body]
    case "while":
      return [step.test, step.body]
    case "cond":
      return step.branches
    default:
      return []
  }
}
