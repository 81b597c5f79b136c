import { typed } from "../../autodiff/boundary.ts"
import { neg } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { expectNotNegative, expectRate } from "../checks.ts"
import type { Mask } from "../mask.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type Rate, rateAt } from "../rate.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"
import { decayed } from "../updates/decay.ts"

export interface CountingState extends StateOf {
  readonly state: Counted
}
export interface DecayOptions {
  /** Decoupled: rate times this times the parameters is taken off them. */
  readonly weightDecay?: Hyperparameter
  /** Which leaves decay; all. */
  readonly mask?: Mask
}
export interface DescentOptions extends DecayOptions {
  readonly learningRate: Rate
}
/** As options, without the names of what was not asked for. */
export const maskOf = (mask: Mask | undefined): Pick<DecayOptions, "mask"> => (mask === undefined ? {} : { mask })
export const decaying = (learningRate: Rate, weightDecay?: Hyperparameter, mask?: Mask): DescentOptions => ({
  learningRate,
  ...(weightDecay === undefined ? {} : { weightDecay }),
  ...maskOf(mask),
})

/**
 * Minus the learning rate times a direction. It is `chain(direction, addDecayedWeights(…), scaleByLearningRate(…))` whose
 * state is the direction's own: a direction counts its steps, and one count is enough.
 */
export const descend = <F extends CountingState>(
  op: string,
  direction: Transformation<F>,
  { learningRate, weightDecay, mask }: DescentOptions,
): Transformation<F> => {
  expectRate(op, learningRate)
  if (weightDecay !== undefined) expectNotNegative(op, "weightDecay", weightDecay)
  return transformation<F>({
    init: (params) => direction.init(typed(params)),
    update: (grads, state, params) => {
      const rate = rateAt(learningRate, typed<Counted>(state).count)
      const [directions, next] = direction.update(grads, state, params)
      const whole = weightDecay === undefined ? directions : decayed(directions, params, weightDecay, mask)
      return [tree.map((d) => neg(times(d, rate)), whole), next]
    },
  })
}
