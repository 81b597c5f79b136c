/** Files from public mirrors: kept only with the right content, and looked for on this machine first. */
import { CotangentError } from "../autodiff/errors.ts"
import { sha256, unpacked } from "./bytes.ts"
import { replaceFile } from "./files.ts"

/** A network that swallows packets must not hold a script up for minutes. */
const patience = 10_000

export type Fetch = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>

/** Where downloads of a data set are kept: `$XDG_CACHE_HOME/cotangent`, or `.cache/cotangent` at home. */
export async function cacheFolder(name: string): Promise<string> {
  const { homedir } = await import("node:os")
  const { join } = await import("node:path")
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cotangent", name)
}
/** Where a data set may lie: `$COTANGENT_DATA`, `../shared/data`, the cache. */
export async function foldersOf(name: string): Promise<readonly string[]> {
  const { join } = await import("node:path")
  const given = process.env.COTANGENT_DATA
  return [
    ...(given === undefined ? [] : [join(given, name), given]),
    join("..", "shared", "data", name),
    await cacheFolder(name),
  ]
}

export interface Remote {
  /** What it is called once it is here. */
  readonly name: string
  /** Of its content, after gzip is taken off. */
  readonly sha256: string
  readonly urls: readonly string[]
}
/**
 * Fetches a file into a folder, from the first mirror that has it. What does not have the right content is not kept.
 *
 * @throws CotangentError (`download`) that says what each mirror answered.
 */
export async function fetchInto(folder: string, remote: Remote, fetchFrom: Fetch = fetch): Promise<void> {
  const { join } = await import("node:path")
  const answers: string[] = []
  for (const url of remote.urls) {
    try {
      const bytes = await download(url, fetchFrom)
      const found = await sha256(await unpacked(url, bytes))
      if (found !== remote.sha256) throw new Error(`sends other content (sha256 ${found})`)
      await replaceFile(join(folder, remote.name), bytes)
      return
    } catch (error) {
      answers.push(`${url}: ${reason(error)}`)
    }
  }
  throw new CotangentError("download", `no mirror gave ${remote.name}: ${answers.join("; ")}`, {
    name: remote.name,
    answers,
  })
}

async function download(url: string, fetchFrom: Fetch): Promise<Uint8Array> {
  const slow = new AbortController()
  let timer = setTimeout(() => slow.abort(new Error("no answer")), patience)
  try {
    const response = await fetchFrom(url, { signal: slow.signal })
    if (!response.ok || response.body === null) throw new Error(`answers ${response.status}`)
    const parts: Uint8Array<ArrayBuffer>[] = []
    // The patience is for silence, not for the whole: a slow line that still delivers is waited for.
    for await (const part of response.body) {
      clearTimeout(timer)
      timer = setTimeout(() => slow.abort(new Error("stopped sending")), patience)
      parts.push(new Uint8Array(part))
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer())
  } finally {
    clearTimeout(timer)
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
