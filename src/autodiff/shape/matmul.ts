import { broadcastShapes } from "./broadcast.ts"
import { fail } from "./fail.ts"
import { innerSizesDiffer, matmulWithoutAxes, type Sizes } from "./messages.ts"

/** NumPy's matmul: a vector on the left is a row, on the right a column, and its axis is gone from the result. */
export function matmulShape(a: Sizes, b: Sizes): Sizes {
  const inner = a[a.length - 1]
  const other = b.length === 1 ? b[0] : b[b.length - 2]
  if (inner === undefined) return fail("matmul-scalar", matmulWithoutAxes("left"), { shapes: [a, b] })
  if (other === undefined) return fail("matmul-scalar", matmulWithoutAxes("right"), { shapes: [a, b] })
  if (inner !== other) fail("matmul", innerSizesDiffer(a, b, inner, other), { shapes: [a, b] })
  const batch = broadcastShapes("matmul", a.slice(0, -2), b.slice(0, -2))
  return [...batch, ...a.slice(0, -1).slice(-1), ...(b.length === 1 ? [] : b.slice(-1))]
}
