/** Data sets from wherever they are. */
import { cacheFolder } from "./download.ts"

export interface Obtaining {
  /** Whether to fetch what is not on this machine; true by default. */
  readonly download?: boolean
  /** Takes the notices; `console.warn` by default. */
  readonly notice?: (message: string) => void
}
/** One data set: how it is found in the folders of this machine, fetched into the cache, and stood in for. */
export interface DataSet<T> {
  readonly folder: string
  /** With its size, for the notice: "MNIST (11 MB)". */
  readonly title: string
  readonly find: () => Promise<T | undefined>
  readonly fetch: (cache: string) => Promise<void>
  readonly standIn: () => T
  /** Said with the stand-in: what it is not, and where the files belong. */
  readonly instead: string
}
/** What is on this machine; else what can be fetched; else the stand-in, said aloud. */
export async function obtain<T>(set: DataSet<T>, { download = true, notice }: Obtaining): Promise<T> {
  const say = notice ?? ((message: string) => console.warn(`cotangent: ${message}`))
  const here = await set.find()
  if (here !== undefined) return here
  if (download) {
    const cache = await cacheFolder(set.folder)
    try {
      say(`fetching ${set.title} into ${cache}`)
      await set.fetch(cache)
      const fetched = await set.find()
      if (fetched !== undefined) return fetched
    } catch (error) {
      say(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error))
    }
  }
  say(set.instead)
  return set.standIn()
}
