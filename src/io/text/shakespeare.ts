/** A megabyte of Shakespeare, the data set of small character models. */
import { unpacked } from "../bytes.ts"
import { cacheFolder, fetchInto, foldersOf, type Remote } from "../download.ts"
import { readIfThere } from "../files.ts"
import { verses } from "./verses.ts"

export interface LoadTextOptions {
  /** Whether to fetch what is not on this machine; true by default. */
  readonly download?: boolean
  /** Takes the notices; `console.warn` by default. */
  readonly notice?: (message: string) => void
}
export interface Corpus {
  /** The first nine tenths, by characters. */
  readonly train: string
  readonly test: string
  /** The file it was read from, or `generated stand-in`. */
  readonly source: string
}

const remote: Remote = {
  name: "input.txt",
  sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
  urls: ["https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"],
}

/**
 * Loads tinyshakespeare (A. Karpathy, 2015; 1,115,394 characters), as `loadMnist` looks for its files; where it cannot be had,
 * generated verses stand in for it and it says so.
 *
 * @example
 * ```ts
 * import { loadShakespeare, vocabularyOf } from "cotangent/io"
 * const { train, test } = await loadShakespeare({ download: false })
 * console.log(vocabularyOf(train + test).encode(test).shape.length)
 * ```
 */
export async function loadShakespeare({ download = true, notice }: LoadTextOptions = {}): Promise<Corpus> {
  const { join } = await import("node:path")
  const say = notice ?? ((message: string) => console.warn(`cotangent: ${message}`))
  const find = async (): Promise<Corpus | undefined> => {
    for (const folder of await foldersOf("tinyshakespeare"))
      for (const name of [remote.name, `${remote.name}.gz`]) {
        const path = join(folder, name)
        const bytes = await readIfThere(path)
        if (bytes !== undefined) return parted(new TextDecoder().decode(await unpacked(path, bytes)), path)
      }
    return undefined
  }
  const here = await find()
  if (here !== undefined) return here
  if (download) {
    const cache = await cacheFolder("tinyshakespeare")
    try {
      say(`fetching tinyshakespeare (1 MB) into ${cache}`)
      await fetchInto(cache, remote)
      const fetched = await find()
      if (fetched !== undefined) return fetched
    } catch (error) {
      say(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error))
    }
  }
  say(
    "tinyshakespeare is not on this machine, so generated verses stand in for it: what follows is no result on Shakespeare. " +
      "Put input.txt into $COTANGENT_DATA/tinyshakespeare.",
  )
  return parted(verses(200_000), "generated stand-in")
}
function parted(text: string, source: string): Corpus {
  const cut = Math.floor(text.length * 0.9)
  return { train: text.slice(0, cut), test: text.slice(cut), source }
}
