/**
 * The derivative of a Scalar, one line per scalar operation. `undefined` is a zero that is known to be one, so that a
 * constant operand costs nothing.
 */
import { isFloat } from "../../../dtype.ts"
import { internal } from "../../../errors.ts"
import {
  type Binary,
  type BinaryNode,
  binary,
  cast,
  closeFold,
  compare,
  constant,
  type Fold,
  fold,
  freeVars,
  type Load,
  type Scalar,
  select,
  type Unary,
  type UnaryNode,
  unary,
} from "../scalar.ts"
import { openFold, substitute } from "../walk.ts"

type Zero = undefined
const mul = (a: Scalar, b: Scalar): Scalar => binary("mul", a, b)
const div = (a: Scalar, b: Scalar): Scalar => binary("div", a, b)
const add = (a: Scalar, b: Scalar): Scalar => binary("add", a, b)
const sub = (a: Scalar, b: Scalar): Scalar => binary("sub", a, b)
const plus = (a: Scalar | Zero, b: Scalar | Zero): Scalar | Zero =>
  a === undefined ? b : b === undefined ? a : binary("add", a, b)
const like = (n: Scalar, value: number): Scalar => constant(value, n.dtype)

/** d fn(a), for the tangent t of a; y is fn(a) itself, which costs nothing again. A step has no slope anywhere. */
const unaryRules: Readonly<Record<Unary, (t: Scalar, a: Scalar, y: Scalar) => Scalar | Zero>> = {
  neg: (t) => unary("neg", t),
  abs: (t, a) => select(compare("lt", a, 0), unary("neg", t), select(compare("eq", a, 0), like(a, 0), t)),
  floor: () => undefined,
  ceil: () => undefined,
  trunc: () => undefined,
  round: () => undefined,
  not: () => undefined,
  sqrt: (t, _, y) => div(t, mul(like(y, 2), y)),
  cbrt: (t, _, y) => div(t, mul(like(y, 3), mul(y, y))),
  exp: (t, _, y) => mul(t, y),
  exp2: (t, _, y) => mul(t, mul(like(y, Math.LN2), y)),
  // Not y + 1, which would be 0 where the slope is exp(-100).
  expm1: (t, a) => mul(t, unary("exp", a)),
  log: (t, a) => div(t, a),
  log2: (t, a) => div(t, mul(like(a, Math.LN2), a)),
  log10: (t, a) => div(t, mul(like(a, Math.LN10), a)),
  log1p: (t, a) => div(t, add(like(a, 1), a)),
  sin: (t, a) => mul(t, unary("cos", a)),
  cos: (t, a) => unary("neg", mul(t, unary("sin", a))),
  tan: (t, _, y) => mul(t, add(like(y, 1), mul(y, y))),
  asin: (t, a) => div(t, unary("sqrt", withinOne(a))),
  acos: (t, a) => unary("neg", div(t, unary("sqrt", withinOne(a)))),
  atan: (t, a) => div(t, add(like(a, 1), mul(a, a))),
  sinh: (t, a) => mul(t, unary("cosh", a)),
  cosh: (t, a) => mul(t, unary("sinh", a)),
  tanh: (t, _, y) => mul(t, sub(like(y, 1), mul(y, y))),
  asinh: (t, a) => div(t, unary("sqrt", add(mul(a, a), like(a, 1)))),
  // Two roots, for the product overflows first, and one of 0 is the end of the domain.
  acosh: (t, a) => div(t, mul(unary("sqrt", sub(a, like(a, 1))), unary("sqrt", add(a, like(a, 1))))),
  atanh: (t, a) => div(t, withinOne(a)),
  erf: (t, a) => mul(t, bell(a)),
  erfc: (t, a) => unary("neg", mul(t, bell(a))),
  erfinv: (t, _, y) => mul(t, mul(like(y, Math.sqrt(Math.PI) / 2), unary("exp", mul(y, y)))),
  lgamma: (t, a) => mul(t, binary("polygamma", like(a, 0), a)),
}
/** 1 - x^2, as a product, which keeps the digits next to 1. */
const withinOne = (x: Scalar): Scalar => mul(sub(like(x, 1), x), add(like(x, 1), x))
/** 2 / sqrt(pi) exp(-x^2). */
const bell = (x: Scalar): Scalar => mul(like(x, 2 / Math.sqrt(Math.PI)), unary("exp", unary("neg", mul(x, x))))

