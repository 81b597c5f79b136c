import type { Float } from "../dtype.ts"
import type { ConvName, ConvOptions } from "../shape/conv.ts"
import type { ConvTransposeName, ConvTransposeOptions } from "../shape/conv-transpose.ts"
import type { PoolOptions } from "../shape/pool.ts"
import type { ConvShape } from "../shape/types/conv.ts"
import type { ConvTransposeShape } from "../shape/types/conv-transpose.ts"
import type { Guard, Result } from "../shape/types/dimension.ts"
import type { PoolShape } from "../shape/types/pool.ts"
import type { Tensor } from "../types/tensor.ts"
import type { Numeric } from "./arithmetic.ts"

/** No options: every default is known. */
export type NoOptions = Record<never, never>
/** Images `[N, C, H, W]`, kernels `[out, in / groups, kh, kw]`, and so with one and three spatial axes. */
export type Conv<Op extends ConvName> = <S, T extends Float, U, const O extends ConvOptions = NoOptions>(
  x: Tensor<S, T>,
  kernel: Tensor<U, NoInfer<T>> & Guard<ConvShape<Op, S, U, O>>,
  options?: O,
) => Tensor<Result<ConvShape<Op, S, U, O>>, T>

/** Images `[N, C, H, W]`, kernels `[in, out / groups, kh, kw]`, and so with one and three spatial axes. */
export type ConvTranspose<Op extends ConvTransposeName> = <
  S,
  T extends Float,
  U,
  const O extends ConvTransposeOptions = NoOptions,
>(
  x: Tensor<S, T>,
  kernel: Tensor<U, NoInfer<T>> & Guard<ConvTransposeShape<Op, S, U, O>>,
  options?: O,
) => Tensor<Result<ConvTransposeShape<Op, S, U, O>>, T>

/** `maxPool2d(x, { window, stride, padding })` over `[N, C, H, W]`, and so with one and three spatial axes. */
export type Pool<Op extends string, Axes extends number, D extends Numeric, Extra = unknown> = <
  S,
  T extends D,
  const O extends PoolOptions & Extra,
>(
  x: Tensor<S, T>,
  options: O & Guard<PoolShape<Op, Axes, S, O>>,
) => Tensor<Result<PoolShape<Op, Axes, S, O>>, T>
