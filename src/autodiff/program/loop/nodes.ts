/** The nodes of a Scalar: what an expression is made of. `scalar.ts` makes them. */
import type { Element } from "../../dtype.ts"
import type { Monoid } from "./monoid.ts"

export type Unary =
  | "neg"
  | "abs"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "sqrt"
  | "cbrt"
  | "exp"
  | "exp2"
  | "expm1"
  | "log"
  | "log2"
  | "log10"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "erf"
  | "erfc"
  | "erfinv"
  | "lgamma"
  | "not"
/** `polygamma` takes its order, a constant, on the left: 0 is the digamma function. */
export type Binary =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "pow"
  | "atan2"
  | "polygamma"
  | "min"
  | "max"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr"
export type Comparison = "lt" | "le" | "eq" | "ne"

/** A tensor that a Loop reads: its slot among the Loop's inputs. */
export interface Input {
  readonly slot: number
  readonly dtype: Element
  readonly shape: readonly number[]
}

interface Node {
  /** Unique per interned node: the identity as a number, for keys. */
  readonly id: number
  readonly dtype: Element
}
/** A number of the node's dtype; -0 and NaN are kept apart from 0. */
export interface Const extends Node {
  readonly op: "const"
  readonly value: number
}
/** An index in [0, size), an i32; also an accumulator of a monoid's `combine`, of any dtype and with size 0. */
export interface Var extends Node {
  readonly op: "var"
  readonly name: string
  readonly size: number
}
/** Reads `from` at one i32 per axis; where any coordinate lies outside its axis the value is `outside`. */
export interface Load extends Node {
  readonly op: "load"
  readonly from: Input
  readonly at: readonly Scalar[]
  readonly outside: number
}
/** Folds `bodies`, one per component of the monoid, over `index` and gives component `part`. */
export interface Fold extends Node {
  readonly op: "fold"
  readonly monoid: Monoid
  readonly part: number
  readonly index: Var
  readonly bodies: readonly Scalar[]
}
export interface UnaryNode extends Node {
  readonly op: "unary"
  readonly fn: Unary
  readonly a: Scalar
}
export interface BinaryNode extends Node {
  readonly op: "binary"
  readonly fn: Binary
  readonly a: Scalar
  readonly b: Scalar
}
export interface CompareNode extends Node {
  readonly op: "compare"
  readonly fn: Comparison
  readonly a: Scalar
  readonly b: Scalar
}
export interface SelectNode extends Node {
  readonly op: "select"
  readonly test: Scalar
  readonly a: Scalar
  readonly b: Scalar
}
/** `cast` converts (truncating and saturating to integers, NaN to 0, anything but 0 to true); `bitcast` reinterprets 32 bits. */
export interface CastNode extends Node {
  readonly op: "cast" | "bitcast"
  readonly a: Scalar
}
export type Scalar = Const | Var | Load | Fold | UnaryNode | BinaryNode | CompareNode | SelectNode | CastNode

export function children(n: Scalar): readonly Scalar[] {
  switch (n.op) {
    case "const":
    case "var":
      return []
    case "load":
      return n.at
    case "fold":
      return n.bodies
    case "select":
      return [n.test, n.a, n.b]
    case "binary":
    case "compare":
      return [n.a, n.b]
    default:
      return [n.a]
  }
}
