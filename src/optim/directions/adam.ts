import type { Float } from "../../autodiff/dtype.ts"
import { add, cast, div, mul, neg, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { log, tanh } from "../../autodiff/functions/real.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectDecay, expectNotNegative } from "../checks.ts"
import { blend, type Hyperparameter, plus, root, times } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

export interface Moments<P> extends Counted {
  /** The running mean of the gradients. */
  readonly mean: P
  /** The running mean of their squares. */
  readonly variance: P
}
export interface AdamState extends StateOf {
  readonly state: Moments<this["params"]>
}
export interface AdamDecays {
  /** How much of the mean stays at a step; 0.9. */
  readonly beta1?: Hyperparameter
  /** How much of the mean square stays; 0.999. */
  readonly beta2?: Hyperparameter
  /** Added to the root; 1e-8. */
  readonly epsilon?: Hyperparameter
}

/** What cannot be a decay or an epsilon is refused at the call. */
export function expectAdamDecays(op: string, { beta1, beta2, epsilon }: Required<AdamDecays>): void {
  expectDecay(op, "beta1", beta1)
  expectDecay(op, "beta2", beta2)
  expectNotNegative(op, "epsilon", epsilon)
}

/**
 * 1 - beta^t in any precision. Written as it reads it loses four digits of f32 at the first step (1 - 0.999); with
 * h = tanh(-t ln(beta) / 2) it is 2h / (1 + h), which cancels nothing.
 */
export function biasCorrection<T extends Float>(beta: Hyperparameter, step: Scalar<"i32">, dtype: T): Scalar<T> {
  const t = cast(step, dtype)
  const h = tanh(typeof beta === "number" ? mul(t, -Math.log(beta) / 2) : times(t, mul(neg(log(beta)), 0.5)))
  return div(mul(h, 2), add(h, 1))
}

/** x / (1 - beta^t), by one division for all elements: two more for each would take longer than memory does. */
export const unbiased = <S extends Shape, T extends Float>(
  x: Tensor<S, T>,
  beta: Hyperparameter,
  step: Scalar<"i32">,
): Tensor<S, T> => mul(x, div(1, biasCorrection(beta, step, x.dtype)))

/**
 * The direction of Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1): the mean of the gradients,
 * each element divided by the root of its mean square, both without the bias of their start at 0. As printed, and as in
 * Optax and PyTorch, epsilon is added after the root.
 *
 * @example
 * ```ts
 * import { chain, scaleByAdam, scaleByLearningRate } from "cotangent/optim"
 * const optimiser = chain(scaleByAdam({ beta1: 0.95 }), scaleByLearningRate(1e-3))
 * ```
 */
export const scaleByAdam = (options: AdamDecays = {}): Transformation<AdamState> => {
  checkOptions("scaleByAdam", options, ["beta1", "beta2", "epsilon"])
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  expectAdamDecays("scaleByAdam", { beta1, beta2, epsilon })
  return transformation<AdamState>({
    init: (params) => ({
      mean: tree.map((leaf) => zerosLike(leaf), params),
      variance: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state) => {
      const count = add(state.count, 1)
      const mean = tree.map((m, g) => blend(m, g, beta1), state.mean, grads)
      const variance = tree.map((v, g) => blend(v, square(g), beta2), state.variance, grads)
      const directions = tree.map(
        (m, v) => {
          const spread = root(unbiased(v, beta2, count))
          return div(unbiased(m, beta1, count), plus(spread, epsilon))
        },
        mean,
        variance,
      )
      return [directions, { mean, variance, count }]
    },
  })
}
