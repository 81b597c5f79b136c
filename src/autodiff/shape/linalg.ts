/** Shapes of linear algebra: matrices are the last two axes, everything before them is a batch. */
import { broadcastShapes } from "./broadcast.ts"
import { fail } from "./fail.ts"
import { notMatrices, notSquare, rightHandSide, type Sizes } from "./messages.ts"

export function matricesShape(op: string, shape: Sizes): Sizes {
  return shape.length < 2 ? fail("matrices", notMatrices(op, shape), { shape }) : shape
}
export function squareShape(op: string, shape: Sizes): Sizes {
  matricesShape(op, shape)
  return shape.at(-1) === shape.at(-2) ? shape : fail("square", notSquare(op, shape), { shape })
}
/** Whether b is one vector, or columns; leading axes broadcast. */
export function systemShape(op: string, a: Sizes, b: Sizes): { readonly vector: boolean; readonly batch: Sizes } {
  const rows = a.at(-2)
  const vector = b.length === 1
  if (b.length === 0 || (vector ? b[0] : b.at(-2)) !== rows) fail("system", rightHandSide(op, a, b), { shapes: [a, b] })
  return { vector, batch: broadcastShapes(op, a.slice(0, -2), b.slice(0, -2)) }
}
