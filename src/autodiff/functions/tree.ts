/** What users do with trees of tensors. */
import { functionArgument, typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { concat } from "../primitives/concat.ts"
import { reshape } from "../primitives/reshape.ts"
import { slice } from "../primitives/slice.ts"
import { sizeOf } from "../program/loop/loop.ts"
import { notDifferentiable } from "../shape/messages.ts"
import type { TreeFunctions } from "../signatures/tree.ts"
import { expectSameStructure, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { asValue, castTo } from "./operands.ts"

const functions = {
  map: (f: unknown, first: unknown, ...others: readonly unknown[]): unknown => {
    const call = functionArgument("tree.map", f)
    const flat = flatten(first, "the first tree")
    const rest = others.map((t, k) => {
      const other = flatten(t, `tree ${k + 2}`)
      expectSameStructure("tree.map", flat, other, ["the first tree", `tree ${k + 2}`])
      return other.leaves
    })
    return flat.build(flat.leaves.map((x, k) => call(x, ...rest.map((leaves) => asValue("tree.map", leaves[k])))))
  },
  leaves: (tree: unknown): readonly Value[] => flatten(tree, "tree").leaves,
  reduce: <R>(f: (sofar: R, leaf: Value) => R, tree: unknown, init: R): R =>
    flatten(tree, "tree").leaves.reduce(f, init),
  unflatten: (like: unknown, leaves: readonly unknown[]): unknown => {
    const flat = flatten(like, "tree")
    if (leaves.length !== flat.leaves.length)
      throw new CotangentError(
        "leaves",
        `tree.unflatten: the tree has ${flat.leaves.length} leaves, ${leaves.length} are given`,
      )
    return flat.build(leaves)
  },
  ravel: (tree: unknown): readonly [Value, (flat: unknown) => unknown] => {
    const flat = flatten(tree, "tree")
    flat.leaves.forEach((x, k) => {
      if (!isFloat(x.dtype))
        throw new DTypeError("ravel", notDifferentiable("tree.ravel", flat.paths[k] ?? "tree", x.dtype))
    })
    const dtype = flat.leaves.some((x) => x.dtype === "f64") ? "f64" : "f32"
    const parts = flat.leaves.map((x) => castTo(bindOne(reshape.to([sizeOf(x.shape)]), x), dtype))
    if (parts.length === 0) throw new CotangentError("ravel", "tree.ravel: the tree has no leaves")
    const whole = bindOne(concat.along(0), ...parts)
    const unravel = (vector: unknown): unknown => {
      const value = asValue("unravel", vector)
      if (value.shape.length !== 1 || value.shape[0] !== whole.shape[0])
        throw new CotangentError(
          "ravel",
          `unravel: takes a vector of ${whole.shape[0]}, got [${value.shape.join(", ")}]`,
        )
      let start = 0
      return flat.build(
        flat.leaves.map((x) => {
          const size = sizeOf(x.shape)
          const part = bindOne(slice.window({ start: [start], step: [1], size: [size] }), value)
          start += size
          return castTo(bindOne(reshape.to(x.shape), part), x.type.array.dtype)
        }),
      )
    }
    return [whole, unravel]
  },
  equalStructure: (a: unknown, b: unknown): boolean => flatten(a, "tree").key === flatten(b, "tree").key,
}
/**
 * Functions on trees of tensors: plain objects, arrays and tuples.
 *
 * @example
 * ```ts
 * import { mul, tensor, tree } from "cotangent"
 * const params = { w: tensor([1, 2]), b: tensor(3) }
 * const halved = tree.map((x) => mul(x, 0.5), params)
 * console.log(await halved.w.array())
 * ```
 */
export const tree: TreeFunctions = typed(functions)
