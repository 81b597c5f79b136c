/** Files of Node. Its modules are loaded when a file is touched, so that the parsers of this folder run in a browser. */
import { CotangentError } from "../autodiff/errors.ts"

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code))

/** The bytes of a file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  const { readFile } = await import("node:fs/promises")
  try {
    // A Buffer would be a trap to hand on: its slice() shares memory, and it compares unequal to the bytes it holds.
    const buffer = await readFile(path)
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  } catch (error) {
    // Node's own message does not name the path.
    if (hasCode(error, "EISDIR"))
      throw new CotangentError("file-folder", `${path} is a folder; name a file in it`, { path })
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined
    throw error
  }
}

/** @throws CotangentError (`file-missing`) where there is no such file. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await readIfThere(path)
  if (bytes !== undefined) return bytes
  const { resolve } = await import("node:path")
  throw new CotangentError(
    "file-missing",
    `there is no file ${resolve(path)}; check the path and the working directory`,
    {
      path,
    },
  )
}

/**
 * Replaces a file as a whole: the content is written beside it, flushed and renamed, so that a crash, a full disk or
 * Ctrl-C leaves the old file or the new one and never half of either. Folders on the way are made.
 *
 * @example
 * ```ts
 * import { replaceFile } from "cotangent/io"
 * await replaceFile("out/example/note.txt", "written whole")
 * ```
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const { mkdir, open, rename, rm } = await import("node:fs/promises")
  const { basename, dirname, join } = await import("node:path")
  await mkdir(dirname(path), { recursive: true })
  const beside = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.partial`)
  try {
    const file = await open(beside, "wx")
    try {
      await file.writeFile(content)
      // Without the flush a power cut can leave the new name on a file without content.
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
