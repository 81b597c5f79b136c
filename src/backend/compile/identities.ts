/**
 * Scalars made simpler without changing a bit of any value: -0, infinities and NaN included. Left out, because floats can
 * tell them apart: x + 0 (-0 becomes 0), x * 0 and x - x and x / x (NaN and infinity), 0 - x as -x (0 becomes -0),
 * -(a - b) as b - a (the sign of 0), x / c as x * (1 / c) unless c is a power of two (rounding), a * b + a * c,
 * exp(a) * exp(b) and every other that regroups (rounding), sqrt(x * x) as |x| (overflow), pow(x, 0.5) as sqrt(x)
 * (at -0 and -Infinity), pow(x, 3) as products (rounding).
 */
import type { Loop } from "../../autodiff/program/loop/loop.ts"
import {
  type Binary,
  type BinaryNode,
  binary,
  type CastNode,
  cast,
  children,
  closeFold,
  constant,
  type Fold,
  type Scalar,
  type SelectNode,
  select,
  type UnaryNode,
  unary,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, rewrite } from "../../autodiff/program/loop/walk.ts"
import { folded } from "./fold-constants.ts"
import { scalarsOf, withScalars } from "./narrow.ts"

/** The same Loop, from fewer operations. */
export function simplifyLoop(loop: Loop): Loop {
  let made = simpleLoops.get(loop)
  if (made === undefined) {
    const scalars = scalarsOf(loop)
    made = scalars.every((x) => simplifyScalar(x) === x) ? loop : withScalars(loop, simplifyScalar)
    simpleLoops.set(loop, made)
  }
  return made
}
const simpleLoops = new WeakMap<Loop, Loop>()

/** The same value, from fewer operations. */
export function simplifyScalar(root: Scalar): Scalar {
  // Rebuilding makes every fold anew; most expressions have nothing to simplify, which looking finds out for less.
  return nodesOf(root).some((n) => simpler(n) !== n) ? rewrite(root, simplest) : root
}
/** Of a node whose operands are simple already. */
function simplest(n: Scalar): Scalar {
  const made = simpler(n)
  return made === n ? n : simplest(made)
}
function simpler(n: Scalar): Scalar {
  switch (n.op) {
    case "unary":
      return folded(n) ?? ofUnary(n)
    case "binary":
      return folded(n) ?? ofBinary(n)
    case "select":
      return ofSelect(n)
    case "cast":
      return folded(n) ?? ofCast(n)
    case "fold":
      return ofFold(n)
    case "var":
      return n.size === 1 ? constant(0, n.dtype) : n
    case "compare":
    case "bitcast":
      return folded(n) ?? n
    default:
      return n
  }
}

const isFloat = (n: Scalar): boolean => n.dtype === "f32" || n.dtype === "f64"
const is = (n: Scalar, value: number): boolean => n.op === "const" && Object.is(n.value, value)
const isNeg = (n: Scalar): n is UnaryNode & { readonly fn: "neg" } => n.op === "unary" && n.fn === "neg"
const isRounding = (n: Scalar): n is UnaryNode => n.op === "unary" && (n.fn === "floor" || n.fn === "ceil")

function ofUnary(n: UnaryNode): Scalar {
  const { a } = n
  switch (n.fn) {
    case "neg":
      return isNeg(a) ? a.a : isFloat(n) ? negated(n, a) : n
    case "abs":
      return isNeg(a) && n.dtype !== "u32" ? unary("abs", a.a) : a.op === "unary" && a.fn === "abs" ? a : n
    case "floor":
    case "ceil":
      return isRounding(a) ? a : n
    default:
      return n
  }
}

/** A sign goes into a constant where there is one, since a product and a quotient round the same on both sides of 0. */
function negated(n: UnaryNode, a: Scalar): Scalar {
  if (a.op !== "binary" || (a.fn !== "mul" && a.fn !== "div")) return n
  if (a.b.op === "const") return binary(a.fn, a.a, constant(-a.b.value, n.dtype))
  return a.a.op === "const" ? binary(a.fn, constant(-a.a.value, n.dtype), a.b) : n
}

