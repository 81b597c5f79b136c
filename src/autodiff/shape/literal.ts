import { fail, product } from "./fail.ts"
import { dataLength, ragged, type Sizes, wrongElement } from "./messages.ts"
import { sameShape } from "./sizes.ts"

/** What `tensor` reads: a number or boolean, or arrays of them nested to any depth. */
export interface NestedArray extends ReadonlyArray<NestedElement> {}
export type NestedElement = number | boolean | NestedArray

/** The shape of a nested array; rows of different shapes are refused, deepest first. */
export function nestedShape(data: NestedElement): Sizes {
  if (!Array.isArray(data)) {
    const kind = typeof data
    if (kind === "number" || kind === "boolean") return []
    if (isPromise(data)) return fail("promise", wrongElement("a promise"))
    return fail("element", wrongElement(data === null ? "null" : kind))
  }
  const rows = data.map(nestedShape)
  const [first = []] = rows
  for (const [index, row] of rows.entries())
    if (!sameShape(first, row)) fail("ragged", ragged(first, row, index), { index, shapes: [first, row] })
  return [rows.length, ...first]
}

const isPromise = (x: unknown): boolean => x instanceof Promise

/** Checks flat data against the shape it is to have. */
export const dataShape = (shape: Sizes, length: number): Sizes =>
  product(shape) === length ? shape : fail("data", dataLength(shape, length, product(shape)), { shape, length })
