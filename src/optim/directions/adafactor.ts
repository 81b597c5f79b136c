import { typed } from "../../autodiff/boundary.ts"
import { add, cast, div, mul, neg, pow, square, sub } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zeros } from "../../autodiff/functions/creation.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { mean } from "../../autodiff/functions/reductions/mean.ts"
import { expandDims } from "../../autodiff/functions/shaping.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectNotNegative, expectSteps } from "../checks.ts"
import { atLeast, blend, type Hyperparameter, plus, root, times } from "../numbers.ts"
import { type Counted, type StateOf, type Transformation, transformation } from "../transformation.ts"

/** A leaf of parameters, f32 or f64: how it is computed with does not depend on it. */
type Leaf = Tensor<readonly number[], "f32">

/** The mean squares of one tensor: over its rows and its columns, or all of them where it is small or has no two axes. */
export type Factors =
  | { readonly rows: Tensor<readonly number[]>; readonly columns: Tensor<readonly number[]> }
  | { readonly variance: Tensor<readonly number[]> }
export interface Factored extends Counted {
  /** One for each leaf of the parameters, in their order. */
  readonly factors: readonly Factors[]
}
export interface AdafactorState extends StateOf {
  readonly state: Factored
}
export interface AdafactorOptions {
  /** The mean squares keep 1 - t^-exponent at step t; 0.8. */
  readonly exponent?: Hyperparameter
  /** Added to the squares; 1e-30. */
  readonly epsilon?: Hyperparameter
  /** Updates whose root mean square exceeds this are scaled down to it; 1. */
  readonly clip?: Hyperparameter
  /** Tensors are factored over their last two axes where both have at least this size; 128. */
  readonly minSize?: number
  /** Multiplies updates by the root mean square of their parameters, which counts as at least `minScale`; true. */
  readonly scaleByParameters?: boolean
  /** 1e-3. */
  readonly minScale?: Hyperparameter
}

const rootMeanSquare = (x: Leaf): Leaf => root(mean(square(x)))
const inserted = (x: Leaf, axis: number): Leaf => typed(expandDims(x, { axis }))
const averaged = (x: Leaf, axis: number, keepDims = false): Leaf => typed(mean(x, { axis, keepDims }))

/**
 * Each element divided by the root of its mean square, of which a matrix keeps only the means over rows and columns
 * (Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235, algorithms 4 and 5): n + m numbers for n m parameters. Updates are
 * clipped by their root mean square and follow the size of the parameters, as printed; there is no momentum, put
 * `scaleByMomentum` behind. The last two axes are factored (Optax takes the two largest).
 *
 * @example
 * ```ts
 * import { zeros } from "cotangent"
 * import { scaleByAdafactor } from "cotangent/optim"
 * const { factors } = scaleByAdafactor().init({ weight: zeros([256, 512]), bias: zeros([512]) })
 * console.log(factors.map((f) => Object.values(f).map((x) => x.shape)))
 * ```
 */
export const scaleByAdafactor = (options: AdafactorOptions = {}): Transformation<AdafactorState> => {
  const names = ["exponent", "epsilon", "clip", "minSize", "scaleByParameters", "minScale"]
  checkOptions("scaleByAdafactor", options, names)
  const {
    exponent = 0.8,
    epsilon = 1e-30,
    clip = 1,
    minSize = 128,
    scaleByParameters = true,
    minScale = 1e-3,
  } = options
  expectNotNegative("scaleByAdafactor", "exponent", exponent)
  expectNotNegative("scaleByAdafactor", "epsilon", epsilon)
  expectNotNegative("scaleByAdafactor", "clip", clip)
  expectNotNegative("scaleByAdafactor", "minScale", minScale)
  expectSteps("scaleByAdafactor", "minSize", minSize)
  const inverse = typeof clip === "number" ? 1 / clip : div(1, clip)
  const first = ({ shape, dtype }: Leaf): Factors => {
    const [n = 0, m = 0] = shape.slice(-2)
    return shape.length >= 2 && Math.min(n, m) >= minSize
      ? {
          rows: zeros(shape.slice(0, -1), { dtype }),
          columns: zeros([...shape.slice(0, -2), m], { dtype }),
        }
      : { variance: zeros(shape, { dtype }) }
  }
  /** The next mean squares, and the gradient divided by their roots. */
  const step = (before: Factors, g: Leaf, decay: Scalar): readonly [Factors, Leaf] => {
    const squares = plus(square(g), epsilon)
    if ("variance" in before) {
      const variance = blend(typed<Leaf>(before.variance), squares, decay)
      return [{ variance }, div(g, sqrt(variance))]
    }
    const rows = blend(typed<Leaf>(before.rows), averaged(squares, -1), decay)
    const columns = blend(typed<Leaf>(before.columns), averaged(squares, -2), decay)
    // Divided one after the other: their product would leave the range of f32 where the squares are small.
    const shares = div(rows, averaged(rows, -1, true))
    return [{ rows, columns }, div(div(g, inserted(sqrt(shares), -1)), inserted(sqrt(columns), -2))]
  }
  return transformation<AdafactorState>({
    init: (params) => ({
      factors: tree.leaves(params).map((leaf) => first(typed(leaf))),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, state, params) => {
      const count = add(state.count, 1)
      const decay: Scalar = sub(1, pow(cast(count, "f32"), neg(typed<Scalar>(times(tensor(1), exponent)))))
      const leaves = tree.leaves(params)
      const steps = tree.leaves(grads).map((leaf, k) => {
        const g = typed<Leaf>(leaf)
        const [factors, direction] = step(state.factors[k] ?? first(g), g, decay)
        const clipped = div(direction, atLeast(times(rootMeanSquare(direction), inverse), 1))
        const scale = atLeast(rootMeanSquare(typed(leaves[k] ?? leaf)), minScale)
        return [factors, scaleByParameters ? mul(clipped, scale) : clipped] as const
      })
      return [
        tree.unflatten(
          grads,
          steps.map(([, direction]) => direction),
        ),
        { factors: steps.map(([factors]) => factors), count },
      ]
    },
  })
}
