/**
 * Scalar: the expressions in which a primitive states what it computes, one per element of an output index space. A
 * fold is itself an expression that binds an index, so inlining a producer is substitution, an epilogue is an ordinary
 * operation around a fold, and a row kernel is loop-invariant code motion.
 *
 * Nodes are interned: equal expressions are one object, whatever their bound indices were called while they were built.
 * Every walk may therefore remember nodes by identity, and two meanings are equal when they are `===`.
 */
import type { Element } from "../../dtype.ts"
import { internal } from "../../errors.ts"
import { interning } from "../tables.ts"
import { freeVars, height } from "./free.ts"
import { type Monoid, monoidResult } from "./monoid.ts"
import {
  type Binary,
  type Comparison,
  type Const,
  children,
  type Fold,
  type Input,
  type Load,
  type Scalar,
  type Unary,
  type Var,
} from "./nodes.ts"

export { freeVars, height } from "./free.ts"
export * from "./nodes.ts"

// ---- interning --------------------------------------------------------------------------------------------------

const table = interning<Scalar>(1 << 14)
let nextId = 0
const intern = <N extends Scalar>(key: string, make: (id: number) => N): N => table(key, () => make(nextId++))
const numeral = (value: number): string => (Object.is(value, -0) ? "-0" : String(value))
const ids = (xs: readonly Scalar[]): string => xs.map((x) => x.id).join(",")

// ---- constructors: they fold what index arithmetic produces, and nothing that floats could tell apart -----------

export const constant = (value: number, dtype: Element = "i32"): Const =>
  intern(`c ${dtype} ${numeral(value)}`, (id) => ({ op: "const", id, dtype, value }))

export const variable = (name: string, size: number, dtype: Element = "i32"): Var =>
  intern(`v ${dtype} ${name} ${size}`, (id) => ({ op: "var", id, dtype, name, size }))

export function load(from: Input, at: readonly Scalar[], outside = 0): Load {
  if (at.length !== from.shape.length)
    throw internal(`a load with ${at.length} coordinates from shape [${from.shape.join(", ")}]`)
  const odd = at.find((x) => !isInt(x))
  if (odd !== undefined) throw internal(`a load at a coordinate of ${odd.dtype}`)
  const key = `l ${from.dtype} ${from.slot} ${from.shape.join(",")} ${numeral(outside)} ${ids(at)}`
  return intern(key, (id) => ({ op: "load", id, dtype: from.dtype, from, at, outside }))
}

const isInt = (x: Scalar): boolean => x.dtype === "i32" || x.dtype === "u32"
const isConst = (x: Scalar, value: number): boolean => x.op === "const" && isInt(x) && x.value === value
const isOne = (x: Scalar): boolean => x.op === "const" && x.dtype !== "bool" && x.value === 1
const lift = (x: Scalar | number, like: Element): Scalar => (typeof x === "number" ? constant(x, like) : x)

export const unary = (fn: Unary, a: Scalar): Scalar =>
  fn === "not" && a.op === "unary" && a.fn === "not"
    ? a.a
    : intern(`u ${fn} ${a.id}`, (id) => ({ op: "unary", id, dtype: a.dtype, fn, a }))

export function binary(fn: Binary, a: Scalar, other: Scalar | number): Scalar {
  const b = lift(other, a.dtype)
  if (a.dtype !== b.dtype && fn !== "shl" && fn !== "shr") throw internal(`${fn} of ${a.dtype} with ${b.dtype}`)
  // x * 1 is x for every number there is; x * 0 and x + 0 are identities of integers only (NaN, infinities, -0).
  if ((fn === "add" || fn === "sub") && isConst(b, 0)) return a
  if (fn === "add" && isConst(a, 0)) return b
  if ((fn === "mul" || fn === "div") && isOne(b)) return a
  if (fn === "mul" && isOne(a)) return b
  if (fn === "mul" && (isConst(a, 0) || isConst(b, 0))) return constant(0, a.dtype)
  if (a.dtype === "i32" && a.op === "const" && b.op === "const") {
    const folded = foldIntegers(fn, a.value, b.value)
    if (folded !== undefined) return constant(folded, "i32")
  }
  if (a.dtype === "bool" && (fn === "and" || fn === "or")) {
    const absorbs = fn === "or" ? 1 : 0
    if (a.op === "const") return a.value === absorbs ? a : b
    if (b.op === "const") return b.value === absorbs ? b : a
    if (a === b) return a
  }
  return intern(`b ${fn} ${a.id} ${b.id}`, (id) => ({ op: "binary", id, dtype: a.dtype, fn, a, b }))
}
function foldIntegers(fn: Binary, a: number, b: number): number | undefined {
  const exact = fn === "add" ? a + b : fn === "sub" ? a - b : fn === "mul" ? Math.imul(a, b) : undefined
  if (exact === undefined) return undefined
  return exact | 0
}

export function compare(fn: Comparison, a: Scalar, other: Scalar | number): Scalar {
  const b = lift(other, a.dtype)
  if (a.dtype !== b.dtype) throw internal(`${fn} of ${a.dtype} with ${b.dtype}`)
  if (a.op === "const" && b.op === "const")
    return constant(
      Number(
        fn === "lt"
          ? a.value < b.value
          : fn === "le"
            ? a.value <= b.value
            : fn === "eq"
              ? a.value === b.value
              : a.value !== b.value,
      ),
      "bool",
    )
  if (a === b && isInt(a)) return constant(fn === "le" || fn === "eq" ? 1 : 0, "bool")
  return intern(`p ${fn} ${a.id} ${b.id}`, (id) => ({ op: "compare", id, dtype: "bool", fn, a, b }))
}

