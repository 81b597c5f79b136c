import { add, neg } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { expectRate } from "../checks.ts"
import { times } from "../numbers.ts"
import { type Rate, rateAt } from "../rate.ts"
import { type CountState, type Transformation, transformation } from "../transformation.ts"

/**
 * The last part of a chain: minus the learning rate times what came so far. A schedule is asked with the number of steps
 * taken before.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { chain, scaleByAdam, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(scaleByAdam(), scaleByLearningRate(1e-3))
 * const params = { w: tensor([1, 2]) }
 * console.log(optimiser.init(params)[1].count)
 * ```
 */
export const scaleByLearningRate = (learningRate: Rate): Transformation<CountState> => {
  expectRate("scaleByLearningRate", learningRate)
  return transformation<CountState>({
    init: () => ({ count: tensor(0, { dtype: "i32" }) }),
    update: (grads, { count }) => {
      const rate = rateAt(learningRate, count)
      return [tree.map((g) => neg(times(g, rate)), grads), { count: add(count, 1) }]
    },
  })
}
