/** MNIST as tensors, and what is done to its labels and pixels. */
import { add, cast, type F32, type Key, mod, random, type Tensor, take, tensor, where } from "cotangent"
import { type ImageSet, loadMnist } from "cotangent/io"

export type Images = F32<readonly [number, 784]>
export type Labels = Tensor<readonly [number], "i32">
export interface Examples {
  readonly x: Images
  readonly y: Labels
}
export interface Data {
  readonly train: Examples
  readonly test: Examples
  readonly source: string
}

const first = ({ pixels, digits }: ImageSet, count: number): Examples => ({
  x: tensor(
    Float32Array.from(pixels.subarray(0, count * 784), (byte) => byte / 255),
    { shape: [count, 784] },
  ),
  y: tensor(Int32Array.from(digits.subarray(0, count)), { shape: [count] }),
})

// A worker measures many cells on the same images.
const known = new Map<string, Promise<Data>>()
export function mnist(trainImages: number, testImages: number): Promise<Data> {
  const name = `${trainImages} ${testImages}`
  const load = async (): Promise<Data> => {
    const { train, test, source } = await loadMnist()
    return { train: first(train, trainImages), test: first(test, testImages), source }
  }
  const data = known.get(name) ?? load()
  known.set(name, data)
  return data
}

/** Each label drawn anew from all digits with a probability: the new one may be the old. */
export const noisyLabels = (key: Key, { x, y }: Examples, share: number): Examples => ({
  x,
  y: where(random.bernoulli(random.foldIn(key, 0), [y.shape[0]], { p: share }), digits(random.foldIn(key, 1), y), y),
})
const digits = (key: Key, like: Labels): Labels => cast(random.randint(key, [like.shape[0]], { high: 10 }), "i32")

export const permutedPixels = (key: Key, { x, y }: Examples): Examples => ({
  x: take(x, random.permutation(key, 784), { axis: 1 }),
  y,
})
export const rotatedLabels = ({ x, y }: Examples, by: number): Examples => ({ x, y: mod(add(y, by), 10) })
