import { fail, product } from "./fail.ts"
import {
  badSize,
  notAPermutation,
  notAShape,
  reshapeCounts,
  reshapeRest,
  reshapeTwoUnknown,
  type Sizes,
} from "./messages.ts"
import { checkSizes } from "./sizes.ts"

/** The shape asked for, with one -1 worked out from the number of elements. */
export function reshapeShape(from: Sizes, to: Sizes): Sizes {
  if (!Array.isArray(to)) fail("not-a-shape", notAShape("reshape", to), { to })
  const unknown = to.filter((size) => size === -1).length
  if (unknown > 1) fail("reshape", reshapeTwoUnknown(to), { from, to })
  if (unknown === 0) {
    checkSizes("reshape", to)
    if (product(from) !== product(to))
      fail("reshape", reshapeCounts(from, to, product(from), product(to)), { from, to })
    return to
  }
  const known = product(to.filter((size) => size !== -1))
  if (!Number.isSafeInteger(known) || known < 0) fail("size", badSize("reshape", to), { shape: to })
  // A known 0 leaves -1 undetermined: any size would do, so none is right.
  if (known === 0 || product(from) % known !== 0) fail("reshape", reshapeRest(from, to), { from, to })
  return to.map((size) => (size === -1 ? product(from) / known : size))
}

/** The axes in the order asked for (reversed without one), counted from the start. */
export function transposePermutation(shape: Sizes, permutation: readonly number[] | undefined): readonly number[] {
  if (permutation === undefined) return shape.map((_, axis) => shape.length - 1 - axis)
  const axes = permutation.map((axis) => (axis < 0 ? axis + shape.length : axis))
  const distinct = new Set(axes.filter((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length))
  if (axes.length !== shape.length || distinct.size !== shape.length)
    fail("transpose", notAPermutation(permutation, shape), { permutation, shape })
  return axes
}

export const transposeShape = (shape: Sizes, permutation: readonly number[] | undefined): Sizes =>
  transposePermutation(shape, permutation).map((axis) => shape[axis] ?? 0)