/** The two partial tangents of fn(a, b); an operand whose tangent is zero leaves its part out. */
interface Partials {
  readonly a: (t: Scalar, a: Scalar, b: Scalar, y: Scalar) => Scalar | Zero
  readonly b: (t: Scalar, a: Scalar, b: Scalar, y: Scalar) => Scalar | Zero
}
const none: Partials = { a: () => undefined, b: () => undefined }
/** Where the operands are equal each gets half, so that max(x, x) has the slope of x. */
const extreme = (first: "lt" | "gt"): Partials => {
  const wins = (a: Scalar, b: Scalar): Scalar => (first === "gt" ? compare("lt", b, a) : compare("lt", a, b))
  const part = (t: Scalar, mine: Scalar, other: Scalar): Scalar =>
    select(wins(mine, other), t, select(compare("eq", mine, other), mul(like(t, 0.5), t), like(t, 0)))
  return { a: (t, a, b) => part(t, a, b), b: (t, a, b) => part(t, b, a) }
}
const binaryRules: Readonly<Record<Binary, Partials>> = {
  add: { a: (t) => t, b: (t) => t },
  sub: { a: (t) => t, b: (t) => unary("neg", t) },
  mul: { a: (t, _, b) => mul(t, b), b: (t, a) => mul(a, t) },
  div: { a: (t, _, b) => div(t, b), b: (t, _, b, y) => unary("neg", mul(t, div(y, b))) },
  rem: { a: (t) => t, b: (t, a, b) => unary("neg", mul(t, truncate(div(a, b)))) },
  pow: {
    // b * a ** (b - 1) at b = 0 would be 0 * Infinity = NaN where a is 0, though the slope of a constant is 0.
    a: (t, a, b) =>
      mul(t, select(compare("eq", b, 0), like(a, 0), mul(b, binary("pow", a, binary("sub", b, like(b, 1)))))),
    // log(0) is -Infinity, and 0 ** b * -Infinity is NaN, though 0 ** b is flat in b where b is positive.
    b: (t, a, _, y) => mul(t, select(compare("eq", a, 0), like(a, 0), mul(y, unary("log", a)))),
  },
  // At the origin, where the angle jumps, the slope is taken for 0.
  atan2: { a: (t, a, b) => overRadius(mul(t, b), a, b), b: (t, a, b) => overRadius(unary("neg", mul(t, a)), a, b) },
  polygamma: {
    a: () => undefined,
    b: (t, n, b) => mul(t, binary("polygamma", like(n, orderOf(n) + 1), b)),
  },
  max: extreme("gt"),
  min: extreme("lt"),
  and: none,
  or: none,
  xor: none,
  shl: none,
  shr: none,
}
const truncate = (x: Scalar): Scalar => unary("trunc", x)
function overRadius(t: Scalar, a: Scalar, b: Scalar): Scalar {
  const square = add(mul(a, a), mul(b, b))
  return div(t, select(compare("eq", square, 0), like(t, 1), square))
}
function orderOf(n: Scalar): number {
  if (n.op !== "const") throw internal("a polygamma function of an order that is no constant")
  return n.value
}

/**
 * The tangent of `root`, where `tangentOf` gives the tangent of a load (undefined for a constant one). Indices and
 * tests have none.
 */
export function differentiate(root: Scalar, tangentOf: (n: Load) => Scalar | Zero): Scalar | Zero {
  const seen = new Map<Scalar, Scalar | Zero>()
  const go = (n: Scalar): Scalar | Zero => {
    if (!isFloat(n.dtype)) return undefined
    if (seen.has(n)) return seen.get(n)
    const out = rule(n)
    seen.set(n, out)
    return out
  }
  const rule = (n: Scalar): Scalar | Zero => {
    switch (n.op) {
      case "const":
      case "var":
      case "compare":
      case "bitcast":
        return undefined
      case "load":
        return tangentOf(n)
      case "unary":
        return ofUnary(n)
      case "binary":
        return ofBinary(n)
      case "cast": {
        const t = go(n.a)
        return t === undefined ? undefined : cast(n.dtype, t)
      }
      case "select": {
        const [a, b] = [go(n.a), go(n.b)]
        return a === undefined && b === undefined ? undefined : select(n.test, a ?? like(n, 0), b ?? like(n, 0))
      }
      case "fold":
        return ofFold(n)
    }
  }
  const ofUnary = (n: UnaryNode): Scalar | Zero => {
    const t = go(n.a)
    return t === undefined ? undefined : unaryRules[n.fn](t, n.a, n)
  }
  const ofBinary = (n: BinaryNode): Scalar | Zero => {
    const [s, t] = [go(n.a), go(n.b)]
    const rules = binaryRules[n.fn]
    return plus(s && rules.a(s, n.a, n.b, n), t && rules.b(t, n.a, n.b, n))
  }
  const ofFold = (n: Fold): Scalar | Zero => {
    const [index, bodies] = openFold(n)
    const [body, second] = bodies
    if (body === undefined) throw internal("a fold without a body")
    const t = differentiate(body, tangentOf)
    if (t === undefined) return undefined
    switch (n.monoid) {
      case "sum":
        return closeFold("sum", index, [t])
      case "prod": {
        // The product of the others, not y / x: a factor of 0 leaves a slope.
        const others = fold("prod", n.index.size, (j) =>
          select(compare("eq", j, index), like(body, 1), substitute(body, new Map([[index, j]]))),
        )
        return closeFold("sum", index, [mul(t, others)])
      }
      case "max":
      case "min":
      case "argmax":
      case "argmin": {
        // The slope at the first of the best, one of the subgradients; a selection, so nothing is divided or averaged.
        const best = closeFold(
          n.monoid === "max" || n.monoid === "argmax" ? "argmax" : "argmin",
          index,
          [body, second ?? index],
          1,
        )
        return freeVars(t).has(index) ? substitute(t, new Map([[index, best]])) : t
      }
      case "and":
      case "or":
        return undefined
    }
  }
  return go(root)
}
