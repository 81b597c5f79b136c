import type { Float } from "../autodiff/dtype.ts"
import { cast, mul } from "../autodiff/functions/arithmetic.ts"
import type { Shape } from "../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../autodiff/types/tensor.ts"
import type { Rate } from "./types.ts"

/** The rate of one step: schedules are asked with the number of steps taken before. */
export const rateAt = (rate: Rate, count: Scalar<"i32">): number | Scalar =>
  typeof rate === "function" ? rate(count) : rate

/** A leaf times a scalar, in the dtype of the leaf: an f64 model is not widened or narrowed by an f32 rate. */
export const scaleLeaf = <S extends Shape, T extends Float>(
  leaf: Tensor<S, T>,
  factor: number | Scalar,
): Tensor<S, T> => (typeof factor === "number" ? mul(leaf, factor) : mul(leaf, cast(factor, leaf.dtype)))