export function select(test: Scalar, a: Scalar, b: Scalar): Scalar {
  if (a.dtype !== b.dtype) throw internal(`select of ${a.dtype} and ${b.dtype}`)
  if (test.op === "const") return test.value === 0 ? b : a
  if (a === b) return a
  return intern(`s ${test.id} ${a.id} ${b.id}`, (id) => ({ op: "select", id, dtype: a.dtype, test, a, b }))
}

export function cast(dtype: Element, a: Scalar): Scalar {
  if (a.dtype === dtype) return a
  if (
    a.op === "const" &&
    (a.dtype === "i32" || a.dtype === "bool") &&
    (dtype === "f32" || dtype === "f64" || dtype === "i32")
  )
    return constant(dtype === "f32" ? Math.fround(a.value) : a.value, dtype)
  return intern(`t ${dtype} ${a.id}`, (id) => ({ op: "cast", id, dtype, a }))
}
export const bitcast = (dtype: Element, a: Scalar): Scalar =>
  a.dtype === dtype ? a : intern(`r ${dtype} ${a.id}`, (id) => ({ op: "bitcast", id, dtype, a }))

let fresh = 0
/** An index whose name nothing else has; `closeFold` renames it, so it never shows. */
export const freshIndex = (size: number): Var => variable(`#${fresh++}`, size)

/** What the index of a fold of these bodies is called. */
export const foldIndex = (size: number, bodies: readonly Scalar[]): Var =>
  variable(`k${Math.max(...bodies.map(height))}`, size)

/**
 * Binds `index` in `bodies`. The index is renamed by the height of the folds inside, k0 innermost: equal folds become
 * one node, and a name can never capture another, for whatever is put inside has lower names.
 */
export function closeFold(monoid: Monoid, index: Var, bodies: readonly Scalar[], part = 0): Scalar {
  // One element alone is the fold of it, whatever the unit: so [n], [n, 1] and [1, n] differ in no expression.
  const only = bodies[part]
  if (index.size === 1 && only !== undefined) return replaceVar(only, index, constant(0))
  const named = foldIndex(index.size, bodies)
  const closed = index === named ? bodies : bodies.map((b) => replaceVar(b, index, named))
  const key = `f ${monoid} ${part} ${index.size} ${ids(closed)}`
  return intern(key, (id) => ({
    op: "fold",
    id,
    dtype: monoidResult(closed, part),
    monoid,
    part,
    index: named,
    bodies: closed,
  }))
}
/** `fold("sum", n, (k) => load(x, [k]))`; a monoid of pairs gives two bodies and picks a `part`. */
export function fold(monoid: Monoid, size: number, body: (k: Var) => Scalar | readonly Scalar[], part = 0): Scalar {
  const index = freshIndex(size)
  const made = body(index)
  return closeFold(monoid, index, "op" in made ? [made] : made, part)
}
/** A fold over several indices: nested folds of one monoid. */
export const foldAll = (
  monoid: Monoid,
  sizes: readonly number[],
  body: (ks: readonly Var[]) => Scalar,
  bound: readonly Var[] = [],
): Scalar => {
  const [size, ...rest] = sizes
  return size === undefined ? body(bound) : fold(monoid, size, (k) => foldAll(monoid, rest, body, [...bound, k]))
}

/** The same operation on other operands. A fold's bodies must already speak of its own index: use `rewrite` to open one. */
export function withChildren(n: Scalar, c: readonly Scalar[]): Scalar {
  const [x, y, z] = c
  if (children(n).every((child, i) => child === c[i])) return n
  if (x === undefined) throw internal(`${n.op} without operands`)
  switch (n.op) {
    case "const":
    case "var":
      return n
    case "load":
      return load(n.from, c, n.outside)
    case "fold":
      return closeFold(n.monoid, n.index, c, n.part)
    case "select":
      return y === undefined || z === undefined ? n : select(x, y, z)
    case "binary":
      return y === undefined ? n : binary(n.fn, x, y)
    case "compare":
      return y === undefined ? n : compare(n.fn, x, y)
    case "unary":
      return unary(n.fn, x)
    case "cast":
      return cast(n.dtype, x)
    case "bitcast":
      return bitcast(n.dtype, x)
  }
}

/** Another index, or a constant, for a free one: inner folds are closed already, with lower names than any that is put in. */
export function replaceVar(root: Scalar, from: Var, to: Var | Const): Scalar {
  const memo = new Map<Scalar, Scalar>()
  const go = (n: Scalar): Scalar => {
    if (n === from) return to
    if (!freeVars(n).has(from)) return n
    let out = memo.get(n)
    if (out === undefined) {
      out = n.op === "fold" ? refold(n, n.bodies.map(go)) : withChildren(n, children(n).map(go))
      memo.set(n, out)
    }
    return out
  }
  // An inner fold keeps its index: its bodies only had a free index renamed, which cannot change heights.
  const refold = (n: Fold, bodies: readonly Scalar[]): Fold =>
    intern(`f ${n.monoid} ${n.part} ${n.index.size} ${ids(bodies)}`, (id) => ({ ...n, id, bodies }))
  return go(root)
}
