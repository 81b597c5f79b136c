import type { Float } from "../dtype.ts"
import type { Guard, Mismatch, Ranked, Show } from "../shape/types/dimension.ts"
import type { Tensor } from "../types/tensor.ts"

type SameRank<S, B> =
  Ranked<S> extends false
    ? unknown
    : Ranked<B> extends false
      ? unknown
      : S extends { readonly length: B["length" & keyof B] }
        ? unknown
        : Mismatch<`resize: ranks differ, ${Show<S>} and ${Show<B>}`>
/** `resize(x, [8, 3, 64, 64], { method, antialias })` */
export type Resize = <S, T extends Float, const B extends number[]>(
  x: Tensor<S, T>,
  shape: readonly [...B] & Guard<SameRank<S, B>>,
  options?: { readonly method?: "nearest" | "linear" | "cubic"; readonly antialias?: boolean },
) => Tensor<B, T>
