import { typed } from "../../boundary.ts"
import { internal } from "../../errors.ts"
import { bind } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { sort } from "../../primitives/sort.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Permutation } from "../../signatures/random.ts"
import type { Tensor } from "../../types/tensor.ts"
import { Value } from "../../value.ts"
import { argsort, take, takeAlongAxis } from "../indexing.ts"
import { bitsValue } from "./bits.ts"
import { checkDraw } from "./words.ts"

/** The numbers 0 to n - 1 in random order: the order of n random words, of which two are equal once in 2^33 / n^2 draws. */
export function order(op: string, key: unknown, n: number): Value {
  const [, positions] = bind(sort.operation, [bitsValue(op, key, [n])])
  if (positions === undefined) throw internal("sort gives positions")
  return positions
}
/**
 * The numbers 0 to n - 1 in random order, i32; or the slices of a tensor along an axis, by default the first. With
 * `independent`, every line along the axis is put in an order of its own. Differentiable by the tensor.
 *
 * @throws CotangentError where n is no whole number; ShapeError where the axis is out of range.
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * const [a, b] = random.split(random.key(0))
 * console.log(await random.permutation(a, 5).array(), await random.permutation(b, tensor([[1, 2], [3, 4]])).array())
 * ```
 */
export const permutation: Permutation = typed(
  (key: unknown, x: unknown, options: { readonly axis?: number; readonly independent?: boolean } = {}) => {
    checkOptions("random.permutation", options, ["axis", "independent"])
    if (!(x instanceof Value)) {
      const sizes: Shape = typed([x])
      checkDraw("permutation", key, sizes)
      return order("permutation", key, sizes[0] ?? 0)
    }
    const axis = normaliseAxis("random.permutation", options.axis ?? 0, x.shape)
    const given: Tensor = typed(x)
    if (options.independent !== true) {
      const rows: Tensor<Shape, "i32"> = typed(order("permutation", key, x.shape[axis] ?? 0))
      return take(given, rows, { axis })
    }
    const bits: Tensor<Shape, "u32"> = typed(bitsValue("permutation", key, x.shape))
    return takeAlongAxis(given, argsort(bits, { axis }), { axis })
  },
)
