/** What may be known about an index expression without running it: its affine form and its range. */
import { binary, constant, type Fold, type Load, type Scalar, type Var } from "./scalar.ts"

/** base + the sum of by * term. A part that is not affine (a loaded index) is a term itself, so `which[r] * cols + j` still has stride 1 in j. */
export interface Affine {
  readonly base: number
  readonly terms: ReadonlyMap<Scalar, number>
}

const plus = (x: Affine, y: Affine, sign: number): Affine => {
  const terms = new Map(x.terms)
  for (const [term, by] of y.terms) {
    const total = (terms.get(term) ?? 0) + sign * by
    if (total === 0) terms.delete(term)
    else terms.set(term, total)
  }
  return { base: x.base + sign * y.base, terms }
}
const times = (x: Affine, by: number): Affine => ({
  base: x.base * by,
  terms: new Map(by === 0 ? [] : [...x.terms].map(([term, b]) => [term, b * by])),
})

export function affine(n: Scalar): Affine {
  if (n.op === "const") return { base: n.value, terms: new Map() }
  const opaque: Affine = { base: 0, terms: new Map([[n, 1]]) }
  if (n.op !== "binary" || n.dtype !== "i32") return opaque
  if (n.fn === "add" || n.fn === "sub") return plus(affine(n.a), affine(n.b), n.fn === "add" ? 1 : -1)
  if (n.fn !== "mul") return opaque
  const [a, b] = [affine(n.a), affine(n.b)]
  return b.terms.size === 0 ? times(a, b.base) : a.terms.size === 0 ? times(b, a.base) : opaque
}
/** Whether a term other than a plain index occurs. */
export const isOpaque = (a: Affine): boolean => [...a.terms.keys()].some((t) => t.op !== "var")

/** An affine form as an expression again, in the order in which `rank` sorts the terms, times a constant. */
export function expression(form: Affine, rank: (n: Scalar) => number = () => 0, by = 1): Scalar {
  const terms = [...form.terms].sort(([x], [y]) => rank(x) - rank(y))
  const moving = terms.reduce<Scalar>((s, [term, b]) => binary("add", s, binary("mul", term, b * by)), constant(0))
  return binary("add", moving, form.base * by)
}

const lowest = -(2 ** 31)
const highest = 2 ** 31 - 1
type Range = readonly [low: number, high: number]
const anything: Range = [lowest, highest]
const ranges = new WeakMap<Scalar, Range>()

/** Bounds of an i32 expression; all of i32 where nothing better is known. */
export function range(n: Scalar): Range {
  let known = ranges.get(n)
  if (known === undefined) {
    known = bounds(n)
    ranges.set(n, known)
  }
  return known
}
function bounds(n: Scalar): Range {
  if (n.op === "const") return [n.value, n.value]
  if (n.op === "var") return n.size > 0 ? [0, n.size - 1] : anything
  if (n.op === "select") {
    const [a, b] = [range(n.a), range(n.b)]
    return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
  }
  if (n.op === "cast" && n.a.dtype === "bool") return [0, 1]
  if (n.op === "fold" && n.dtype === "i32") return foldBounds(n)
  if (n.op !== "binary" || n.dtype !== "i32") return anything
  const [a, b] = [range(n.a), range(n.b)]
  const wrapped = (low: number, high: number): Range => (low < lowest || high > highest ? anything : [low, high])
  switch (n.fn) {
    case "add":
    case "sub": {
      // i + (size - 1 - i) is a constant: terms that cancel must not widen the range.
      const form = affine(n)
      let [low, high] = [form.base, form.base]
      for (const [term, by] of form.terms) {
        const [l, h] = term === n ? anything : range(term)
        low += Math.min(l * by, h * by)
        high += Math.max(l * by, h * by)
      }
      return wrapped(low, high)
    }
    case "mul": {
      const p = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]]
      return wrapped(Math.min(...p), Math.max(...p))
    }
    case "min":
      return [Math.min(a[0], b[0]), Math.min(a[1], b[1])]
    case "max":
      return [Math.max(a[0], b[0]), Math.max(a[1], b[1])]
    case "rem":
      return a[0] >= 0 && b[0] > 0 ? [0, Math.min(a[1], b[1] - 1)] : anything
    case "div":
      return b[0] > 0 && b[0] === b[1] ? [Math.trunc(a[0] / b[0]), Math.trunc(a[1] / b[0])] : anything
    case "and":
      // Whatever has no sign bit masks the other.
      return a[0] >= 0 ? [0, a[1]] : b[0] >= 0 ? [0, b[1]] : anything
    case "shr":
      return b[0] === b[1] && b[0] >= 0 && b[0] < 32 ? [a[0] >> b[0], a[1] >> b[0]] : anything
    default:
      return anything
  }
}
function foldBounds(n: Fold): Range {
  const size = n.index.size
  const body = n.bodies[n.part]
  if (body === undefined || size === 0) return anything
  const [low, high] = range(body)
  switch (n.monoid) {
    case "sum": {
      // Partial sums count as well: a sum that leaves the range on its way has wrapped.
      const [least, most] = [Math.min(0, low * size), Math.max(0, high * size)]
      return least < lowest || most > highest ? anything : [least, most]
    }
    case "prod":
      return low >= 0 && high <= 1 ? [0, 1] : anything
    case "and":
    case "or":
      return low >= 0 && high <= 1 ? [0, 1] : anything
    default:
      return [low, high]
  }
}

export const stridesOf = (shape: readonly number[]): readonly number[] => {
  const strides: number[] = []
  let step = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    strides.unshift(step)
    step *= shape[d] ?? 1
  }
  return strides
}

/** The axes of a load that are not provably inside its tensor: only these need a test when it runs. */
export const unproved = (n: Load): readonly number[] => unprovedAxes(n.from.shape, n.at)
export const unprovedAxes = (shape: readonly number[], at: readonly Scalar[]): readonly number[] =>
  at.flatMap((x, d) => {
    const [low, high] = range(x)
    return low >= 0 && high < (shape[d] ?? 0) ? [] : [d]
  })

/** The flat element offset of coordinates in a row-major `shape`, as one affine form. */
export function flat(shape: readonly number[], at: readonly Scalar[]): Affine {
  const strides = stridesOf(shape)
  return at.reduce<Affine>((s, x, d) => plus(s, times(affine(x), strides[d] ?? 1), 1), { base: 0, terms: new Map() })
}
/** The factor of an index in an affine form; 0 where it does not occur. */
export const strideOf = (form: Affine, v: Var): number => form.terms.get(v) ?? 0
