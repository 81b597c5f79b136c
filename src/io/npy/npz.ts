/** NumPy's archives of arrays by name. */
import * as E from "fp-ts/lib/Either.js"
import type * as TE from "fp-ts/lib/TaskEither.js"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import { readBytes, replaceFile } from "../files.ts"
import { orThrow, type ParseError } from "../parse-error.ts"
import { arrayOf, tensorOf } from "../tensors.ts"
import { unzip, zip } from "../zip.ts"
import { decodeNpy, encodeArray } from "./npy.ts"

export type Named = Readonly<Record<string, Tensor>>

/**
 * Reads the bytes of a .npz archive, as `numpy.savez` and `numpy.savez_compressed` write it. Unpacking is asynchronous.
 *
 * @example
 * ```ts
 * import { ones } from "cotangent"
 * import { encodeNpz, parseNpz } from "cotangent/io"
 * console.log(await parseNpz(await encodeNpz({ w: ones([2]) }))())
 * ```
 */
export const parseNpz =
  (bytes: Uint8Array): TE.TaskEither<ParseError, Named> =>
  async () => {
    const members = await unzip(bytes, (name) => name.endsWith(".npy"))
    if (E.isLeft(members)) return members
    const tensors: [string, Tensor][] = []
    for (const member of members.right) {
      const name = member.name.slice(0, -4)
      const array = decodeNpy(name, member.bytes)
      if (E.isLeft(array)) return array
      tensors.push([name, tensorOf(array.right)])
    }
    return E.right(Object.fromEntries(tensors))
  }

/**
 * The bytes of a .npz archive, not compressed; `numpy.load` reads it.
 *
 * @throws ParseError for a tensor of keys.
 */
export async function encodeNpz(tensors: Named): Promise<Uint8Array> {
  const arrays = await Promise.all(Object.entries(tensors).map(([name, x]) => arrayOf(name, x)))
  return zip(arrays.map((a) => ({ name: `${a.name}.npy`, bytes: orThrow("encodeNpz", encodeArray(a)) })))
}

/**
 * Reads a .npz archive.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError, naming the file, for what is no .npz archive.
 */
export async function readNpz(path: string): Promise<Named> {
  return orThrow(path, await parseNpz(await readBytes(path))())
}

/**
 * Writes tensors by name as a .npz archive; it is replaced as a whole.
 *
 * @example
 * ```ts
 * import { arange, ones } from "cotangent"
 * import { readNpz, writeNpz } from "cotangent/io"
 * await writeNpz("out/example/two.npz", { w: ones([2, 3]), steps: arange(3) })
 * console.log(await readNpz("out/example/two.npz"))
 * ```
 */
export async function writeNpz(path: string, tensors: Named): Promise<void> {
  await replaceFile(path, await encodeNpz(tensors))
}
