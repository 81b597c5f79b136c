import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { cast, div, maximum, mul, square } from "../../autodiff/functions/arithmetic.ts"
import { lessEqual, where } from "../../autodiff/functions/logic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { F32, Tensor } from "../../autodiff/types/tensor.ts"
import { expectNotNegative } from "../checks.ts"
import { type Hyperparameter, times } from "../numbers.ts"
import { type NoState, type Transformation, transformation } from "../transformation.ts"

/** The axes that one unit goes along: what feeds one output. */
const axesOf = (rank: number): readonly number[] =>
  rank <= 1
    ? Array.from({ length: rank }, (_, k) => k)
    : rank === 2
      ? [0]
      : Array.from({ length: rank - 1 }, (_, k) => k + 1)

/** The norm of each unit, with axes of size 1 where it was taken. */
const unitNorms = <S extends Shape, T extends Float>(x: Tensor<S, T>): Tensor<Shape, T> =>
  sqrt(sum<Shape, T, readonly number[], true>(square(x), { axis: axesOf(x.shape.length), keepDims: true }))

/**
 * Adaptive gradient clipping (Brock et al. 2021, https://arxiv.org/abs/2102.06171, equation 3): the gradient of each unit
 * is shortened to `ratio` times the norm of that unit's parameters, which counts as `epsilon` at least, so that zeros can
 * grow. A unit is what feeds one output: a column of a matrix [in, out], a kernel [in, …] of a convolution [out, in, …];
 * a vector or a scalar is one unit as a whole. The authors leave the last linear layer out: `masked`. A NaN makes its unit
 * NaN; an infinite element becomes NaN itself, and the finite ones of its unit 0.
 *
 * @param options `epsilon`: 1e-3.
 * @throws CotangentError for a ratio or an epsilon below 0.
 * @example
 * ```ts
 * import { ones } from "cotangent"
 * import { adaptiveClip } from "cotangent/optim"
 * const params = { weight: ones([4, 2]) }
 * const [updates] = adaptiveClip(0.01).update({ weight: ones([4, 2]) }, {}, params)
 * console.log(await updates.weight.array())
 * ```
 */
export const adaptiveClip = (
  ratio: Hyperparameter,
  options: { readonly epsilon?: Hyperparameter } = {},
): Transformation<NoState> => {
  checkOptions("adaptiveClip", options, ["epsilon"])
  const { epsilon = 1e-3 } = options
  expectNotNegative("adaptiveClip", "ratio", ratio)
  expectNotNegative("adaptiveClip", "epsilon", epsilon)
  const clipped = <S extends Shape, T extends Float>(g: Tensor<S, T>, p: Tensor<S, T>): Tensor<S, T> => {
    const [length, size] = [unitNorms(g), unitNorms(p)]
    const floor = typeof epsilon === "number" ? epsilon : cast(epsilon, p.dtype)
    const longest = times(typed<Tensor<Shape, T>>(maximum(size, floor)), ratio)
    // The norms are of size 1 along the axes they were taken over, so the result has the shape of the gradient.
    return typed(mul(typed<F32>(g), typed<F32>(where(lessEqual(length, longest), 1, div(longest, length)))))
  }
  return transformation<NoState>({
    init: () => ({}),
    update: (grads, state, params) => [tree.map((g, p) => clipped(g, p), grads, params), state],
  })
}
