/** One step of a run, compiled, over state that it takes over. */
import { typed } from "../../autodiff/boundary.ts"
import type { Element } from "../../autodiff/dtype.ts"
import { isFinite, logicalAnd } from "../../autodiff/functions/logic.ts"
import { foldIn } from "../../autodiff/functions/random/index.ts"
import { valueAndGrad } from "../../autodiff/transforms/grad.ts"
import { jit } from "../../autodiff/transforms/jit.ts"
import { expectCarry } from "../../autodiff/transforms/sub-programs.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { Key, Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { applyUpdates } from "../apply-updates.ts"
import { chosen } from "../choose.ts"
import { globalNorm } from "../clipping/global-norm.ts"
import { type LossResult, lossResult, metricsOf, wrong } from "./given.ts"
import type { LossContext, StepParts } from "./options.ts"

/** What a run carries from step to step. */
export interface Carried {
  readonly params: unknown
  readonly optimiser: unknown
  readonly state: unknown
}
export interface StepNumbers {
  readonly loss: Scalar
  readonly gradientNorm: Scalar
  /** Whether both are finite; where not, the step changed nothing. */
  readonly finite: Scalar<"bool">
  readonly metrics: Readonly<Record<string, Scalar<Element>>>
}
export type Step = (carried: Carried, batch: unknown, key: Key, step: Scalar<"i32">) => readonly [Carried, StepNumbers]

/** An optimiser, a loss and metrics as they are at run time, whatever they are for. */
export interface StepFunctions {
  readonly loss: (params: unknown, batch: unknown, context: LossContext<unknown>) => unknown
  readonly optimiser: {
    readonly update: (grads: unknown, state: unknown, params: unknown) => readonly [updates: unknown, state: unknown]
  }
  readonly metrics: ((parts: StepParts<unknown, unknown>) => Readonly<Record<string, Scalar<Element>>>) | undefined
}
interface WithAux {
  readonly metrics: LossResult["metrics"]
  readonly state: unknown
}

/** Loss and gradient at a batch; what else the loss gives comes beside the value. */
export const lossAndGradient =
  ({ loss }: StepFunctions) =>
  (carried: Carried, batch: unknown, key: Key, step: Scalar<"i32">): readonly [readonly [Scalar, WithAux], unknown] => {
    const whole = (params: unknown): readonly [Scalar, WithAux] => {
      const result = loss(params, batch, { key: foldIn(key, step), step, state: carried.state })
      const { value, metrics, state } = lossResult(result, carried.state)
      return [value, { metrics, state }]
    }
    return typed<(params: unknown) => readonly [readonly [Scalar, WithAux], unknown]>(
      typed<(f: unknown, options: unknown) => unknown>(valueAndGrad)(whole, { hasAux: true }),
    )(carried.params)
  }

/** Old leaves where a step is not to count; selected in the kernels that compute the new ones. */
const keptUnless = (finite: Scalar<"bool">, next: unknown, before: unknown, name: string): unknown => {
  const [old, fresh] = [flatten(before, name), flatten(next, name)]
  expectCarry("fit", old, fresh)
  return fresh.build(fresh.leaves.map((leaf, k) => chosen(finite, typed<Tensor>(leaf), typed<Tensor>(old.leaves[k]))))
}

export function compiledStep(functions: StepFunctions): Step {
  const { optimiser, metrics } = functions
  const step: Step = (carried, batch, key, count) => {
    const [[loss, aux], gradients] = lossAndGradient(functions)(carried, batch, key, count)
    const [updates, next] = optimiser.update(gradients, carried.optimiser, carried.params)
    const params = applyUpdates(carried.params, updates)
    const gradientNorm = globalNorm(gradients)
    const finite = logicalAnd(isFinite(loss), isFinite(gradientNorm))
    const own = metricsOf("metrics", metrics?.({ params, optimiser: next, gradients, updates }) ?? {})
    const twice = Object.keys(own).find((name) => name in aux.metrics)
    if (twice !== undefined)
      throw wrong(`the loss and \`metrics\` both give a metric "${twice}"; give one of them another name`)
    return [
      {
        params: keptUnless(finite, params, carried.params, "params"),
        optimiser: keptUnless(finite, next, carried.optimiser, "optimiser"),
        state: keptUnless(finite, aux.state, carried.state, "state"),
      },
      { loss, gradientNorm, finite, metrics: { ...aux.metrics, ...own } },
    ]
  }
  return typed<Step>(typed<(f: unknown, options: unknown) => unknown>(jit)(step, { donate: [0] }))
}
