/** safetensors files as tensors by name: the format in which models are exchanged. */
import * as E from "fp-ts/lib/Either.js"
import type * as TE from "fp-ts/lib/TaskEither.js"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import { readBytes, replaceFile } from "../files.ts"
import { orThrow, type ParseError } from "../parse-error.ts"
import { arrayOf, tensorOf } from "../tensors.ts"
import { type ArrayFile, decodeArrays, encodeArrays } from "./arrays.ts"

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}
export interface SafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>
}

const toTensors = ({ arrays, metadata }: ArrayFile): Safetensors => ({
  tensors: Object.fromEntries(arrays.map((array) => [array.name, tensorOf(array)])),
  metadata,
})

/**
 * Reads the bytes of a safetensors file. f64, f32, i32, u32 and bool are read as they are; f16 and bf16 become f32,
 * narrower integers i32, and 64-bit integers i32 where every element fits.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, parseSafetensors } from "cotangent/io"
 * import { tensor } from "cotangent"
 * import * as E from "fp-ts/lib/Either.js"
 * import { pipe } from "fp-ts/lib/function.js"
 * const encoded = await encodeSafetensors({ w: tensor([1, 2]) })()
 * const w = pipe(encoded, E.chain(parseSafetensors), E.map(({ tensors }) => tensors["w"]))
 * console.log(w)
 * ```
 */
export const parseSafetensors = (bytes: Uint8Array): E.Either<ParseError, Safetensors> =>
  E.map(toTensors)(decodeArrays(bytes))

/** The bytes of a safetensors file; fails for names and metadata that the format cannot hold. */
export const encodeSafetensors =
  (
    tensors: Readonly<Record<string, Tensor>>,
    { metadata = {} }: SafetensorsOptions = {},
  ): TE.TaskEither<ParseError, Uint8Array> =>
  async () =>
    encodeArrays({ arrays: await Promise.all(Object.entries(tensors).map(([name, x]) => arrayOf(name, x))), metadata })

/**
 * Reads a safetensors file; `expectShape` gives its tensors the shapes that the program counts on.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError, naming the file, for what is no safetensors file.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return orThrow(path, parseSafetensors(await readBytes(path)))
}

/**
 * Writes tensors by name; the file is replaced as a whole.
 *
 * @throws ParseError for names and metadata that the format cannot hold; the old file is then untouched.
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "cotangent/io"
 * import { expectShape, ones } from "cotangent"
 * await writeSafetensors("out/example/ones.safetensors", { w: ones([2, 3]) }, { metadata: { made: "by hand" } })
 * const { tensors, metadata } = await readSafetensors("out/example/ones.safetensors")
 * console.log(metadata, tensors.w && expectShape(tensors.w, [2, 3]))
 * ```
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: SafetensorsOptions = {},
): Promise<void> {
  await replaceFile(path, orThrow(path, await encodeSafetensors(tensors, options)()))
}
