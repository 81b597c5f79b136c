import { typed } from "../../autodiff/boundary.ts"
import { neg } from "../../autodiff/functions/arithmetic.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type Rate, rateAt } from "../rate.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"
import { decayed, type Mask } from "../updates/decay.ts"

export interface CountingState extends StateOf {
  readonly state: Counted
}
export interface DescentOptions {
  readonly learningRate: Rate
  /** Decoupled: rate times this times the parameters is taken off them. */
  readonly weightDecay?: Hyperparameter
  /** Which leaves decay; all. */
  readonly mask?: Mask
}

/**
 * Minus the learning rate times a direction. It is `chain(direction, addDecayedWeights(…), scaleByLearningRate(…))` whose
 * state is the direction's own: a direction counts its steps, and one count is enough.
 */
export const descend = <F extends CountingState>(
  direction: Transformation<F>,
  { learningRate, weightDecay, mask }: DescentOptions,
): Transformation<F> =>
  transformation<F>({
    init: (params) => direction.init(typed(params)),
    update: (grads, state, params) => {
      const rate = rateAt(learningRate, typed<Counted>(state).count)
      const [directions, next] = direction.update(grads, state, params)
      const whole = weightDecay === undefined ? directions : decayed(directions, params, weightDecay, mask)
      return [tree.map((d) => neg(times(d, rate)), whole), next]
    },
  })
