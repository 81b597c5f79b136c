/** Whether an index may become four lanes, and how much work an expression is. */
import { flat, unproved } from "../../../autodiff/program/loop/affine.ts"
import { children, freeVars, type Scalar, type Var } from "../../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../../autodiff/program/loop/walk.ts"
import { isHostCall } from "../../compile/lower.ts"
import { binaryOp, unaryOp } from "../instructions.ts"

const known = new WeakMap<Scalar, Map<Var, boolean>>()

/** Every load that depends on the index must have stride 1 in it, and every operation must exist in lanes. */
export function vectorises(n: Scalar, v: Var): boolean {
  const of = known.get(n) ?? new Map<Var, boolean>()
  const before = of.get(v)
  if (before !== undefined) return before
  const answer = decide(n, v)
  known.set(n, of.set(v, answer))
  return answer
}
function decide(n: Scalar, v: Var): boolean {
  if (n.dtype === "f64") return false
  if (!freeVars(n).has(v)) return true
  switch (n.op) {
    case "load": {
      const form = flat(n.from.shape, n.at)
      if (form.terms.get(v) !== 1) return false
      for (const term of form.terms.keys()) if (term !== v && freeVars(term).has(v)) return false
      return unproved(n).every((d) => vectorises(n.at[d]!, v))
    }
    case "unary":
      return (n.dtype !== "f32" || unaryOp(n.fn, n.dtype, true) !== undefined) && vectorises(n.a, v)
    case "binary":
      if ((n.fn === "shl" || n.fn === "shr") && freeVars(n.b).has(v)) return false
      return binaryOp(n.fn, n.dtype, true) !== undefined && children(n).every((c) => vectorises(c, v))
    case "select":
      if (isHostCall(n.b)) return vectorises(n.test, v) && vectorises(n.a, v) && vectorises(n.b.a, v)
      return children(n).every((c) => vectorises(c, v))
    default:
      return children(n).every((c) => vectorises(c, v))
  }
}

/**
 * Operations along an index: what decides how many vectors are worked on side by side, before registers run out. What does
 * not depend on it is computed outside.
 */
export function weight(roots: readonly Scalar[], v: Var): number {
  let total = 0
  for (const n of nodesOf(...roots))
    if (n.op !== "const" && n.op !== "var" && n.dtype !== "i32" && freeVars(n).has(v)) total++
  return total
}
