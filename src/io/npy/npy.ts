/** NumPy's files of one array. */
import * as E from "fp-ts/lib/Either.js"
import { allocate, type DType, type Numbers } from "../../autodiff/dtype.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import { decodeElements, encodeElements, type NamedArray } from "../elements.ts"
import { readBytes, replaceFile } from "../files.ts"
import { failed, orThrow, type ParseError } from "../parse-error.ts"
import { arrayOf, tensorOf } from "../tensors.ts"
import { headerOf, parseHeader } from "./header.ts"

/** How our dtypes are written. */
const descriptions: Readonly<Record<Exclude<DType, "key">, string>> = {
  f64: "<f8",
  f32: "<f4",
  i32: "<i4",
  u32: "<u4",
  bool: "|b1",
}

/** An array by the name that messages give it. */
export function decodeNpy(name: string, bytes: Uint8Array): E.Either<ParseError, NamedArray> {
  const header = parseHeader(bytes)
  if (E.isLeft(header)) return header
  const { type, little, columnMajor, shape, start } = header.right
  const decoded = decodeElements("npy", name, type, bytes.subarray(start), little)
  return E.map(
    (data: Numbers): NamedArray => ({
      name,
      dtype: type.dtype,
      shape,
      data: columnMajor ? rowMajor(type.dtype, shape, data) : data,
    }),
  )(decoded)
}
function rowMajor(dtype: Exclude<DType, "key">, shape: readonly number[], data: Numbers): Numbers {
  const out = allocate(dtype, data.length)
  const index = shape.map(() => 0)
  for (let k = 0; k < data.length; k++) {
    let from = 0
    for (let d = shape.length - 1; d >= 0; d--) from = from * (shape[d] ?? 1) + (index[d] ?? 0)
    out[k] = data[from] ?? 0
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = (index[d] ?? 0) + 1
      if ((index[d] ?? 0) < (shape[d] ?? 1)) break
      index[d] = 0
    }
  }
  return out
}
export function encodeArray({ name, dtype, shape, data }: NamedArray): E.Either<ParseError, Uint8Array> {
  if (dtype === "key")
    return failed("npy-key", `"${name}" is a tensor of keys, which .npy does not know; write it with writeSafetensors`)
  const header = headerOf(descriptions[dtype], shape)
  const bytes = new Uint8Array(header.length + data.byteLength)
  bytes.set(header)
  encodeElements(dtype, data, bytes.subarray(header.length))
  return E.right(bytes)
}

/**
 * Reads the bytes of a .npy file, versions 1.0 to 3.0, of any byte order, row- or column-major. f64, f32, i32, u32 and bool
 * are read as they are; f16 becomes f32, narrower integers i32, and 64-bit integers i32 where every element fits.
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { encodeNpy, parseNpy } from "cotangent/io"
 * console.log(parseNpy(await encodeNpy(tensor([[1, 2]]))))
 * ```
 */
export const parseNpy = (bytes: Uint8Array): E.Either<ParseError, Tensor> => E.map(tensorOf)(decodeNpy("array", bytes))

/**
 * The bytes of a .npy file, which `numpy.load` reads.
 *
 * @throws ParseError for a tensor of keys.
 */
export const encodeNpy = async (tensor: Tensor): Promise<Uint8Array> =>
  orThrow("encodeNpy", encodeArray(await arrayOf("array", tensor)))

/**
 * Reads a .npy file; `expectShape` gives the tensor the shape that the program counts on.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError, naming the file, for what is no .npy file.
 */
export async function readNpy(path: string): Promise<Tensor> {
  return orThrow(path, parseNpy(await readBytes(path)))
}

/**
 * Writes a .npy file; it is replaced as a whole.
 *
 * @example
 * ```ts
 * import { expectShape, ones } from "cotangent"
 * import { readNpy, writeNpy } from "cotangent/io"
 * await writeNpy("out/example/ones.npy", ones([2, 3]))
 * console.log(expectShape(await readNpy("out/example/ones.npy"), [2, 3]))
 * ```
 */
export async function writeNpy(path: string, tensor: Tensor): Promise<void> {
  await replaceFile(path, orThrow(path, encodeArray(await arrayOf("array", tensor))))
}
