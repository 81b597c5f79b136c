/** Sums of products over shared axes. */
import { typed } from "../boundary.ts"
import { DTypeError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { contraction } from "../primitives/contraction.ts"
import { reshape } from "../primitives/reshape.ts"
import { einsumShape, parseEinsum } from "../shape/einsum.ts"
import { matmulShape } from "../shape/matmul.ts"
import { noArithmetic } from "../shape/messages.ts"
import type { Dot, Einsum, MatMul, Outer } from "../signatures/contraction.ts"
import type { Value } from "../value.ts"
import { arithmetic, promoted } from "./operands.ts"

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
    throw new ShapeError("outer", "outer: takes two vectors", { shapes: [x.shape, y.shape] })
  return bindOne(contraction.by("i, j -> i j"), x, y)
})

/**
 * Any sum of products, by axis names: `einsum("b i k, b k j -> b i j", a, b)`. Names are separated by spaces; those that
 * the result leaves out are summed; a name twice in one operand takes its diagonal.
 *
 * @throws ShapeError where a name has two sizes, an operand has other axes than the pattern, or the result names a stranger.
 * @example
 * ```ts
 * import { einsum, tensor } from "cotangent"
 * console.log(await einsum("i i ->", tensor([[1, 2], [3, 4]])).item())
 * ```
 */
export const einsum: Einsum = typed((pattern: string, ...operands: readonly unknown[]) => {
  const values = promoted("einsum", ...operands)
  const [first] = values
  if (first?.dtype === "bool" || first?.dtype === "key")
    throw new DTypeError("dtype", noArithmetic("einsum", first.dtype), { op: "einsum" })
  einsumShape(
    pattern,
    values.map((x) => x.shape),
  )
  const { inputs, output } = parseEinsum(pattern)
  // From left to right, two at a time: a product of all at once would cost the product of all sizes.
  let [sofar] = values
  let names = inputs[0] ?? []
  for (let k = 1; k < values.length; k++) {
    const [next, own] = [values[k], inputs[k] ?? []]
    if (sofar === undefined || next === undefined) break
    const later = new Set([...inputs.slice(k + 1).flat(), ...output])
    const kept = k === values.length - 1 ? output : [...new Set([...names, ...own])].filter((n) => later.has(n))
    sofar = bindOne(contraction.by(`${names.join(" ")}, ${own.join(" ")} -> ${kept.join(" ")}`), sofar, next)
    names = kept
  }
  if (sofar === undefined) throw new ShapeError("einsum", "einsum: needs at least one tensor")
  return values.length === 1 ? bindOne(contraction.by(`${names.join(" ")} -> ${output.join(" ")}`), sofar) : sofar
})
