import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import type { Checkpoints } from "../optim/fit/checkpoints.ts"
import { loadTree, saveTree } from "./checkpoint.ts"
import { ParseError } from "./parse-error.ts"

const digits = 10
const nameOf = (step: number): string => `step-${String(step).padStart(digits, "0")}.safetensors`
const pattern = /^step-(\d+)\.safetensors$/
/** What a process that was killed while it wrote has left beside a checkpoint. */
const leftover = /^\.step-\d+\.safetensors\..*\.partial$/

/**
 * Checkpoints in a folder, for `fit`: files `step-0000000100.safetensors`, each written beside and renamed and sealed by a
 * sha256. The newest ones are kept; one that is damaged is passed over with its reason, and the one before it is used.
 *
 * @param options `every`: steps between checkpoints (1000). `keep`: how many stay (3).
 * @example
 * ```ts
 * import { checkpointFolder } from "cotangent/io"
 * const checkpoints = checkpointFolder("out/example/run", { every: 100 })
 * console.log(checkpoints.place)
 * ```
 */
export function checkpointFolder(
  path: string,
  options: { readonly every?: number; readonly keep?: number } = {},
): Checkpoints {
  checkOptions("checkpointFolder", options, ["every", "keep"])
  const { every = 1000, keep = 3 } = options
  for (const [name, n] of Object.entries({ every, keep }))
    if (!Number.isSafeInteger(n) || n < 1)
      throw new CotangentError("checkpoint", `checkpointFolder: ${name} is ${n}; it must be a whole number from 1 on`)
  return {
    every,
    place: path,
    save: async (step, { tree, metadata }) => {
      const { rm } = await import("node:fs/promises")
      const { join } = await import("node:path")
      await saveTree(join(path, nameOf(step)), tree, { metadata })
      const { steps } = await contentOf(path)
      // A run that goes on behind a damaged checkpoint passes its step again: later ones are of that earlier run.
      for (const old of steps.filter((one) => one <= step).slice(keep))
        await rm(join(path, nameOf(old)), { force: true })
    },
    load: async <T>(like: T, notice: (text: string) => void) => {
      const { rm } = await import("node:fs/promises")
      const { join } = await import("node:path")
      await expectWritable(path)
      const { steps, leftovers } = await contentOf(path)
      for (const name of leftovers) await rm(join(path, name), { force: true })
      for (const step of steps) {
        const file = join(path, nameOf(step))
        try {
          return await loadTree(file, { like: typed<T>(like) })
        } catch (error) {
          if (!(error instanceof ParseError)) throw error
          notice(`${error.message.split("\n")[0]}; it is moved aside and the checkpoint before it is used`)
          await aside(file)
        }
      }
      return undefined
    },
  }
}

/** Makes the folder, and refuses one that cannot be written before a run has something to lose. */
async function expectWritable(path: string): Promise<void> {
  const { access, constants, mkdir } = await import("node:fs/promises")
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error
    throw new CotangentError(
      "checkpoint",
      error.code === "EEXIST" || error.code === "ENOTDIR"
        ? `checkpointFolder: ${path} is a file, or below one; name a folder`
        : `checkpointFolder: ${path} cannot be written (${error.code}); name a folder that can`,
      { path, reason: error.code },
    )
  }
}

/** A damaged file under another name: it may be worth a look, and must not be met again. */
async function aside(file: string): Promise<void> {
  const { rename } = await import("node:fs/promises")
  await rename(file, `${file}.damaged`)
}

/** The steps there are checkpoints of, the newest first, and files that were never finished. */
async function contentOf(
  path: string,
): Promise<{ readonly steps: readonly number[]; readonly leftovers: readonly string[] }> {
  const { readdir } = await import("node:fs/promises")
  const names = await readdir(path)
  const steps = names.flatMap((name) => pattern.exec(name)?.slice(1, 2).map(Number) ?? [])
  return { steps: steps.toSorted((a, b) => b - a), leftovers: names.filter((name) => leftover.test(name)) }
}
