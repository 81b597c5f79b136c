import type { Float } from "../dtype.ts"
import type { Axes, Axis, DropAxes, SetAxes } from "../shape/types/axes.ts"
import type { Subtract } from "../shape/types/digits.ts"
import type { Guard, Ok, Ranked, Result, Shape } from "../shape/types/dimension.ts"
import type { Tensor } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"
import type { Step } from "./control.ts"

/** cumsum, cumprod, cummax, cummin: running results along one axis, by default the last. */
export type Cumulative<Op extends string, D = Numeric> = <S, T extends D, const N extends number = -1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>>; readonly reverse?: boolean },
) => Tensor<S, T>
/** cumlogsumexp. */
export type CumulativeFloat<Op extends string> = Cumulative<Op, Float>

type At<S, X> = S[X & keyof S]
/** As many less one as there were differences taken; none at least. */
type Fewer<Size, K> = [Subtract<Size, K>] extends [never] ? 0 : Subtract<Size, K>
export type DiffShape<S, N, K> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : Axes<S, N, "diff"> extends Ok<unknown>
        ? Ok<SetAxes<S, Axis<S, N>, Fewer<At<S, Axis<S, N>>, K>>>
        : Axes<S, N, "diff">
/** `diff(x, { axis, n })`: one fewer along the axis, n times. */
export type Diff = <S, T extends Numeric, const N extends number = -1, const K extends number = 1>(
  x: Tensor<S, T>,
  options?: { readonly axis?: N & Guard<Axes<S, N, "diff">>; readonly n?: K },
) => Tensor<Result<DiffShape<S, N, K>>, T>

/** A tree of sequences without the axis along which they run. */
export type ElementOf<X, N> = N extends 0
  ? Step<X>
  : X extends Tensor<infer S, infer T>
    ? Tensor<Ranked<S> extends false ? Shape : number extends N ? Shape : DropAxes<S, Axis<S, N>>, T>
    : X extends null | undefined
      ? undefined
      : { readonly [K in keyof X]: ElementOf<X[K], N> }
/** `associativeScan((a, b) => …, xs, { axis, reverse })`, f on elements: leaves of xs without the axis, by default the first. */
export type AssociativeScan = <X, const N extends number = 0>(
  f: (a: ElementOf<X, N>, b: ElementOf<X, N>) => ElementOf<X, N>,
  xs: X,
  options?: { readonly axis?: N; readonly reverse?: boolean },
) => X
