import { fail } from "./fail.ts"
import { badSize, notAShape, notTheShape, type Sizes } from "./messages.ts"

/** Refuses what is no shape: a lone number, nothing, fractions, negative sizes, NaN. */
export function checkSizes(op: string, shape: Sizes): Sizes {
  if (!Array.isArray(shape)) fail("not-a-shape", notAShape(op, shape), { shape })
  for (const size of shape) if (!Number.isSafeInteger(size) || size < 0) fail("size", badSize(op, shape), { shape })
  return shape
}

export const sameShape = (a: Sizes, b: Sizes): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** What `expectShape` checks. */
export const expectSizes = (shape: Sizes, expected: Sizes): Sizes =>
  sameShape(shape, expected) ? shape : fail("expected", notTheShape(expected, shape), { shape, expected })
