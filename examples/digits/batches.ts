/** The data in the order in which it is learnt, as tensors of one batch after the other. */
import { type F32, type Key, random, type Tensor, tensor } from "cotangent"
import type { ImageSet } from "cotangent/io"

export interface Digits {
  readonly train: ImageSet
  readonly test: ImageSet
  /** Where they came from. */
  readonly source: string
}
export interface Batch {
  readonly images: F32<[number, 784]>
  readonly labels: Tensor<[number], "i32">
}

const pixelCount = 784

/** The images at some positions, from 0 to 1, and their digits. */
export function batchOf({ pixels, digits }: ImageSet, positions: ArrayLike<number>): Batch {
  const images = new Float32Array(positions.length * pixelCount)
  const labels = new Int32Array(positions.length)
  for (let k = 0; k < positions.length; k++) {
    const at = positions[k] ?? 0
    labels[k] = digits[at] ?? 0
    for (let p = 0; p < pixelCount; p++) images[k * pixelCount + p] = (pixels[at * pixelCount + p] ?? 0) / 255
  }
  return {
    images: tensor(images, { shape: [positions.length, pixelCount] }),
    labels: tensor(labels, { shape: [positions.length] }),
  }
}

/**
 * The batch of each step, counted over all epochs. Every epoch has an order of its own, drawn from the key and the number
 * of the epoch alone: a run that goes on in its middle sees what an unbroken one would have seen. The last batch of an
 * epoch is smaller where the sizes do not divide.
 */
export function shuffled(set: ImageSet, size: number): (key: Key, step: number) => Promise<Batch> {
  const perEpoch = Math.ceil(set.count / size)
  let known: { readonly epoch: number; readonly order: Int32Array } | undefined
  return async (key, step) => {
    const epoch = Math.floor(step / perEpoch)
    if (known?.epoch !== epoch)
      known = { epoch, order: await random.permutation(random.foldIn(key, epoch), set.count).data() }
    const begin = (step % perEpoch) * size
    return batchOf(set, known.order.subarray(begin, begin + size))
  }
}

/** A function of images run over a whole set, a few thousand at a time; its numbers in the order of the set. */
export async function inChunks(
  set: ImageSet,
  f: (images: Batch["images"]) => Tensor<[number], "i32">,
  size = 2048,
): Promise<Int32Array> {
  const found = new Int32Array(set.count)
  for (let begin = 0; begin < set.count; begin += size) {
    const count = Math.min(size, set.count - begin)
    const { images } = batchOf(
      set,
      Array.from({ length: count }, (_, k) => begin + k),
    )
    found.set(await f(images).data(), begin)
  }
  return found
}
