/** The monoids' operations, written in Scalars: an engine that can compute a Scalar can compute every fold. */
import { internal } from "../../errors.ts"
import { isPaired, type Monoid } from "./monoid.ts"
import { binary, compare, type Scalar, select, type Var, variable } from "./scalar.ts"

type Parts = readonly Scalar[]

const simple = { sum: "add", prod: "mul", max: "max", min: "min", and: "and", or: "or" } as const

/** One step of a fold: accumulator parts `a` with new parts `b`. */
export function combine(monoid: Monoid, a: Parts, b: Parts): Parts {
  const [v, i] = a
  const [w, j] = b
  if (v === undefined || w === undefined) throw internal(`${monoid} of nothing`)
  if (!isPaired(monoid)) return [binary(simple[monoid], v, w)]
  if (i === undefined || j === undefined) throw internal(`${monoid} needs (value, index) pairs`)
  const take = better(monoid, v, i, w, j)
  return [select(take, w, v), select(take, j, i)]
}

/** Whether (w, j) beats (v, i). NaN beats every number, and among equals the lower index wins, so order cannot matter. */
function better(monoid: "argmax" | "argmin", v: Scalar, i: Scalar, w: Scalar, j: Scalar): Scalar {
  const isFloat = v.dtype === "f32" || v.dtype === "f64"
  const wins = monoid === "argmax" ? compare("lt", v, w) : compare("lt", w, v)
  const ties = compare("eq", v, w)
  const earlier = compare("lt", j, i)
  if (!isFloat) return binary("or", wins, binary("and", ties, earlier))
  const vNaN = compare("ne", v, v)
  const wNaN = compare("ne", w, w)
  const tied = binary("or", ties, binary("and", vNaN, wNaN))
  const newNaN = select(vNaN, compare("lt", j, i), wNaN)
  return select(binary("or", vNaN, wNaN), binary("and", wNaN, newNaN), binary("or", wins, binary("and", tied, earlier)))
}

/** Accumulator and new-value variables in which an engine states one step of a fold. */
export function combineVars(
  monoid: Monoid,
  bodies: readonly Scalar[],
): readonly [acc: readonly Var[], next: readonly Var[]] {
  const vars = (tag: string): readonly Var[] => bodies.map((b, p) => variable(`${monoid}.${tag}${p}`, 0, b.dtype))
  return [vars("acc"), vars("new")]
}