function ofBinary(n: BinaryNode): Scalar {
  const { fn, a, b } = n
  // Neither NaN nor the sign of 0 depends on the order of operands, so a + b and b + a may be one expression.
  if (commutes.has(fn) && order(a, b) > 0) return binary(fn, b, a)
  switch (fn) {
    case "max":
    case "min":
    case "and":
    case "or":
      return a === b ? a : n
    case "xor":
      return a === b ? constant(0, n.dtype) : n
    case "sub":
      // Addresses are told by their sums, hence integers are left as sums.
      return isFloat(n) ? ofSum(n) : a === b ? constant(0, n.dtype) : n
    default:
      return isFloat(n) ? ofSum(n) : n
  }
}
const commutes: ReadonlySet<Binary> = new Set(["add", "mul", "max", "min", "and", "or", "xor"])
const rank = {
  fold: 0,
  binary: 1,
  unary: 2,
  select: 3,
  cast: 4,
  bitcast: 5,
  compare: 6,
  load: 7,
  var: 8,
  const: 9,
} as const
/** An order of expressions that tells by what they are, not by when they were made: negative where a comes first. */
function order(a: Scalar, b: Scalar): number {
  if (a === b) return 0
  if (a.op !== b.op) return rank[a.op] - rank[b.op]
  if (a.op === "load" && b.op === "load" && a.from.slot !== b.from.slot) return a.from.slot - b.from.slot
  if (a.op === "const" && b.op === "const") return a.value - b.value
  // Indices of two folds may have one name: were neither first in both orders, they would change places for ever.
  if (a.op === "var" && b.op === "var") return a.name === b.name ? a.size - b.size : a.name < b.name ? -1 : 1
  const [x, y] = [nameOf(a), nameOf(b)]
  if (x !== y) return x < y ? -1 : 1
  const [inA, inB] = [children(a), children(b)]
  if (inA.length !== inB.length) return inA.length - inB.length
  for (const [k, c] of inA.entries()) {
    const found = order(c, inB[k] ?? c)
    if (found !== 0) return found
  }
  return 0
}
const nameOf = (n: Scalar): string => ("fn" in n ? n.fn : n.op === "fold" ? n.monoid : n.dtype)
function ofSum(n: BinaryNode): Scalar {
  const { fn, a, b } = n
  switch (fn) {
    case "add":
      if (is(b, -0) || (is(b, 0) && !mayBeNegativeZero(a))) return a
      if (is(a, -0) || (is(a, 0) && !mayBeNegativeZero(b))) return b
      if (isPlusZero(a) && !mayBeNegativeZero(b)) return binary("add", a.a, b)
      if (isPlusZero(b) && !mayBeNegativeZero(a)) return binary("add", a, b.a)
      if (isZeroMinus(a) && !mayBeNegativeZero(b)) return binary("sub", b, a.b)
      if (isZeroMinus(b) && !mayBeNegativeZero(a)) return binary("sub", a, b.b)
      // a + (-b) and a - b round the same number.
      return isNeg(b) ? binary("sub", a, b.a) : isNeg(a) ? binary("sub", b, a.a) : n
    case "sub":
      if (is(b, 0)) return a
      return isNeg(b) ? binary("add", a, b.a) : is(a, -0) ? unary("neg", b) : n
    case "mul":
      if (isNeg(a)) return unary("neg", binary("mul", a.a, b))
      if (isNeg(b)) return unary("neg", binary("mul", a, b.a))
      return is(b, -1) ? unary("neg", a) : is(a, -1) ? unary("neg", b) : n
    case "div":
      if (isNeg(a)) return unary("neg", binary("div", a.a, b))
      return isNeg(b) ? unary("neg", binary("div", a, b.a)) : ofQuotient(n)
    case "pow":
      // The square of an f32 is exact in the double that pow is computed in.
      return n.dtype === "f32" && is(b, 2) ? binary("mul", a, a) : is(b, 1) ? a : n
    default:
      return n
  }
}
const isZeroMinus = (n: Scalar): n is BinaryNode => n.op === "binary" && n.fn === "sub" && is(n.a, 0)
const isPlusZero = (n: Scalar): n is BinaryNode => n.op === "binary" && n.fn === "add" && is(n.b, 0)
const negativeZeros = new WeakMap<Scalar, boolean>()
/** Whether x + 0 may be another number than x. */
function mayBeNegativeZero(n: Scalar): boolean {
  let known = negativeZeros.get(n)
  if (known === undefined) {
    known = isMaybeNegativeZero(n)
    negativeZeros.set(n, known)
  }
  return known
}
function isMaybeNegativeZero(n: Scalar): boolean {
  switch (n.op) {
    case "const":
      return Object.is(n.value, -0)
    case "fold":
      return n.monoid !== "sum"
    case "select":
      return mayBeNegativeZero(n.a) || mayBeNegativeZero(n.b)
    case "unary":
      return n.fn !== "exp" && n.fn !== "abs" && n.fn !== "cos"
    case "binary":
      // Numbers that cancel give 0, so a sum is -0 only where both of its terms are.
      if (n.fn === "add") return mayBeNegativeZero(n.a) && mayBeNegativeZero(n.b)
      if (n.fn === "sub") return mayBeNegativeZero(n.a)
      return n.fn !== "mul" || n.a !== n.b
    default:
      return true
  }
}
/** Dividing by a power of two and multiplying by its inverse round the same number; a product is the faster. */
function ofQuotient(n: BinaryNode): Scalar {
  if (n.b.op !== "const") return n
  const exponent = Math.log2(Math.abs(n.b.value))
  // Within these bounds the inverse is no subnormal number, nor Infinity.
  const isPower = Number.isInteger(exponent) && Math.abs(exponent) <= 126 && 2 ** exponent === Math.abs(n.b.value)
  return isPower ? binary("mul", n.a, constant(1 / n.b.value, n.dtype)) : n
}

