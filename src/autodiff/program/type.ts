/** The type of a value in a Program: dtype and shape, interned, so that types are compared with `===` and keyed by `id`. */
import type { DType } from "../dtype.ts"
import { internal } from "../errors.ts"
import type { ArrayType } from "./loop/loop.ts"

export interface TensorType {
  readonly id: number
  readonly dtype: DType
  readonly shape: readonly number[]
  /** A JavaScript number handed to a traced function: an f64 scalar that takes the dtype of what it meets. */
  readonly weak: boolean
  /** How engines store it: a key of shape S is u32 of shape [...S, 2]. */
  readonly array: ArrayType
}

const types = new Map<string, TensorType>()

// The table is never emptied: a program has few types, and the ids in cache keys must not be reused.
export function typeOf(dtype: DType, shape: readonly number[], weak = false): TensorType {
  const key = `${weak ? "~" : ""}${dtype}${shape.length}[${shape.join(",")}]`
  let type = types.get(key)
  if (type === undefined) {
    // A type lives as long as the process: one with a size that is none would be met by every later call.
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw internal(`a type with the sizes [${shape.join(", ")}]`)
    const held = [...shape]
    const array: ArrayType = dtype === "key" ? { dtype: "u32", shape: [...held, 2] } : { dtype, shape: held }
    type = { id: types.size, dtype, shape: held, weak, array }
    types.set(key, type)
  }
  return type
}
export const fromArray = (array: ArrayType): TensorType => typeOf(array.dtype, array.shape)
/** `f32[32, 784]`; a weak scalar reads `f64[]~`. */
export const showType = (t: TensorType): string => `${t.dtype}[${t.shape.join(", ")}]${t.weak ? "~" : ""}`
