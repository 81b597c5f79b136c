/** The cache on this machine, filled from the public mirrors of MNIST. */
import { CotangentError } from "../../autodiff/errors.ts"
import { sha256 } from "../bytes.ts"
import { replaceFile } from "../files.ts"
import { unpacked } from "../idx.ts"

/** The four files, with the sha256 of their content: mirrors compress it differently. */
export const mnistFiles = {
  trainImages: {
    name: "train-images-idx3-ubyte",
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  },
  trainLabels: {
    name: "train-labels-idx1-ubyte",
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  testImages: {
    name: "t10k-images-idx3-ubyte",
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  },
  testLabels: {
    name: "t10k-labels-idx1-ubyte",
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
} as const

const mirrors = [
  "https://ossci-datasets.s3.amazonaws.com/mnist",
  "https://storage.googleapis.com/cvdf-datasets/mnist",
] as const
/** A network that swallows packets must not hold a script up for minutes. */
const patience = 10_000

export type Fetch = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>

/** Where downloads are kept: `$XDG_CACHE_HOME/cotangent`, or `.cache/cotangent` at home. */
export async function cacheFolder(): Promise<string> {
  const { homedir } = await import("node:os")
  const { join } = await import("node:path")
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cotangent", "mnist")
}

/**
 * Fetches the four files into a folder. What does not have the right content is not kept.
 *
 * @throws CotangentError (`download`) that says what each mirror answered.
 */
export async function fillCache(
  folder: string,
  fetchFrom: Fetch = fetch,
  files: readonly { readonly name: string; readonly sha256: string }[] = Object.values(mnistFiles),
): Promise<void> {
  const { join } = await import("node:path")
  for (const { name, sha256: wanted } of files) {
    const answers: string[] = []
    let kept = false
    for (const mirror of mirrors) {
      const url = `${mirror}/${name}.gz`
      try {
        const packed = await download(url, fetchFrom)
        const found = await sha256(await unpacked(url, packed))
        if (found !== wanted) throw new Error(`sends other content (sha256 ${found})`)
        await replaceFile(join(folder, `${name}.gz`), packed)
        kept = true
        break
      } catch (error) {
        answers.push(`${url}: ${reason(error)}`)
      }
    }
    if (!kept) throw new CotangentError("download", `no mirror gave ${name}: ${answers.join("; ")}`, { name, answers })
  }
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
