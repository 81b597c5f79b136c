import { fail } from "./fail.ts"
import { perAxis, type Sizes, windowTooLarge } from "./messages.ts"
import { checkSizes } from "./sizes.ts"

/** Sizes of a window, which has to fit. */
export function dynamicSliceShape(shape: Sizes, starts: number, sizes: Sizes): Sizes {
  const op = "dynamicSlice"
  if (starts !== shape.length) fail("dynamic-slice", perAxis(op, "start", shape, starts), { shape })
  checkSizes(op, sizes)
  if (sizes.length !== shape.length) fail("dynamic-slice", perAxis(op, "sizes", shape, sizes.length), { shape, sizes })
  return fits(op, shape, sizes)
}
/** An update of x's rank that fits into x. */
export function updateSliceShape(op: string, shape: Sizes, update: Sizes): Sizes {
  if (update.length !== shape.length)
    fail("dynamic-slice", perAxis(op, "update", shape, update.length), { shape, update })
  fits(op, shape, update)
  return shape
}
function fits(op: string, shape: Sizes, window: Sizes): Sizes {
  for (const [axis, size] of shape.entries()) {
    const asked = window[axis] ?? 0
    if (asked > size) fail("dynamic-slice", windowTooLarge(op, asked, axis, shape), { shape, window, axis })
  }
  return window
}
