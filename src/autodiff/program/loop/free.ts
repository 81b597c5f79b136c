/** What is known of a Scalar by looking below it: its free indices, how many folds nest inside. */
import { children, type Scalar, type Var } from "./nodes.ts"

const heights = new WeakMap<Scalar, number>()
/** How many folds nest inside an expression. */
export function height(n: Scalar): number {
  let known = heights.get(n)
  if (known === undefined) {
    known = n.op === "fold" ? 1 : 0
    const own = known
    for (const c of children(n)) known = Math.max(known, height(c) + own)
    heights.set(n, known)
  }
  return known
}

const frees = new WeakMap<Scalar, ReadonlySet<Var>>()
const noVars: ReadonlySet<Var> = new Set()
/** The indices an expression depends on, its own folds' indices left out. */
export function freeVars(n: Scalar): ReadonlySet<Var> {
  const known = frees.get(n)
  if (known !== undefined) return known
  let out: ReadonlySet<Var> = noVars
  if (n.op === "var") out = new Set([n])
  else {
    const own = children(n)
    const [only] = own
    if (own.length === 1 && only !== undefined && n.op !== "fold") out = freeVars(only)
    else if (own.length > 0) {
      const all = new Set<Var>()
      for (const c of own) for (const v of freeVars(c)) all.add(v)
      if (n.op === "fold") all.delete(n.index)
      out = all
    }
  }
  frees.set(n, out)
  return out
}
