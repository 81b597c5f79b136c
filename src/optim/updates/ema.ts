import { add, div } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { expectDecay } from "../checks.ts"
import { biasCorrection } from "../directions/adam.ts"
import { blend, type Hyperparameter } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface RunningMean<P> extends Counted {
  readonly mean: P
}
export interface EmaState extends StateOf {
  readonly state: RunningMean<this["params"]>
}

/**
 * The exponential moving average of the updates: mean = decay mean + (1 - decay) update. It starts at 0; with `debias` it
 * is divided by 1 - decay^t, so that equal updates have themselves as their mean (Kingma and Ba 2015, section 3). For the
 * average of parameters, see `averageParams`.
 *
 * @param options `debias`: true.
 * @throws CotangentError for a decay that is not from 0 to below 1.
 * @example
 * ```ts
 * import { chain, ema, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(ema(0.9), scaleByLearningRate(0.1))
 * ```
 */
export const ema = (decay: Hyperparameter, options: { readonly debias?: boolean } = {}): Transformation<EmaState> => {
  checkOptions("ema", options, ["debias"])
  expectDecay("ema", "decay", decay)
  const { debias = true } = options
  return transformation<EmaState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const count = add(state.count, 1)
      const mean = tree.map((m, g) => blend(m, g, decay), state.mean, grads)
      return [debias ? tree.map((m) => div(m, biasCorrection(decay, count, m.dtype)), mean) : mean, { mean, count }]
    },
  })
}
