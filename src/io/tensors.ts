/** Arrays of files as tensors, and back. */
import { typed } from "../autodiff/boundary.ts"
import { typeOf } from "../autodiff/program/type.ts"
import { fromNumbers } from "../autodiff/tensor.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import type { NamedArray } from "./elements.ts"

/** A tensor of an array that was read; its shape is known at run time only. */
export const tensorOf = ({ dtype, shape, data }: NamedArray): Tensor => typed(fromNumbers(typeOf(dtype, shape), data))

export async function arrayOf(name: string, tensor: Tensor): Promise<NamedArray> {
  return { name, dtype: tensor.dtype, shape: tensor.shape, data: await tensor.data() }
}
