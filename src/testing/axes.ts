/** Axes of a shape, as functions take them. */
import fc from "fast-check"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"

/** What `sum(x, { axis })` takes: one axis, several, or all of them where it is undefined. */
export type AxisArgument = number | readonly number[] | undefined

const either = (rank: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 * rank - 1 }).map(from(rank))
/** 0, 1, … and then -1, -2, …, so that what shrinks ends at an axis counted from the front. */
const from =
  (rank: number) =>
  (k: number): number =>
    k < rank ? k : rank - 1 - k

/**
 * Valid axes of a shape: a number from the front or (negative) from the back, a list of some in any order, or undefined for
 * all. They shrink to undefined; `{ single: true }` draws numbers only.
 *
 * @throws Error where a single axis is asked for and the shape has none.
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { ones, sum } from "cotangent"
 * import { axesOf, expectClose } from "cotangent/testing"
 * fc.assert(
 *   fc.property(axesOf([2, 3]), (axis) => {
 *     const total = sum(axis === undefined ? ones([2, 3]) : sum(ones([2, 3]), { axis, keepDims: true }))
 *     expectClose(total, 6)
 *   }),
 * )
 * ```
 */
export function axesOf(shape: readonly number[], options: { readonly single: true }): fc.Arbitrary<number>
export function axesOf(shape: readonly number[], options?: { readonly single?: false }): fc.Arbitrary<AxisArgument>
export function axesOf(
  { length: rank }: readonly number[],
  options: { readonly single?: boolean } = {},
): fc.Arbitrary<AxisArgument> {
  checkOptions("axesOf", options, ["single"])
  if (options.single === true) {
    if (rank === 0)
      throw new CotangentError(
        "arbitrary",
        "axesOf: a scalar has no axis; shapes({ minRank: 1 }) draws shapes that have one",
      )
    return either(rank)
  }
  if (rank === 0) return fc.constantFrom(undefined, [])
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  const list = fc
    .tuple(fc.shuffledSubarray(axes), fc.array(fc.boolean(), { minLength: rank, maxLength: rank }))
    .map(([chosen, back]) => chosen.map((axis) => (back[axis] === true ? axis - rank : axis)))
  return fc.oneof({ withCrossShrink: true }, fc.constant(undefined), either(rank), list)
}
