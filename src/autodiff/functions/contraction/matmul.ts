/** Products of matrices and vectors. */
import { typed } from "../../boundary.ts"
import { ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { contraction } from "../../primitives/contraction.ts"
import { reshape } from "../../primitives/reshape.ts"
import { matmulShape } from "../../shape/matmul.ts"
import type { Dot, MatMul, Outer } from "../../signatures/contraction.ts"
import type { Value } from "../../value.ts"
import { arithmetic } from "../operands.ts"

/** `names` for the batch axes of an operand: those that it stretches are dropped, so that nothing is copied. */
function batchAxes(
  x: Value,
  own: number,
  batch: readonly number[],
): { readonly value: Value; readonly names: readonly string[] } {
  const axes = x.shape.slice(0, x.shape.length - own)
  const offset = batch.length - axes.length
  const kept = axes.flatMap((size, d) => (size === 1 && batch[d + offset] !== 1 ? [] : [d]))
  const shape = [...kept.map((d) => x.shape[d] ?? 1), ...x.shape.slice(axes.length)]
  return {
    value: kept.length === axes.length ? x : bindOne(reshape.to(shape), x),
    names: kept.map((d) => `b${d + offset}`),
  }
}

function matmulOf(op: string, a: unknown, b: unknown): Value {
  const [x, y] = arithmetic(op, a, b)
  const shape = matmulShape(x.shape, y.shape)
  const [vectorLeft, vectorRight] = [x.shape.length === 1, y.shape.length === 1]
  const result = [...(vectorLeft ? [] : ["i"]), ...(vectorRight ? [] : ["j"])]
  const batch = shape.slice(0, shape.length - result.length)
  const [left, right] = [batchAxes(x, vectorLeft ? 1 : 2, batch), batchAxes(y, vectorRight ? 1 : 2, batch)]
  const l = [...left.names, ...(vectorLeft ? ["k"] : ["i", "k"])].join(" ")
  const r = [...right.names, ...(vectorRight ? ["k"] : ["k", "j"])].join(" ")
  const out = [...batch.map((_, d) => `b${d}`), ...result].join(" ")
  return bindOne(contraction.by(`${l}, ${r} -> ${out}`), left.value, right.value)
}
/**
 * The matrix product `[…, i, k]` by `[…, k, j]`; vectors are rows on the left and columns on the right, and leading axes
 * broadcast, as in NumPy.
 *
 * @throws ShapeError where the inner sizes differ or an operand is a scalar.
 * @example
 * ```ts
 * import { matmul, tensor } from "cotangent"
 * console.log(await matmul(tensor([[1, 2], [3, 4]]), tensor([[0, 1], [1, 0]])).array())
 * ```
 */
export const matmul: MatMul = typed((a: unknown, b: unknown) => matmulOf("matmul", a, b))
/** `matmul` under the name that vectors know it by: the dot product of two vectors is a scalar. */
export const dot: Dot = typed((a: unknown, b: unknown) => matmulOf("dot", a, b))
/**
 * All products of the elements of two vectors: `[i]` and `[j]` give `[i, j]`.
 *
 * @example
 * ```ts
 * import { outer, tensor } from "cotangent"
 * console.log(await outer(tensor([1, 2]), tensor([3, 4])).array())
 * ```
 */
export const outer: Outer = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("outer", a, b)
  if (x.shape.length !== 1 || y.shape.length !== 1)
    throw new ShapeError("outer", `outer: takes two vectors, got [${x.shape.join(", ")}] and [${y.shape.join(", ")}]`, {
      shapes: [x.shape, y.shape],
    })
  return bindOne(contraction.by("i, j -> i j"), x, y)
})
