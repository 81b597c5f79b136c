import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { add, cast, neg, pow } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { foldIn, split } from "../../autodiff/functions/random/keys.ts"
import { normal } from "../../autodiff/functions/random/normal.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Key, Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface Noise extends Counted {
  /** The key of the next step. */
  readonly key: Key
}
export interface NoiseState extends StateOf {
  readonly state: Noise
}
export interface NoiseOptions {
  /** The variance at the first step. */
  readonly eta: Hyperparameter
  /** How fast it falls: the variance of step t, counted from 0, is eta / (1 + t)^gamma. 0.55. */
  readonly gamma?: Hyperparameter
  readonly key: Key
}

/**
 * Adds normal noise to the updates, whose variance falls from step to step (Neelakantan et al. 2015,
 * https://arxiv.org/abs/1511.06807, equation 1). Every leaf and every step has a key of its own; the same key gives the
 * same noise.
 *
 * @throws CotangentError for eta or gamma below 0.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * import { addNoise, chain, sgd } from "cotangent/optim"
 * const optimiser = chain(addNoise({ eta: 0.01, key: random.key(0) }), sgd({ learningRate: 0.1 }))
 * ```
 */
export const addNoise = (options: NoiseOptions): Transformation<NoiseState> => {
  checkOptions("addNoise", options, ["eta", "gamma", "key"])
  requireOptions("addNoise", options, ["eta", "key"])
  const { eta, gamma = 0.55, key } = options
  expectNotNegative("addNoise", "eta", eta)
  expectNotNegative("addNoise", "gamma", gamma)
  const deviation = <T extends Float>(count: Scalar<"i32">, dtype: T): Scalar<T> => {
    const falling = pow(add(cast(count, dtype), 1), typeof gamma === "number" ? -gamma : cast(neg(gamma), dtype))
    return sqrt(times(falling, eta))
  }
  return transformation<NoiseState>({
    // A key of its own: who donates the state would give the one in the options away.
    init: () => ({ key: split(key, 1)[0], count: tensor(0, { dtype: "i32" }) }),
    update: (grads, state) => {
      const [next, own] = split(state.key)
      let place = 0
      const noisy = tree.map(<S extends Shape, T extends Float>(g: Tensor<S, T>): Tensor<S, T> => {
        const noise = typed<Tensor<S, T>>(normal(foldIn(own, place++), g.shape, { dtype: g.dtype }))
        return add(g, times(noise, typed<Scalar>(deviation(state.count, g.dtype))))
      }, grads)
      return [noisy, { key: next, count: add(state.count, 1) }]
    },
  })
}
