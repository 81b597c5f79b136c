/** The cache on this machine, filled from the public mirrors of MNIST. */
import { type Fetch, fetchInto } from "../download.ts"

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
/**
 * Fetches the four files into a folder.
 *
 * @throws CotangentError (`download`) that says what each mirror answered.
 */
export async function fillCache(
  folder: string,
  fetchFrom: Fetch = fetch,
  files: readonly { readonly name: string; readonly sha256: string }[] = Object.values(mnistFiles),
): Promise<void> {
  for (const { name, sha256 } of files)
    await fetchInto(folder, { name: `${name}.gz`, sha256, urls: mirrors.map((m) => `${m}/${name}.gz`) }, fetchFrom)
}
