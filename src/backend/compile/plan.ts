/**
 * Plan: a Program as steps over numbered slots, with every view resolved and every slot's last use known. Sub-programs
 * become sub-plans. `planOf` (plan-of.ts) makes one, `runPlan` (run.ts) walks one over an engine's Device.
 */
import type { ArrayType, Loop } from "../../autodiff/program/loop/loop.ts"

export type Slot = number

export interface LoopStep {
  readonly kind: "loop"
  readonly name: string
  readonly loop: Loop
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
}
/** The same bytes under another shape. */
export interface ViewStep {
  readonly kind: "view"
  readonly input: Slot
  readonly output: Slot
}
/** A scalar known when the plan was made. */
export interface ConstantStep {
  readonly kind: "constant"
  readonly value: number
  readonly output: Slot
}
/** `body(constants, carry, row of each xs) -> (carry, row of each ys)`, over the leading axis. */
export interface ScanStep {
  readonly kind: "scan"
  readonly body: Plan
  readonly constants: readonly Slot[]
  readonly carry: readonly Slot[]
  readonly xs: readonly Slot[]
  readonly length: number
  readonly reverse: boolean
  /** Final carry, then stacked ys, then one word per claim of the body (the largest over all rounds). */
  readonly outputs: readonly Slot[]
}
export interface WhileStep {
  readonly kind: "while"
  readonly test: Plan
  readonly body: Plan
  readonly testConstants: readonly Slot[]
  readonly bodyConstants: readonly Slot[]
  readonly carry: readonly Slot[]
  /** Final carry, then one word per claim of the test and of the body (the largest over all rounds). */
  readonly outputs: readonly Slot[]
}
export interface CondStep {
  readonly kind: "cond"
  /** An i32 scalar, clamped into the range of `branches`. */
  readonly index: Slot
  readonly branches: readonly Plan[]
  readonly operands: readonly Slot[]
  /** The branch's results, then the words of all branches' claims in order (0 for the branches not taken). */
  readonly outputs: readonly Slot[]
}
export type Step = LoopStep | ViewStep | ConstantStep | ScanStep | WhileStep | CondStep

export interface Plan {
  /** The type of each slot. */
  readonly slots: readonly ArrayType[]
  readonly inputs: readonly Slot[]
  readonly steps: readonly Step[]
  /** For each step, the slots that nobody reads after it. */
  readonly dying: readonly (readonly Slot[])[]
  /** The program's outputs, then one word for each of `claimsOf(program)`. */
  readonly outputs: readonly Slot[]
  /** How many of the outputs are words. */
  readonly words: number
}

/** The plans inside a step, in the order in which their words are reported. */
export const subPlans = (step: Step): readonly Plan[] =>
  step.kind === "scan"
    ? [step.body]
    : step.kind === "while"
      ? [step.test, step.body]
      : step.kind === "cond"
        ? step.branches
        : []
