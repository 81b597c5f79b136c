import { fail } from "./fail.ts"
import { badSize, notTheShape, type Sizes } from "./messages.ts"

/** Refuses what is no shape: fractions, negative sizes, NaN. */
export function checkSizes(op: string, shape: Sizes): Sizes {
  for (const size of shape) if (!Number.isSafeInteger(size) || size < 0) fail("size", badSize(op, shape), { shape })
  return shape
}

export const sameShape = (a: Sizes, b: Sizes): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** What `expectShape` checks. */
export const expectSizes = (shape: Sizes, expected: Sizes): Sizes =>
  sameShape(shape, expected) ? shape : fail("expected", notTheShape(expected, shape), { shape, expected })
