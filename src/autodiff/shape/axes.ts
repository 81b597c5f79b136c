import { fail } from "./fail.ts"
import { axisNamedTwice, axisOutOfRange, cannotSqueeze, type Sizes } from "./messages.ts"

export type AxisArgument = number | readonly number[] | undefined

/** An axis counted from the start, where -1 is the last one. */
export function normaliseAxis(op: string, axis: number, shape: Sizes): number {
  const index = axis < 0 ? axis + shape.length : axis
  if (!Number.isInteger(axis) || index < 0 || index >= shape.length)
    fail("axis", axisOutOfRange(op, axis, shape), { axis, shape })
  return index
}

/** Axes in rising order; no argument means all of them. */
export function normaliseAxes(op: string, axis: AxisArgument, shape: Sizes): readonly number[] {
  if (axis === undefined) return shape.map((_, index) => index)
  const asked = typeof axis === "number" ? [axis] : axis
  const axes: number[] = []
  for (const one of asked) {
    const index = normaliseAxis(op, one, shape)
    if (axes.includes(index)) fail("axis", axisNamedTwice(op, one, shape), { axis, shape })
    axes.push(index)
  }
  return axes.sort((a, b) => a - b)
}

/** The shape left by a reduction. */
export function reduceShape(op: string, shape: Sizes, axis: AxisArgument, keepDims = false): Sizes {
  const axes = normaliseAxes(op, axis, shape)
  return keepDims
    ? shape.map((size, index) => (axes.includes(index) ? 1 : size))
    : shape.filter((_, index) => !axes.includes(index))
}

/** Inserts axes of size 1; positions count in the *result*, as in NumPy. */
export function expandDimsShape(shape: Sizes, axis: number | readonly number[]): Sizes {
  const asked = typeof axis === "number" ? [axis] : axis
  const result: Sizes = [...asked.map(() => 1), ...shape]
  const axes = normaliseAxes("expandDims", axis, result)
  const kept = shape[Symbol.iterator]()
  return result.map((_, index) => (axes.includes(index) ? 1 : (kept.next().value ?? 1)))
}

/** Drops axes of size 1: the named ones, or all. */
export function squeezeShape(shape: Sizes, axis: AxisArgument): Sizes {
  if (axis === undefined) return shape.filter((size) => size !== 1)
  const axes = normaliseAxes("squeeze", axis, shape)
  for (const index of axes) if (shape[index] !== 1) fail("squeeze", cannotSqueeze(index, shape), { axis: index, shape })
  return shape.filter((_, index) => !axes.includes(index))
}
