import { typed } from "../autodiff/boundary.ts"
import { ShapeError } from "../autodiff/errors.ts"
import type { Key, Tensor } from "../autodiff/types/tensor.ts"
import type { ApplyOptions, Layer, Pattern } from "./types.ts"

/** A layer as it is at run time: the public types compute the shapes. */
export interface Implementation {
  readonly init: (key: Key) => unknown
  readonly apply: (params: unknown, x: Tensor, options?: ApplyOptions) => Tensor
}
/** The implementation of a layer that was given as an argument. */
export const implementationOf = (layer: unknown): Implementation => typed(layer)

/** `"~"` exists in types alone: it is how the patterns travel from layer to layer. */
export const layer = <I extends Pattern, O extends Pattern, P>(implementation: Implementation): Layer<I, O, P> =>
  typed(implementation)

const show = (shape: readonly (number | string)[]): string => `[${shape.join(", ")}]`

/** What the types refuse, in their words, where the types do not know. */
export function expectInput(pattern: readonly number[], x: Tensor): void {
  const { shape } = x
  if (shape.length === pattern.length && pattern.every((size, axis) => size === shape[axis])) return
  const inside = shape.length > pattern.length ? "; a layer takes one example, batched(layer) and vmap take many" : ""
  throw new ShapeError("layer", `layer: takes ${show(pattern)}, got ${show(shape)}${inside}`, { pattern, shape })
}
