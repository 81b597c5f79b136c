/** All prefixes of a sequence under an associative function, in steps that number the logarithm of its length. */

import { functionArgument, notAsync, typed } from "../boundary.ts"
import { CotangentError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { batchValues, moveAxis, repeat } from "../interpreters/batch.ts"
import { checkOptions } from "../options.ts"
import { concat } from "../primitives/concat.ts"
import { reshape } from "../primitives/reshape.ts"
import { slice } from "../primitives/slice.ts"
import { showType } from "../program/type.ts"
import { normaliseAxis } from "../shape/axes.ts"
import { carryChanged, lengthsDiffer } from "../shape/messages.ts"
import type { AssociativeScan } from "../signatures/cumulative.ts"
import { type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"

interface Options {
  readonly axis?: number
  readonly reverse?: boolean
}
/** Combines as many pairs as their leading axis has, all at once. */
type Combine = (a: readonly Value[], b: readonly Value[]) => readonly Value[]

/**
 * The prefixes `x0, f(x0, x1), f(f(x0, x1), x2), …` of a sequence, for an associative f, in about 2 log2(n) rounds of
 * independent pairs instead of n steps one after the other. f sees single elements (the leaves without their axis) and is
 * mapped over the pairs, so it is called a few times only. The derivatives are those of the rounds.
 *
 * @param f associative: f(f(a, b), c) = f(a, f(b, c)). Where it is not, the result is another bracketing than scan's.
 * @param xs a tree of sequences that share the size of their axis.
 * @param options `axis`: by default the first. `reverse`: suffixes `…, f(f(xn, xn-1), xn-2)` in the order of xs.
 * @throws CotangentError where f gives another structure, shape or dtype than it takes; ShapeError where sizes differ.
 * Blelloch 1990, "Prefix Sums and Their Applications", section 1.3.
 * @example
 * ```ts
 * import { add, associativeScan, mul, tensor } from "cotangent"
 * // y[i] = a[i] y[i - 1] + b[i]: a step after a step is a step.
 * const steps = { a: tensor([0.5, 0.5, 0.5]), b: tensor([1, 1, 1]) }
 * const { b } = associativeScan((p, q) => ({ a: mul(p.a, q.a), b: add(mul(q.a, p.b), q.b) }), steps)
 * console.log(await b.array())
 * ```
 */
export const associativeScan: AssociativeScan = typed((f: unknown, xs: unknown, options: Options = {}) => {
  const op = "associativeScan"
  checkOptions(op, options, ["axis", "reverse"])
  const call = functionArgument(op, f)
  const flat = flatten(xs, "xs")
  const { axis = 0, reverse = false } = options
  let size: number | undefined
  const rows = flat.leaves.map((x, k) => {
    if (x.shape.length === 0)
      throw new ShapeError("scan", `${op}: xs needs an axis, got ${showType(x.type)} at ${flat.paths[k]}`)
    const at = normaliseAxis(op, axis, x.shape)
    const found = x.shape[at] ?? 0
    if (size !== undefined && size !== found)
      throw new ShapeError("scan-size", lengthsDiffer(op, size, found), { sizes: [size, found] })
    size = found
    return { x: moveAxis(x, at, 0), at }
  })
  const count = rows.length
  const one: Combine = (a, b) => leavesOf(op, flat, notAsync(op, call(flat.build(a), flat.build(b))), a)
  const pairs: Combine = (a, b) => {
    const length = a[0]?.shape[0] ?? 0
    const made = batchValues(
      (...all) => one(all.slice(0, count), all.slice(count)),
      [...a, ...b],
      [...a, ...b].map(() => true),
      { size: length, name: undefined },
    )
    return made.values.map((y, k) => (made.batched[k] === true ? y : repeat(y, length)))
  }
  const scanned = scanLeaves(
    pairs,
    rows.map((r) => r.x),
    0,
    reverse,
  )
  return flat.build(scanned.map((x, k) => moveAxis(x, 0, rows[k]?.at ?? 0)))
})

/** What f gave, leaf by leaf; refused where it is not of the kind that f takes. */
function leavesOf(op: string, taken: Flat, result: unknown, like: readonly Value[]): readonly Value[] {
  const given = flatten(result, "the result")
  if (given.key !== taken.key)
    throw new CotangentError("carry", `${op}: the function must return a tree like the ones it takes`)
  given.leaves.forEach((y, k) => {
    const x = like[k]
    if (x !== undefined && y.type !== x.type)
      throw new CotangentError("carry", carryChanged(op, taken.paths[k] ?? "xs", showType(x.type), showType(y.type)))
  })
  return given.leaves
}

/**
 * The rounds: neighbours combine, the sequence of those (half as long) is scanned by the same, and every other prefix is
 * one more step from the one before it. About 2n applications, where doubling strides would take n log n.
 */
export function scanLeaves(combine: Combine, xs: readonly Value[], axis: number, reverse: boolean): readonly Value[] {
  if (reverse) {
    const turned = (all: readonly Value[]): readonly Value[] => all.map((x) => reversed(x, axis))
    return turned(scanLeaves(combine, turned(xs), axis, false))
  }
  const size = xs[0]?.shape[axis] ?? 0
  if (size < 2) return xs
  const half = Math.floor(size / 2)
  const rest = Math.floor((size - 1) / 2)
  const every = (start: number, count: number, step: number) => (x: Value) => part(x, axis, start, count, step)
  const odd = scanLeaves(combine, combine(xs.map(every(0, half, 2)), xs.map(every(1, half, 2))), axis, false)
  const after = rest === 0 ? [] : combine(odd.map(every(0, rest, 1)), xs.map(every(2, rest, 2)))
  return xs.map((x, k) => {
    const first = part(x, axis, 0, 1, 1)
    const later = after[k]
    const even = later === undefined ? first : bindOne(concat.along(axis), first, later)
    const between = odd[k]
    return between === undefined ? even : interleaved(even, between, axis)
  })
}
/** a0 b0 a1 b1 …, where a has as many elements as b, or one more. */
function interleaved(a: Value, b: Value, axis: number): Value {
  const size = b.shape[axis] ?? 0
  const column = (x: Value): Value => {
    const whole = part(x, axis, 0, size, 1)
    return bindOne(reshape.to([...x.shape.slice(0, axis), size, 1, ...x.shape.slice(axis + 1)]), whole)
  }
  const paired = bindOne(concat.along(axis + 1), column(a), column(b))
  const woven = bindOne(reshape.to(b.shape.map((n, d) => (d === axis ? 2 * n : n))), paired)
  return (a.shape[axis] ?? 0) === size ? woven : bindOne(concat.along(axis), woven, part(a, axis, size, 1, 1))
}
const part = (x: Value, axis: number, start: number, count: number, step: number): Value =>
  bindOne(
    slice.window({
      start: x.shape.map((_, d) => (d === axis ? start : 0)),
      step: x.shape.map((_, d) => (d === axis ? step : 1)),
      size: x.shape.map((n, d) => (d === axis ? count : n)),
    }),
    x,
  )
const reversed = (x: Value, axis: number): Value => {
  const size = x.shape[axis] ?? 0
  return part(x, axis, Math.max(size - 1, 0), size, -1)
}
