import type { Float } from "../dtype.ts"
import type { Shape } from "../shape/types/dimension.ts"
import type { Tensor } from "../types/tensor.ts"

// A type can say of a leaf-wise map only that it keeps shapes and dtypes: trees mapped to trees of other shapes have no
// type in TypeScript (there are no higher-kinded parameters). Leaves are taken for floats, which parameters and gradients are.
export interface TreeMap {
  <P>(f: <S extends Shape, T extends Float>(leaf: Tensor<S, T>) => Tensor<S, T>, tree: P): P
  <P>(f: <S extends Shape, T extends Float>(a: Tensor<S, T>, b: Tensor<S, T>) => Tensor<S, T>, a: P, b: NoInfer<P>): P
  <P>(
    f: <S extends Shape, T extends Float>(a: Tensor<S, T>, b: Tensor<S, T>, c: Tensor<S, T>) => Tensor<S, T>,
    a: P,
    b: NoInfer<P>,
    c: NoInfer<P>,
  ): P
}

/** `tree.map`, `tree.leaves`, … over plain objects, arrays and tuples of tensors. */
export interface TreeFunctions {
  readonly map: TreeMap
  /** Leaves in the order of keys as written. */
  readonly leaves: (tree: unknown) => readonly Tensor[]
  readonly reduce: <R>(f: (accumulated: R, leaf: Tensor) => R, tree: unknown, init: R) => R
  /** A tree of the same structure with these leaves. */
  readonly unflatten: <P>(like: P, leaves: readonly Tensor[]) => P
  /** All leaves in one vector, and the way back. */
  readonly ravel: <P>(tree: P) => readonly [flat: Tensor<[number], Float>, unravel: (flat: Tensor<Shape, Float>) => P]
  readonly equalStructure: (a: unknown, b: unknown) => boolean
}