function ofSelect(n: SelectNode): Scalar {
  const { test, a, b } = n
  if (test.op === "unary" && test.fn === "not") return select(test.a, b, a)
  if (a.op === "select" && a.test === test) return select(test, a.a, b)
  if (b.op === "select" && b.test === test) return select(test, a, b.b)
  const [taken, other] = [guardless(test, "a", a), guardless(test, "b", b)]
  if (taken !== a || other !== b) return select(test, taken, other)
  if (n.dtype !== "bool" || a.op !== "const" || b.op !== "const") return n
  return a.value !== 0 ? test : unary("not", test)
}

/** What an arm computes of an operand that was made safe by the test that chose the arm: `where(p, 0, sqrt(where(p, 1, x)))`. */
function guardless(test: Scalar, arm: "a" | "b", n: Scalar): Scalar {
  if (!isFloat(n)) return n
  const safe = (x: Scalar): Scalar => (x.op === "select" && x.test === test ? x[arm] : x)
  if (n.op === "unary") return safe(n.a) === n.a ? n : unary(n.fn, safe(n.a))
  return n.op === "binary" && (safe(n.a) !== n.a || safe(n.b) !== n.b) ? binary(n.fn, safe(n.a), safe(n.b)) : n
}

function ofCast(n: CastNode): Scalar {
  const { a } = n
  if (a.op !== "cast") return n
  const first = a.a
  // A double holds what every other dtype does; but among integers a cast wraps, and from a double it saturates.
  const isWhole = first.dtype === "bool" || (a.dtype === "f64" && (isFloat(n) || isFloat(first)))
  return isWhole || (a.dtype === "f64" && first.dtype === n.dtype) ? cast(n.dtype, first) : n
}

/** Sums of what is negative, and of ones, as gradients of means have them, where no order of adding rounds. */
function ofFold(n: Fold): Scalar {
  const [body] = n.bodies
  if (n.monoid === "sum" && body !== undefined && isNeg(body) && isFloat(n))
    return binary("sub", constant(0, n.dtype), closeFold("sum", n.index, [body.a]))
  if (body?.op !== "const" || n.bodies.length !== 1 || n.index.size === 0) return n
  if (n.monoid === "max" || n.monoid === "min" || n.monoid === "and" || n.monoid === "or") return body
  const total = body.value * n.index.size
  return n.monoid === "sum" && Number.isInteger(total) && Number.isInteger(body.value) && Math.abs(total) <= 2 ** 24
    ? constant(total + 0, n.dtype)
    : n
}
