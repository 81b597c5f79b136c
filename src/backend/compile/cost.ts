/** What inlining would cost: how often an expression is evaluated, and how much work it is. */
import { flat } from "../../autodiff/program/loop/affine.ts"
import { type Loop, type MapLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { children, freeVars, type Load, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../autodiff/program/loop/walk.ts"
import { scalarsOf } from "./narrow.ts"

/** What is known of a Loop: fusion asks for it at each candidate. */
interface Cost {
  readonly work: number
  readonly code: number
}
const costs = new WeakMap<Loop, Cost>()
function costOf(loop: Loop): Cost {
  let known = costs.get(loop)
  if (known === undefined) {
    const scalars = scalarsOf(loop)
    let code = 0
    for (const n of nodesOf(...scalars)) code += isTranscendental(n) ? 20 : 1
    known = { work: work(scalars), code }
    costs.set(loop, known)
  }
  return known
}
/** What is one instruction or none. */
const plain: ReadonlySet<string> = new Set(["neg", "abs", "floor", "ceil", "trunc", "round", "sqrt", "not"])
const isTranscendental = (n: Scalar): boolean =>
  n.op === "unary" ? !plain.has(n.fn) : n.op === "binary" && (n.fn === "atan2" || n.fn === "polygamma")
/** The work of all that a Loop computes. */
export const workOf = (loop: Loop): number => costOf(loop).work
/** About how many nodes a Loop has once its transcendentals are written out. */
export const codeSize = (loop: Loop): number => costOf(loop).code

/** Operations that are a call, a polynomial or a long latency. */
const isHeavy = (n: Scalar): boolean =>
  n.op === "fold" ||
  isTranscendental(n) ||
  (n.op === "unary" && n.fn === "sqrt") ||
  (n.op === "binary" && (n.fn === "div" || n.fn === "rem" || n.fn === "pow"))

/** Operations on elements; index arithmetic and reads are not counted, what is heavy counts as many. */
function work(roots: readonly Scalar[]): number {
  let total = 0
  for (const n of valuesOf(roots))
    total += isHeavy(n) ? 20 : n.op === "const" || n.op === "var" || n.op === "load" ? 0 : 1
  return total
}
/** The nodes that are not there for the sake of an address. */
function valuesOf(roots: readonly Scalar[]): ReadonlySet<Scalar> {
  const seen = new Set<Scalar>()
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    seen.add(n)
    if (n.op !== "load") for (const c of children(n)) visit(c)
  }
  for (const r of roots) visit(r)
  return seen
}

const evaluationsOf = new WeakMap<Loop, ReadonlyMap<number, number>>()
/**
 * How many times generated code evaluates the reads of input `slot`: each in the innermost loop that binds one of its
 * indices, with all the loops around that one.
 */
export function evaluations(loop: Loop, slot: number): number {
  let known = evaluationsOf.get(loop)
  if (known === undefined) {
    known = countEvaluations(loop)
    evaluationsOf.set(loop, known)
  }
  return known.get(slot) ?? 0
}
/** For all inputs in one walk. */
function countEvaluations(loop: Loop): ReadonlyMap<number, number> {
  const counted = new Set<string>()
  const totals = new Map<number, number>()
  const visit = (root: Scalar, chain: readonly Var[]): void => {
    const seen = new Set<Scalar>()
    const name = (depth: number): string =>
      chain
        .slice(0, depth)
        .map((v) => v.id)
        .join()
    const go = (n: Scalar): void => {
      if (seen.has(n)) return
      seen.add(n)
      if (n.op === "fold") {
        for (const b of n.bodies) visit(b, [...chain, n.index])
        return
      }
      if (n.op === "load") {
        const free = freeVars(n)
        const depth = chain.findLastIndex((v) => free.has(v)) + 1
        const key = `${n.id} in ${name(depth)}`
        if (!counted.has(key)) {
          const times = sizeOf(chain.slice(0, depth).map((v) => v.size))
          totals.set(n.from.slot, (totals.get(n.from.slot) ?? 0) + times)
        }
        counted.add(key)
      }
      for (const c of children(n)) go(c)
    }
    go(root)
  }
  if (loop.form === "map") for (const b of loop.bodies) visit(b, loop.indices)
  if (loop.form === "prefix") visit(loop.body, loop.indices)
  if (loop.form === "scatter") {
    visit(loop.init, loop.indices)
    for (const x of [...loop.at, loop.value]) visit(x, loop.over)
  }
  return totals
}

/** Whether neighbours in the last axis of a map's result read neighbours, or one element: what vectors need. */
export function readsInOrder(loop: MapLoop): boolean {
  let known = ordered.get(loop)
  if (known === undefined) {
    known = findOrder(loop)
    ordered.set(loop, known)
  }
  return known
}
const ordered = new WeakMap<MapLoop, boolean>()
function findOrder(loop: MapLoop): boolean {
  const last = loop.indices.findLast((v) => v.size > 1)
  if (last === undefined) return true
  return nodesOf(...scalarsOf(loop)).every((n) => n.op !== "load" || isInOrder(n, last))
}
function isInOrder(n: Load, v: Var): boolean {
  if (!freeVars(n).has(v)) return true
  const { terms } = flat(n.from.shape, n.at)
  if (terms.get(v) !== 1) return false
  for (const term of terms.keys()) if (term !== v && freeVars(term).has(v)) return false
  return true
}
