/**
 * Functions of f32 as expressions in simpler ones, for every engine that generates code: one form for lanes, single
 * elements and gpu.js. In f64, engines call the functions of doubles beside (error-function.ts, gamma.ts).
 */
import { type Scalar, select } from "../../../autodiff/program/loop/scalar.ts"
import { nodesOf, rewrite } from "../../../autodiff/program/loop/walk.ts"
import { erf, erfc, erfinv } from "./error-function-f32.ts"
import { abs, div, exp, type Form, type Forms, f, less, log, mul, odd, sub } from "./f32.ts"
import { lgamma, polygamma } from "./gamma-f32.ts"
import { acosh, asinh, atanh, cosh, expm1, log1p, sinh } from "./hyperbolic.ts"
import { acos, asin, atan, atan2, tan } from "./trigonometric.ts"

/** exp(log(x) / 3), and one step of Newton's method, which squares its error. */
const cbrt: Form = (x) => {
  const size = abs(x)
  const start = exp(mul(log(size), f(1 / 3)))
  const root = sub(start, mul(f(1 / 3), sub(start, div(size, mul(start, start)))))
  return odd(x, select(less(size, f(Number.POSITIVE_INFINITY)), root, size))
}

const forms: Forms = {
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  expm1,
  log1p,
  cbrt,
  erf,
  erfc,
  erfinv,
  lgamma,
}
const formOf = (n: Scalar): Scalar | undefined => {
  if (n.dtype !== "f32") return undefined
  if (n.op === "unary") return forms[n.fn]?.(n.a)
  if (n.op !== "binary") return undefined
  if (n.fn === "atan2") return atan2(n.a, n.b)
  return n.fn === "polygamma" && n.a.op === "const" ? polygamma(n.a.value, n.b) : undefined
}
const hasForm = (n: Scalar): boolean =>
  n.dtype === "f32" &&
  ((n.op === "unary" && forms[n.fn] !== undefined) || (n.op === "binary" && (n.fn === "atan2" || n.fn === "polygamma")))

/** Rewriting makes every node anew, and most expressions have none of these. */
export const lowerFunctions = (root: Scalar): Scalar =>
  nodesOf(root).some(hasForm) ? rewrite(root, (n) => formOf(n) ?? n) : root
