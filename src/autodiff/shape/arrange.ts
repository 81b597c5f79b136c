import { normaliseAxis } from "./axes.ts"
import { fail } from "./fail.ts"
import { badCuts, needsTwoAxes, notAVector, notTwoAxes, type Sizes } from "./messages.ts"
import { checkSizes } from "./sizes.ts"

/** A stack of matrices: the last two axes are its rows and columns. */
export function matrixAxes(op: string, shape: Sizes): readonly [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2)
  if (rows === undefined || columns === undefined) return fail("two-axes", needsTwoAxes(op, shape), { shape })
  return [rows, columns]
}
/** Two axes, counted from the start, that differ. */
export function twoAxes(op: string, shape: Sizes, first: number, second: number): readonly [number, number] {
  const [a, b] = [normaliseAxis(op, first, shape), normaliseAxis(op, second, shape)]
  if (a === b) fail("two-axes", notTwoAxes(op, first, second, shape), { axes: [first, second], shape })
  return [a, b]
}
/** How long the diagonal `offset` places above the main one is. */
export const diagonalSize = (rows: number, columns: number, offset: number): number =>
  Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns))

/** Sizes repeated; the shorter of the two lists is filled up with ones in front. */
export function tileShapes(shape: Sizes, reps: Sizes): { readonly from: Sizes; readonly reps: Sizes } {
  checkSizes("tile", reps)
  const rank = Math.max(shape.length, reps.length)
  const wide = (sizes: Sizes): Sizes => [...new Array<number>(rank - sizes.length).fill(1), ...sizes]
  return { from: wide(shape), reps: wide(reps) }
}
/** The size of tensors of one axis. */
export const vectorSize = (op: string, shape: Sizes): number =>
  shape.length === 1 && shape[0] !== undefined ? shape[0] : fail("vector", notAVector(op, shape), { shape })

/** Where each part starts and how long it is, for cuts that rise. */
export function cutSizes(shape: Sizes, cuts: Sizes, axis: number): readonly (readonly [start: number, size: number])[] {
  const size = shape[normaliseAxis("split", axis, shape)] ?? 0
  const ends = [...cuts, size]
  return ends.map((end, k) => {
    const start = k === 0 ? 0 : (ends[k - 1] ?? 0)
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start)
      return fail("split", badCuts(cuts, axis, shape), { cuts, axis, shape })
    return [start, end - start]
  })
}
