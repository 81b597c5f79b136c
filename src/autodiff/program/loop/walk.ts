/** Rebuilding expressions. All of it remembers nodes: an expression is a DAG, and Threefry written out as a tree is endless. */
import {
  children,
  closeFold,
  type Fold,
  freshIndex,
  type Input,
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

/** A fold's bodies over a fresh index, to be closed again with `closeFold`. */
export function openFold(n: Fold): readonly [index: Var, bodies: readonly Scalar[]] {
  const index = freshIndex(n.index.size)
  return [index, n.bodies.map((b) => replaceVar(b, n.index, index))]
}

/** Puts expressions in the place of free indices, all at once. */
export const substitute = (root: Scalar, by: ReadonlyMap<Var, Scalar>): Scalar =>
  by.size === 0 ? root : rewrite(root, (n) => (n.op === "var" ? (by.get(n) ?? n) : n))

/** Points loads at other inputs. */
export const relabel = (root: Scalar, to: (from: Input) => Input): Scalar =>
  rewrite(root, (n) => {
    if (n.op !== "load") return n
    const from = to(n.from)
    return from === n.from ? n : load(from, n.at, n.outside)
  })

/** Each distinct node once, operands before users; folds' bodies included. */
export function nodesOf(...roots: readonly Scalar[]): readonly Scalar[] {
  const seen = new Set<Scalar>()
  const visit = (n: Scalar): void => {
    if (seen.has(n)) return
    for (const c of children(n)) visit(c)
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
