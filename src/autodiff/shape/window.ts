import { normaliseAxis } from "./axes.ts"
import { fail } from "./fail.ts"
import { agreeOffAxis } from "./join.ts"
import { badPad, indexOutOfRange, perAxis, type Sizes, sliceOutOfRange } from "./messages.ts"

/** Where a slice starts and ends on every axis, negative positions counted from the end, and the shape it leaves. */
export function sliceBounds(
  shape: Sizes,
  start: readonly number[],
  end: readonly number[] = shape,
): { readonly start: readonly number[]; readonly end: readonly number[]; readonly shape: Sizes } {
  if (start.length !== shape.length) fail("slice", perAxis("slice", "start", shape, start.length), { shape, start })
  if (end.length !== shape.length) fail("slice", perAxis("slice", "end", shape, end.length), { shape, end })
  const place = (at: number, size: number): number => (at < 0 ? at + size : at)
  const from = shape.map((size, axis) => place(start[axis] ?? 0, size))
  const to = shape.map((size, axis) => place(end[axis] ?? size, size))
  for (const [axis, size] of shape.entries()) {
    const [low = 0, high = size] = [from[axis], to[axis]]
    if (!Number.isInteger(low) || !Number.isInteger(high) || low < 0 || high > size || low > high)
      fail("slice", sliceOutOfRange(start[axis] ?? 0, end[axis] ?? size, axis, shape), { shape, start, end, axis })
  }
  return { start: from, end: to, shape: from.map((low, axis) => (to[axis] ?? low) - low) }
}

export type PadAmounts = readonly (readonly [low: number, high: number])[]

export function padShape(shape: Sizes, amounts: PadAmounts): Sizes {
  if (amounts.length !== shape.length) fail("pad", perAxis("pad", "padding", shape, amounts.length), { shape, amounts })
  return shape.map((size, axis) => {
    const [low, high] = amounts[axis] ?? [0, 0]
    const good = Number.isInteger(low) && Number.isInteger(high) && low >= 0 && high >= 0
    return good ? low + size + high : fail("pad", badPad(low, high, axis), { shape, amounts, axis })
  })
}

/** `take` with a tensor of indices puts their axes where the indexed one stood; with one number it drops the axis. */
export function takeShape(shape: Sizes, indices: number | Sizes, axis: number): Sizes {
  const index = normaliseAxis("take", axis, shape)
  const size = shape[index] ?? 0
  if (typeof indices === "number" && (!Number.isInteger(indices) || indices >= size || indices < -size))
    fail("index", indexOutOfRange("take", indices, axis, shape), { shape, axis, index: indices })
  return [...shape.slice(0, index), ...(typeof indices === "number" ? [] : indices), ...shape.slice(index + 1)]
}

/** One index per place: the indices have x's shape except on `axis`, where they say how many are taken. */
export function takeAlongAxisShape(shape: Sizes, indices: Sizes, axis: number): Sizes {
  agreeOffAxis("takeAlongAxis", shape, indices, normaliseAxis("takeAlongAxis", axis, shape), axis)
  return indices
}
