/**
 * Fewer and longer loops: indices of size 1 become 0, and neighbouring indices that every load walks through as through
 * one become one. An elementwise map of any shape is then a single loop, and a sum over two axes a single sum.
 */
import { expression, flat, unproved } from "../../autodiff/program/loop/affine.ts"
import { type MapLoop, mapLoop, outputIndices, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { isPaired } from "../../autodiff/program/loop/monoid.ts"
import {
  children,
  closeFold,
  constant,
  type Fold,
  freshIndex,
  height,
  type Load,
  load,
  type Scalar,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { openFold, rewrite, substitute } from "../../autodiff/program/loop/walk.ts"

/** The same results from fewer indices; results keep their elements' order, not their shape. */
export function collapse(loop: MapLoop): MapLoop {
  const merged = loop.bodies.map((x) => (height(x) > 1 ? mergeFolds(x) : x))
  const uses = usesOf(merged)
  // Runs of indices, outermost first.
  const runs: Var[][] = []
  for (const v of loop.indices) {
    if (v.size === 1) continue
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before !== undefined && areOne(uses, before, v)) run.push(v)
    else runs.push([v])
  }
  if (runs.length === loop.indices.length && merged.every((x, k) => x === loop.bodies[k])) return loop
  // By way of fresh names: the new indices are called as the old ones are, and i2 may become i1 where i1 becomes i0.
  const opened = new Map<Var, Scalar>(loop.indices.map((v) => [v, v.size === 1 ? constant(0) : freshIndex(v.size)]))
  const bodies = merged.map((x) => substitute(x, opened))
  const shape = runs.map((run) => sizeOf(run.map((v) => v.size)))
  const to: Replacement = new Map(
    outputIndices(shape).flatMap((into, d) => {
      const run = runs[d] ?? []
      return run.flatMap((v, k) => {
        const fresh = opened.get(v)
        return fresh?.op === "var" ? [[fresh, { into, isLast: k === run.length - 1 }] as const] : []
      })
    }),
  )
  return mapLoop(loop.inputs, shape, () => bodies.map((x) => replaceIndices(x, to)))
}

/** How the loads of some expressions read, and the indices that occur anywhere but in the sums of their addresses. */
interface Uses {
  readonly strides: readonly ReadonlyMap<Scalar, number>[]
  readonly pinned: ReadonlySet<Var>
}
function usesOf(roots: readonly Scalar[]): Uses {
  const strides: ReadonlyMap<Scalar, number>[] = []
  const pinned = new Set<Var>()
  const seen = new Set<Scalar>()
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    seen.add(n)
    if (n.op === "var") pinned.add(n)
    else if (n.op === "load" && unproved(n).length === 0) {
      const { terms } = flat(n.from.shape, n.at)
      strides.push(terms)
      for (const term of terms.keys()) if (term.op !== "var") visit(term)
    } else for (const c of children(n)) visit(c)
  }
  for (const root of roots) visit(root)
  return { strides, pinned }
}
const areOne = ({ strides, pinned }: Uses, outer: Var, inner: Var): boolean =>
  !pinned.has(outer) &&
  !pinned.has(inner) &&
  strides.every((terms) => (terms.get(outer) ?? 0) === (terms.get(inner) ?? 0) * inner.size)

type Replacement = ReadonlyMap<Var, { readonly into: Var; readonly isLast: boolean }>
/** Addresses in terms of the new indices: of each run, the innermost index gives the stride. */
function replaceIndices(root: Scalar, to: Replacement): Scalar {
  const plain = new Map<Var, Scalar>([...to].map(([v, { into }]) => [v, into]))
  const change = (n: Scalar): Scalar => (n.op === "load" && unproved(n).length === 0 ? flattened(n, to) : n)
  // Loads go first: afterwards only indices that stand alone in their run are left.
  return substitute(rewrite(root, change), plain)
}
function flattened(n: Load, to: Replacement): Scalar {
  const form = flat(n.from.shape, n.at)
  if (![...form.terms.keys()].some((term) => term.op === "var" && to.has(term))) return n
  const terms = new Map<Scalar, number>()
  for (const [term, by] of form.terms) {
    const replaced = term.op === "var" ? to.get(term) : undefined
    if (replaced === undefined) terms.set(term, by)
    else if (replaced.isLast) terms.set(replaced.into, by)
  }
  const whole = { ...n.from, shape: [sizeOf(n.from.shape)] }
  return load(whole, [expression({ base: form.base, terms })], n.outside)
}

const mergeFolds = (root: Scalar): Scalar => rewrite(root, (n) => (n.op === "fold" ? mergeFold(n) : n))
/** A fold of nothing but a fold of the same monoid, over both indices at once where loads allow it. */
function mergeFold(n: Fold): Scalar {
  const [only] = n.bodies
  if (
    isPaired(n.monoid) ||
    only?.op !== "fold" ||
    only.monoid !== n.monoid ||
    n.index.size * only.index.size >= 2 ** 31
  )
    return n
  const [outer, [opened]] = openFold(n)
  if (opened?.op !== "fold") return n
  const [inner, [body]] = openFold(opened)
  if (body === undefined || !areOne(usesOf([body]), outer, inner)) return n
  const index = freshIndex(outer.size * inner.size)
  const to: Replacement = new Map([
    [outer, { into: index, isLast: false }],
    [inner, { into: index, isLast: true }],
  ])
  return closeFold(n.monoid, index, [replaceIndices(body, to)])
}
