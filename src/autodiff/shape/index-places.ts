import { fail } from "./fail.ts"
import { indexOutOfRange, noRange, type Sizes, tooManyIndices } from "./messages.ts"

/** A position, or a window of positions from start up to an end, which is left out; both may count from the end. */
export type PlainIndex = number | readonly [start: number, end?: number]

/** The window of each axis that plain indices leave (`undefined` names all of an axis), and which axes a number drops. */
export function indexWindow(
  op: string,
  shape: Sizes,
  index: readonly (PlainIndex | undefined)[],
): { readonly start: Sizes; readonly size: Sizes; readonly drops: readonly boolean[] } {
  if (index.length > shape.length) fail("index", tooManyIndices(op, index.length, shape), { shape })
  const windows = shape.map((size, axis): readonly [start: number, size: number] => {
    const asked = index[axis]
    if (asked === undefined) return [0, size]
    if (typeof asked === "number") {
      if (!Number.isInteger(asked) || asked >= size || asked < -size)
        fail("index", indexOutOfRange(op, asked, axis, shape), { shape, axis, index: asked })
      return [asked < 0 ? asked + size : asked, 1]
    }
    const [low, high = size] = asked
    const [from, to] = [low < 0 ? low + size : low, high < 0 ? high + size : high]
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > size || from > to)
      fail("index", noRange(op, low, high, axis, shape), { shape, axis, index: asked })
    return [from, to - from]
  })
  return {
    start: windows.map(([start]) => start),
    size: windows.map(([, size]) => size),
    drops: shape.map((_, axis) => typeof index[axis] === "number"),
  }
}
