/** A megabyte of Shakespeare, the data set of small character models. */
import { unpacked } from "../bytes.ts"
import { fetchInto, foldersOf, type Remote } from "../download.ts"
import { readIfThere } from "../files.ts"
import { type Obtaining, obtain } from "../obtain.ts"
import { verses } from "./verses.ts"

export interface LoadTextOptions extends Obtaining {}
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
export const loadShakespeare = (options: LoadTextOptions = {}): Promise<Corpus> =>
  obtain(
    {
      folder: "tinyshakespeare",
      title: "tinyshakespeare (1 MB)",
      find,
      fetch: (cache) => fetchInto(cache, remote),
      standIn: () => parted(verses(200_000), "generated stand-in"),
      instead:
        "tinyshakespeare is not on this machine, so generated verses stand in for it: what follows is no result on Shakespeare. " +
        "Put input.txt into $COTANGENT_DATA/tinyshakespeare.",
    },
    options,
  )
async function find(): Promise<Corpus | undefined> {
  const { join } = await import("node:path")
  for (const folder of await foldersOf("tinyshakespeare"))
    for (const name of [remote.name, `${remote.name}.gz`]) {
      const path = join(folder, name)
      const bytes = await readIfThere(path)
      if (bytes !== undefined) return parted(new TextDecoder().decode(await unpacked(path, bytes)), path)
    }
  return undefined
}
function parted(text: string, source: string): Corpus {
  const cut = Math.floor(text.length * 0.9)
  return { train: text.slice(0, cut), test: text.slice(cut), source }
}
