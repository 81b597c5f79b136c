/**
 * Sums of products seen as matrix products: out[batch, m, n] = epilogue(sum over k of a[batch, m, k] * b[batch, k, n]).
 * Matmul, einsum, convolution and their derivatives all have this form, whatever the order and number of their axes.
 */
import { stridesOf } from "../../autodiff/program/loop/affine.ts"
import type { MapLoop } from "../../autodiff/program/loop/loop.ts"
import { type Fold, freeVars, height, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"

/** An index with its stride in the result. */
export interface Axis {
  readonly index: Var
  readonly out: number
}
export interface Contraction {
  /** Operands without folds, of f32: a load, or anything that a packing routine can compute on its way. */
  readonly a: Scalar
  readonly b: Scalar
  readonly sum: Fold
  /** What surrounds the sum; undefined where the sum is the result. */
  readonly epilogue: Scalar | undefined
  /** Indices that both operands have, and those of m and n that do not fit into a regular grid with the others. */
  readonly outer: readonly Axis[]
  /** Outermost first, each stride the product of the sizes and the stride inside: one index of this size and stride. */
  readonly m: readonly Axis[]
  readonly n: readonly Axis[]
  readonly k: readonly Var[]
}

/** The contraction that a map of one f32 result is, with n next to each other in the result; undefined where it is none. */
export function asContraction(loop: MapLoop): Contraction | undefined {
  let known = contractions.get(loop)
  if (known === undefined) {
    known = { contraction: recognize(loop) }
    contractions.set(loop, known)
  }
  return known.contraction
}
const contractions = new WeakMap<MapLoop, { readonly contraction: Contraction | undefined }>()
function recognize(loop: MapLoop): Contraction | undefined {
  const [body] = loop.bodies
  if (loop.bodies.length !== 1 || body === undefined || body.dtype !== "f32") return undefined
  const sum = onlyFold(body)
  if (sum === undefined) return undefined
  const k: Var[] = []
  let product: Scalar = sum
  while (product.op === "fold" && product.monoid === "sum") {
    const inside: Scalar | undefined = product.bodies[0]
    if (inside === undefined) return undefined
    k.push(product.index)
    product = inside
  }
  if (product.op !== "binary" || product.fn !== "mul" || product.dtype !== "f32" || height(product) > 0)
    return undefined

  const strides = stridesOf(loop.shape)
  const axes = loop.indices.flatMap((index, d): readonly Axis[] =>
    index.size === 1 ? [] : [{ index, out: strides[d] ?? 0 }],
  )
  const has = (x: Scalar, v: Var): boolean => freeVars(x).has(v)
  const last = axes.at(-1)
  if (last === undefined || last.out !== 1) return undefined
  // The side that has the innermost index of the result is b.
  const [a, b] = has(product.b, last.index) ? [product.a, product.b] : [product.b, product.a]
  if (has(a, last.index) || !axes.every(({ index }) => has(a, index) || has(b, index))) return undefined
  const of = (mine: Scalar, other: Scalar): readonly Axis[] =>
    axes.filter(({ index }) => has(mine, index) && !has(other, index))
  const [m, n] = [regular(of(a, b)), regular(of(b, a))]
  if (m.length === 0 || n.length === 0) return undefined
  const outer = axes.filter((axis) => !m.includes(axis) && !n.includes(axis))
  return { a, b, sum, epilogue: sum === body ? undefined : body, outer, m, n, k }
}

/** The only fold that lies in no other. */
export function onlyFold(root: Scalar): Fold | undefined {
  const folds = nodesOf(root).filter((n): n is Fold => n.op === "fold")
  const inner = new Set(nodesOf(...folds.flatMap((f) => f.bodies)))
  const outermost = folds.filter((f) => !inner.has(f))
  return outermost.length === 1 ? outermost[0] : undefined
}

/** The innermost axes that together are one index of constant stride; axes come with falling strides. */
function regular(axes: readonly Axis[]): readonly Axis[] {
  const run: Axis[] = []
  for (const axis of axes.toReversed()) {
    const inside = run[0]
    if (inside !== undefined && axis.out !== inside.out * inside.index.size) break
    run.unshift(axis)
  }
  return run
}
export const sizeOfAxes = (axes: readonly { readonly index: Var }[]): number =>
  axes.reduce((p, x) => p * x.index.size, 1)
