import type { Float } from "../dtype.ts"
import type { Axes, Axis, DropAxes } from "../shape/types/axes.ts"
import type { Guard, Mismatch, Ok, Ranked, Result, Shape, Show } from "../shape/types/dimension.ts"
import type { Alike } from "../shape/types/join.ts"
import type { Tensor } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"

/** `crossEntropy(logits, labels, { axis })`: one value per example; labels are class numbers (i32, u32) or distributions. */
export type CrossEntropyShape<S, U, N = -1> =
  Ranked<S> extends false
    ? Ok<Shape>
    : S extends readonly []
      ? Mismatch<"crossEntropy: logits need a class axis, got []">
      : number extends N
        ? Ok<Shape>
        : [Axis<S, N>] extends [never]
          ? Ok<Shape>
          : PerExample<S, U, DropAxes<S, Axis<S, N>>>
type PerExample<S, U, Batch> = U extends Batch | S
  ? Ok<Batch>
  : Ranked<U> extends false
    ? Ok<Batch>
    : Alike<Batch, U> extends true
      ? Ok<Batch>
      : Alike<S, U> extends true
        ? Ok<Batch>
        : Mismatch<`crossEntropy: labels ${Show<U>} fit neither ${Show<Batch>} (class numbers) nor ${Show<S>} (distributions)`>
export type CrossEntropy = <S, T extends Float, U, const N extends number = -1>(
  logits: Tensor<S, T>,
  labels: Tensor<U> & Guard<CrossEntropyShape<S, U, N>>,
  options?: { readonly axis?: N & Guard<Axes<S, N, "crossEntropy">>; readonly labelSmoothing?: number },
) => Tensor<Result<CrossEntropyShape<S, U, N>>, T>

/** Two of one shape: a loss that broadcast [n, 1] against [n] would be the loss of all pairs. */
export type SameShape<S, U, Op extends string> = U extends S
  ? Ok<S>
  : Ranked<S> extends false
    ? Ok<S>
    : Ranked<U> extends false
      ? Ok<S>
      : Alike<S, U> extends true
        ? Ok<S>
        : Mismatch<`${Op}: shapes differ, ${Show<S>} and ${Show<U>}`>
/** squaredError, absoluteError, hinge, logCosh, poissonNll: element by element. */
export type ElementLoss<Op extends string, O = never> = <S, T extends Float, U>(
  predictions: Tensor<S, T>,
  targets: Tensor<U, NoInfer<T>> & Guard<SameShape<S, U, Op>>,
  ...options: [O] extends [never] ? [] : [options?: O]
) => Tensor<S, T>
/** binaryCrossEntropy: labels may be bools or integers. */
export type BinaryCrossEntropy = <S, T extends Float, U>(
  logits: Tensor<S, T>,
  labels: Tensor<U, Numeric | "bool"> & Guard<SameShape<S, U, "binaryCrossEntropy">>,
) => Tensor<S, T>
/** meanSquaredError, meanAbsoluteError: a scalar. */
export type MeanLoss<Op extends string> = <S, T extends Float, U>(
  predictions: Tensor<S, T>,
  targets: Tensor<U, NoInfer<T>> & Guard<SameShape<S, U, Op>>,
) => Tensor<readonly [], T>

type Dropped<S, N> =
  Ranked<S> extends false
    ? Shape
    : number extends N
      ? Shape
      : [Axis<S, N>] extends [never]
        ? Shape
        : DropAxes<S, Axis<S, N>>
/** klDivergence, cosineSimilarity: one value per vector along an axis, by default the last. */
export type VectorLoss<Op extends string> = <S, T extends Float, U, const N extends number = -1>(
  a: Tensor<S, T>,
  b: Tensor<U, NoInfer<T>> & Guard<SameShape<S, U, Op>>,
  options?: { readonly axis?: N & Guard<Axes<S, N, Op>> },
) => Tensor<Dropped<S, N>, T>
