/** Labelled images as bytes, and as tensors once somebody asks for them. */
import { typed } from "../../autodiff/boundary.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import { fromNumbers } from "../../autodiff/tensor.ts"
import type { F32, Tensor } from "../../autodiff/types/tensor.ts"

export interface ImageSet {
  readonly count: number
  /** `[count, 28, 28]`, from 0 to 1; made on first use, on the engine that is current then. */
  readonly images: F32<[number, 28, 28]>
  /** `[count]`, the digit that each image shows; made on first use. */
  readonly labels: Tensor<[number], "i32">
  /** The same images as the files hold them: bytes, 0 is background. */
  readonly pixels: Uint8Array
  /** The same labels as bytes. */
  readonly digits: Uint8Array
}

export const side = 28
const scaled = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

export function imageSet(pixels: Uint8Array, digits: Uint8Array): ImageSet {
  const count = digits.length
  let images: F32<[number, 28, 28]> | undefined
  let labels: Tensor<[number], "i32"> | undefined
  return {
    count,
    pixels,
    digits,
    get images() {
      images ??= typed<F32<[number, 28, 28]>>(fromNumbers(typeOf("f32", [count, side, side]), toUnit(pixels)))
      return images
    },
    get labels() {
      labels ??= typed<Tensor<[number], "i32">>(fromNumbers(typeOf("i32", [count]), Int32Array.from(digits)))
      return labels
    },
  }
}

function toUnit(pixels: Uint8Array): Float32Array {
  const unit = new Float32Array(pixels.length)
  for (let k = 0; k < unit.length; k++) unit[k] = scaled[pixels[k] ?? 0] ?? 0
  return unit
}
