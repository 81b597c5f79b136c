/** How much there is to do in a kernel: what `explain` states and what measured times are held against. */
import { bytesOf } from "../../autodiff/dtype.ts"
import { type Loop, resultsOf, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { children, freeVars, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { evaluations } from "./cost.ts"
import { byteLength } from "./memory/memory-plan.ts"
import { scalarsOf } from "./narrow.ts"

/**
 * The least that computes the results: each expression once for every value of the indices that it depends on, each element
 * of an operand that is needed read once, each element of a result written once. Index arithmetic is not counted; a
 * multiply-and-add is two operations, an exponential one.
 */
export interface Tally {
  readonly operations: number
  /** Bytes. */
  readonly read: number
  readonly written: number
}

export function tallyOf(loop: Loop): Tally {
  let known = tallies.get(loop)
  if (known === undefined) {
    known = loop.form === "view" ? nothing : count(loop)
    tallies.set(loop, known)
  }
  return known
}
const tallies = new WeakMap<Loop, Tally>()
const nothing: Tally = { operations: 0, read: 0, written: 0 }

function count(loop: Loop): Tally {
  const own =
    loop.form === "prefix" ? sizeOf(loop.shape) : loop.form === "scatter" ? sizeOf(loop.over.map((v) => v.size)) : 0
  return {
    operations: operationsOf(scalarsOf(loop)) + own,
    read: loop.inputs.reduce((n, x) => {
      // What is taken at computed indices may be a small part of a large table.
      const elements = loop.form === "routine" ? sizeOf(x.shape) : Math.min(sizeOf(x.shape), evaluations(loop, x.slot))
      return n + elements * bytesOf(x.dtype)
    }, 0),
    written: resultsOf(loop).reduce((n, type) => n + byteLength(type), 0),
  }
}

function operationsOf(roots: readonly Scalar[]): number {
  const seen = new Set<Scalar>()
  // The parts of one fold (a maximum and where it is) are nodes of their own and run as one.
  const folds = new Set<string>()
  let total = 0
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    seen.add(n)
    // What is below a load is an address.
    if (n.op === "load") return
    for (const c of children(n)) visit(c)
    const times = sizeOf([...freeVars(n)].map((v) => v.size))
    if (n.op === "fold") {
      const key = `${n.monoid} ${n.index.size} ${n.bodies.map((b) => b.id).join()}`
      if (!folds.has(key)) total += times * n.index.size
      folds.add(key)
    } else if (n.op === "unary" || n.op === "binary" || n.op === "compare" || n.op === "select") total += times
  }
  for (const r of roots) visit(r)
  return total
}
