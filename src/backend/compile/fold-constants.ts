/** Expressions of constants alone as the constants that they are. */
import { type Const, children, constant, type Scalar } from "../../autodiff/program/loop/scalar.ts"
import { rewrite } from "../../autodiff/program/loop/walk.ts"
import { binaryOf, bitcastOf, castOf, compareOf, unaryOf } from "./arithmetic.ts"

/** What is folded is computed as the reference engine computes it. */
export const foldConstants = (root: Scalar): Scalar => rewrite(root, (n) => folded(n) ?? n)

/** The constant that a node of constants is; undefined where an operand is none. */
export function folded(n: Scalar): Const | undefined {
  const value = known(n)
  return value === undefined ? undefined : constant(value, n.dtype)
}

function known(n: Scalar): number | undefined {
  if (n.op === "const" || n.op === "var" || n.op === "load" || n.op === "fold") return undefined
  const operands = children(n).map((c) => (c.op === "const" ? c.value : undefined))
  const [a, b, c] = operands
  if (a === undefined || operands.includes(undefined)) return undefined
  switch (n.op) {
    case "unary":
      return unaryOf(n.fn, n.dtype)(a)
    case "cast":
      return castOf(n.dtype, n.a.dtype)(a)
    case "bitcast":
      return bitcastOf(n.dtype, n.a.dtype)(a)
    case "binary":
      return b === undefined ? undefined : binaryOf(n.fn, n.dtype)(a, b)
    case "compare":
      return b === undefined ? undefined : compareOf(n.fn)(a, b)
    case "select":
      return a !== 0 ? b : c
  }
}
