/** Shapes to try functions on, small enough that a failure can be read. */
import fc from "fast-check"
import { checkOptions } from "../autodiff/options.ts"
import { elementCount } from "./elements.ts"
import { scaled } from "./size.ts"

export interface ShapeLimits {
  /** Axes at most; 3 unless given or scaled. */
  readonly maxRank?: number
  /** Axes at least; 0 unless given. */
  readonly minRank?: number
  /** The largest axis; 4 unless given or scaled. */
  readonly maxSize?: number
  /** The most elements; 64 unless given or scaled. */
  readonly maxElements?: number
  /** The smallest axis; 1 unless given. 0 also tries tensors without elements. */
  readonly minSize?: number
  /**
   * Scales the limits that are not given, as in fast-check: from "xsmall" (rank 2, axes to 2) by "small", its default, to
   * "xlarge" (rank 5, axes to 32, 32768 elements). `fc.configureGlobal({ baseSize })` does for all.
   */
  readonly size?: fc.SizeForArbitrary
}

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
export function shapes(limits: ShapeLimits = {}): fc.Arbitrary<number[]> {
  checkOptions("shapes", limits, ["maxRank", "minRank", "maxSize", "maxElements", "minSize", "size"])
  const { minSize = 1, minRank = 0, size } = limits
  const { maxRank, maxSize, maxElements } = { ...scaled(size), ...limits }
  return fc
    .array(fc.integer({ min: minSize, max: maxSize }), { minLength: minRank, maxLength: maxRank, size: "max" })
    .map((sizes) => {
      // Cut down rather than filtered out: a filter would throw most large shapes away.
      const kept: number[] = []
      sizes.forEach((wanted, d) => {
        const room = elementCount(kept) * Math.max(minSize, 1) ** Math.max(0, minRank - d - 1)
        if (room * wanted <= maxElements) kept.push(wanted)
        else if (d < minRank) kept.push(Math.max(minSize, Math.floor(maxElements / room)))
      })
      return kept
    })
}

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
export function broadcastable(count: number, limits: ShapeLimits = {}): fc.Arbitrary<number[][]> {
  const longest = limits.maxRank ?? scaled(limits.size).maxRank
  // Choices for as many axes as there may be, so that they stay while the whole shape shrinks.
  const choice = fc.tuple(
    fc.integer({ min: 0, max: longest }),
    fc.array(fc.boolean(), { minLength: longest, maxLength: longest }),
  )
  return fc.tuple(shapes(limits), fc.array(choice, { minLength: count, maxLength: count })).map(([whole, choices]) =>
    choices.map(([dropped, ones]) => {
      const start = Math.min(dropped, Math.max(0, whole.length - (limits.minRank ?? 0)))
      return whole.slice(start).map((size, d) => (ones[d] === true ? 1 : size))
    }),
  )
}
