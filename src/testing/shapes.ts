/** Shapes to try functions on, small enough that a failure can be read. */
import fc from "fast-check"

export interface ShapeLimits {
  /** Axes at most; 3 unless given. */
  readonly maxRank?: number
  /** The largest axis; 4 unless given. */
  readonly maxSize?: number
  /** The most elements; 64 unless given. */
  readonly maxElements?: number
  /** The smallest axis; 1 unless given. 0 also tries tensors without elements. */
  readonly minSize?: number
}

const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/**
 * Shapes, from the scalar's up. They shrink towards fewer and smaller axes.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { sum, zeros } from "cotangent"
 * import { shapes } from "cotangent/testing"
 * fc.assert(fc.property(shapes({ maxRank: 2 }), (shape) => sum(zeros(shape)).shape.length === 0))
 * ```
 */
export const shapes = ({
  maxRank = 3,
  maxSize = 4,
  maxElements = 64,
  minSize = 1,
}: ShapeLimits = {}): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: minSize, max: maxSize }), { maxLength: maxRank }).map((sizes) => {
    // Cut down rather than filtered out: a filter would throw most large shapes away.
    const kept: number[] = []
    for (const size of sizes) if (elementsOf([...kept, size]) <= maxElements) kept.push(size)
    return kept
  })

/**
 * `count` shapes that broadcast with one another: some lose leading axes, some have axes of size 1.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { add, zeros } from "cotangent"
 * import { broadcastable } from "cotangent/testing"
 * fc.assert(
 *   fc.property(broadcastable(2), ([a = [], b = []]) => add(zeros(a), zeros(b)).shape.length === Math.max(a.length, b.length)),
 * )
 * ```
 */
export const broadcastable = (count: number, limits: ShapeLimits = {}): fc.Arbitrary<number[][]> =>
  shapes(limits).chain((whole) =>
    fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: whole.length }), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
        .map(([dropped, ones]) => whole.slice(dropped).map((size, d) => (ones[d % 3] === true ? 1 : size))),
      { minLength: count, maxLength: count },
    ),
  )
