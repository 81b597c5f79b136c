import { fail } from "./fail.ts"
import { cannotBroadcast, cannotStretch, type Sizes } from "./messages.ts"

function broadcastTwo(op: string, a: Sizes, b: Sizes): Sizes {
  const rank = Math.max(a.length, b.length)
  const shape: number[] = new Array(rank)
  // From the right, as the types do, so that both name the same pair of sizes when several differ.
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = a[a.length - fromEnd] ?? 1
    const right = b[b.length - fromEnd] ?? 1
    if (left !== right && left !== 1 && right !== 1)
      fail("broadcast", cannotBroadcast(op, a, b, left, right), { shapes: [a, b] })
    shape[rank - fromEnd] = left === 1 ? right : left
  }
  return shape
}

/** The shape in which all the shapes meet; sizes agree from the right and 1 stretches. */
export const broadcastShapes = (op: string, ...shapes: readonly Sizes[]): Sizes =>
  shapes.reduce((a, b) => broadcastTwo(op, a, b), [])

/** Checks that `from` stretches to `to` (never the other way round) and returns `to`. */
export function stretchShape(op: string, from: Sizes, to: Sizes): Sizes {
  const offset = to.length - from.length
  const fits = offset >= 0 && from.every((size, axis) => size === 1 || size === to[axis + offset])
  return fits ? to : fail("stretch", cannotStretch(op, from, to), { from, to })
}
