/** MNIST from wherever it is. */
import { CotangentError } from "../../autodiff/errors.ts"
import { unpacked } from "../bytes.ts"
import { foldersOf } from "../download.ts"
import { readIfThere } from "../files.ts"
import { parseIdx } from "../idx.ts"
import { type Obtaining, obtain } from "../obtain.ts"
import { orThrow, ParseError } from "../parse-error.ts"
import { drawnDigits } from "./drawn.ts"
import { type ImageSet, imageSet, side } from "./image-set.ts"
import { fillCache, mnistFiles } from "./mirror.ts"

export interface Mnist {
  readonly train: ImageSet
  readonly test: ImageSet
  /** The folder it was read from, or `generated stand-in`. */
  readonly source: string
}
export interface LoadMnistOptions extends Obtaining {
  /** The folder that holds the four files or a folder `mnist` with them; nothing else is then tried. */
  readonly dir?: string
}

export const standInSource = "generated stand-in"

/**
 * Loads MNIST: 60,000 training and 10,000 test images of 28 x 28 pixels. It looks in `$COTANGENT_DATA`, then in
 * `../shared/data`, then in a cache that is filled from public mirrors (with a check of the content); where all that
 * fails it draws a stand-in and says so. Files may be gzipped or not.
 *
 * @throws CotangentError (`data-missing`) where `dir` was given and does not hold the four files; ParseError for files
 * that are damaged, or whose sizes are not those of labelled 28 x 28 images.
 * @example
 * ```ts
 * import { loadMnist } from "cotangent/io"
 * const { train, source } = await loadMnist({ download: false })
 * console.log(source, train.images.shape, train.labels.shape)
 * ```
 */
export async function loadMnist({ dir, ...options }: LoadMnistOptions = {}): Promise<Mnist> {
  const { join } = await import("node:path")
  if (dir !== undefined) {
    const found = (await readFolder(dir)) ?? (await readFolder(join(dir, "mnist")))
    if (found !== undefined) return found
    const names = Object.values(mnistFiles).map(({ name }) => name)
    throw new CotangentError(
      "data-missing",
      `loadMnist: ${dir} does not hold ${names.join(", ")} (as they are, or .gz)`,
      { dir },
    )
  }
  return obtain(
    {
      folder: "mnist",
      title: "MNIST (11 MB)",
      find,
      fetch: fillCache,
      standIn: () => ({ ...drawnDigits(), source: standInSource }),
      instead:
        "MNIST is not on this machine, so generated digits stand in for it: what follows is no MNIST result. " +
        "Put the four files into $COTANGENT_DATA/mnist.",
    },
    options,
  )
}
async function find(): Promise<Mnist | undefined> {
  for (const folder of await foldersOf("mnist")) {
    const found = await readFolder(folder)
    if (found !== undefined) return found
  }
  return undefined
}

async function readFolder(folder: string): Promise<Mnist | undefined> {
  const read = async (
    { name }: { readonly name: string },
    shape: readonly number[],
  ): Promise<Uint8Array | undefined> => {
    const { join } = await import("node:path")
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
      const bytes = await readIfThere(path)
      if (bytes === undefined) continue
      const array = orThrow(path, parseIdx(await unpacked(path, bytes)))
      const fits = array.shape.length === shape.length + 1 && shape.every((size, k) => array.shape[k + 1] === size)
      if (fits && array.data instanceof Uint8Array) return array.data
      throw new ParseError(
        "mnist-shape",
        `${path} holds [${array.shape.join(", ")}], wanted bytes of [${["count", ...shape].join(", ")}]`,
        { path, shape: array.shape },
      )
    }
    return undefined
  }
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read(mnistFiles.trainImages, [side, side]),
    read(mnistFiles.trainLabels, []),
    read(mnistFiles.testImages, [side, side]),
    read(mnistFiles.testLabels, []),
  ])
  if (trainImages === undefined || trainLabels === undefined || testImages === undefined || testLabels === undefined)
    return undefined
  return {
    train: labelled(folder, "train", trainImages, trainLabels),
    test: labelled(folder, "test", testImages, testLabels),
    source: folder,
  }
}

function labelled(folder: string, part: string, pixels: Uint8Array, digits: Uint8Array): ImageSet {
  const count = pixels.length / side ** 2
  if (count !== digits.length)
    throw new ParseError(
      "mnist-count",
      `${folder}: ${count} ${part} images and ${digits.length} labels; the files differ`,
      {
        folder,
      },
    )
  const strange = digits.findIndex((digit) => digit > 9)
  if (strange >= 0)
    throw new ParseError("mnist-label", `${folder}: ${part} label ${strange} is ${digits[strange]}, no digit`, {
      folder,
    })
  return imageSet(pixels, digits)
}
