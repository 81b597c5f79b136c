/** Rebuilding expressions. All of it remembers nodes: an expression is a DAG, and Threefry written out as a tree is endless. */
import {
  children,
  closeFold,
  type Fold,
  foldIndex,
  freeVars,
  freshIndex,
  type Input,
  type Load,
  load,
  replaceVar,
  type Scalar,
  type Var,
  withChildren,
} from "./scalar.ts"

/**
 * Rebuilds bottom up: `change` sees each node with its children already rewritten, so it never has to recurse. Every fold
 * on the way is opened with a fresh index and closed again, hence nothing that `change` brings in can be captured.
 */
export function rewrite(root: Scalar, change: (n: Scalar) => Scalar): Scalar {
  const seen = new Map<Scalar, Scalar>()
  const go = (n: Scalar): Scalar => {
    let out = seen.get(n)
    if (out === undefined) {
      out = n.op === "fold" ? change(reopen(n)) : over(n, children(n).map(go))
      seen.set(n, out)
    }
    return out
  }
  // A constructor may give back an operand (x + 0, a settled select, not not x), which is changed already: changed again, a
  // load moved from slot 1 to slot 0 would take what had been in slot 0.
  const over = (n: Scalar, operands: readonly Scalar[]): Scalar => {
    const made = withChildren(n, operands)
    const simplified = made !== n && operands.some((x) => x === made || children(x).includes(made))
    return simplified ? made : change(made)
  }
  const reopen = (n: Fold): Scalar => {
    const [index, bodies] = openFold(n)
    return closeFold(n.monoid, index, bodies.map(go), n.part)
  }
  return go(root)
}

/**
 * `rewrite` for a `change` that puts something in the place of loads and indices alone, and does nothing else. A fold then
 * keeps its index, which saves renaming all below it twice, unless folds nest deeper inside than they did: all that lies
 * in it has lower names than its own, so nothing in it can have captured that, and what did capture one is thrown away
 * because the folds around it have other names then. Indices that are `named` are not those of folds of the same name.
 */
export function rewriteLeaves(
  root: Scalar,
  change: (n: Load | Var) => Scalar,
  isSame: (n: Scalar) => boolean = () => false,
  isNamed: (v: Var) => boolean = () => false,
): Scalar {
  const seen = new Map<Scalar, Scalar>()
  // Where one fold has a new name, those around it have, so that a second try would only be lost work.
  let hasRisen = false
  const go = (n: Scalar): Scalar => {
    if (n.op === "const" || isSame(n)) return n
    if (n.op === "var") return change(n)
    let out = seen.get(n)
    if (out === undefined) {
      out = n.op === "fold" ? refold(n) : n.op === "load" ? change(moved(n)) : withChildren(n, children(n).map(go))
      seen.set(n, out)
    }
    return out
  }
  const moved = (n: Load): Load => {
    const at = n.at.map(go)
    return at.every((x, d) => x === n.at[d]) ? n : load(n.from, at, n.outside)
  }
  const refold = (n: Fold): Scalar => {
    if (!hasRisen && !isNamed(n.index)) {
      const bodies = n.bodies.map(go)
      if (n.index === foldIndex(n.index.size, bodies)) return closeFold(n.monoid, n.index, bodies, n.part)
      hasRisen = true
    }
    const [index, bodies] = openFold(n)
    return closeFold(n.monoid, index, bodies.map(go), n.part)
  }
  return go(root)
}

/** A fold's bodies over a fresh index, to be closed again with `closeFold`. */
export function openFold(n: Fold): readonly [index: Var, bodies: readonly Scalar[]] {
  const index = freshIndex(n.index.size)
  return [index, n.bodies.map((b) => replaceVar(b, n.index, index))]
}

/** Puts expressions in the place of free indices, all at once. */
export function substitute(root: Scalar, by: ReadonlyMap<Var, Scalar>): Scalar {
  if (by.size === 0) return root
  const isFree = (n: Scalar): boolean => {
    for (const v of freeVars(n)) if (by.has(v)) return false
    return true
  }
  return rewriteLeaves(
    root,
    (n) => (n.op === "var" ? (by.get(n) ?? n) : n),
    isFree,
    (v) => by.has(v),
  )
}

/** Points loads at other inputs. */
export const relabel = (root: Scalar, to: (from: Input) => Input): Scalar =>
  rewriteLeaves(root, (n) => {
    if (n.op !== "load") return n
    const from = to(n.from)
    return from === n.from ? n : load(from, n.at, n.outside)
  })

/** Each distinct node once, operands before users; folds' bodies included. */
export function nodesOf(...roots: readonly Scalar[]): readonly Scalar[] {
  const seen = new Set<Scalar>()
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    // What is asked most often, without a list for every node.
    switch (n.op) {
      case "binary":
      case "compare":
        visit(n.a)
        visit(n.b)
        break
      default:
        for (const c of children(n)) visit(c)
    }
    seen.add(n)
  }
  for (const r of roots) visit(r)
  return [...seen]
}

/** The slots of the inputs that an expression reads. */
export function slotsOf(...roots: readonly Scalar[]): ReadonlySet<number> {
  const slots = new Set<number>()
  for (const n of nodesOf(...roots)) if (n.op === "load") slots.add(n.from.slot)
  return slots
}
