/** Momentum that takes in the less of a gradient the more it would turn. */
import { typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { add, cast, mul } from "../../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"
import { expectDecay, expectNotNegative } from "../checks.ts"
import { blend, type Hyperparameter, plus, times } from "../numbers.ts"
import type { Counted } from "../transformation.ts"
import { cosines, type Granularity, granularities, type Leaf, widest } from "./tam-cosine.ts"

type DTypes<P> =
  P extends Tensor<infer _, infer T>
    ? T
    : P extends object
      ? { [K in keyof P]: DTypes<P[K]> }[P extends readonly unknown[] ? keyof P & number : keyof P]
      : never
type Scalars<P> =
  P extends Tensor<infer _, infer T> ? Scalar<T> : P extends object ? { readonly [K in keyof P]: Scalars<P[K]> } : P
/** A scalar of the model, a scalar for each tensor, or a tree like the parameters. */
export type Smoothed<G, P> = G extends "model" ? Scalar<DTypes<P>> : G extends "tensor" ? Scalars<P> : P

export interface Torque<G, P> extends Counted {
  /** The momentum m. */
  readonly velocity: P
  /** The running mean of the cosines; the damping is (1 + it) / 2. */
  readonly smoothed: Smoothed<G, P>
  /** The cosine of the last step as it was; the mean where there are several. */
  readonly cosine: Scalar
}
export interface TorqueOptions {
  /** How much of the cosines' running mean stays at a step, the paper's gamma; 0.9. */
  readonly smoothing?: Hyperparameter
  /** Added to the damping, so that a gradient against the momentum is not lost whole; 1e-8. */
  readonly epsilon?: Hyperparameter
}

/** The granularity that was asked for, and the whole model's where none was: that is what G is then. */
export function checkedGranularity<G extends Granularity>(
  op: string,
  { smoothing = 0.9, epsilon = 1e-8, granularity = "model" }: TorqueOptions & { readonly granularity?: Granularity },
): G {
  expectDecay(op, "smoothing", smoothing)
  expectNotNegative(op, "epsilon", epsilon)
  if (!granularities.includes(granularity))
    throw new CotangentError(
      "granularity",
      `${op}: granularity is one of ${granularities.join(", ")}; got ${JSON.stringify(granularity)}`,
      { granularity },
    )
  return typed(granularity)
}

const leavesOf = (of: unknown): readonly Leaf[] => typed(tree.leaves(of))

export const atRest = <G extends Granularity, P>(granularity: G, params: P): Torque<G, P> => {
  const leaves = leavesOf(params)
  const zeros = leaves.map((x) => zerosLike(x))
  const scalar = (of: readonly Leaf[]): Leaf => tensor(0, { dtype: widest(of) })
  const smoothed = {
    model: () => scalar(leaves),
    tensor: () =>
      tree.unflatten<unknown>(
        params,
        leaves.map((x) => scalar([x])),
      ),
    element: () =>
      tree.unflatten<unknown>(
        params,
        zeros.map((x) => zerosLike(x)),
      ),
  }
  return {
    velocity: tree.unflatten(params, zeros),
    smoothed: typed(smoothed[granularity]()),
    cosine: tensor(0),
    count: tensor(0, { dtype: "i32" }),
  }
}

/** The next momentum: momentum m + (epsilon + damping) gradient. */
export const turned = <G extends Granularity, P>(
  granularity: G,
  state: Torque<G, P>,
  grads: P,
  momentum: Hyperparameter,
  { smoothing = 0.9, epsilon = 1e-8 }: TorqueOptions,
): Torque<G, P> => {
  const [momenta, gradients] = [leavesOf(state.velocity), leavesOf(grads)]
  const found = cosines(granularity, momenta, gradients)
  const smoothed = leavesOf(state.smoothed).map((before, k) => blend(before, found.each[k] ?? before, smoothing))
  const kept = smoothed.map((s) => plus(mul(add(s, 1), 0.5), epsilon))
  const velocity = momenta.map((m, k) => {
    const [g = m, share = m] = [gradients[k], kept[granularity === "model" ? 0 : k]]
    return add(times(m, momentum), mul(g, cast(share, g.dtype)))
  })
  return {
    velocity: tree.unflatten(state.velocity, velocity),
    smoothed: tree.unflatten(state.smoothed, smoothed),
    cosine: found.mean,
    count: add(state.count, 1),
  }
}
