/**
 * A stand-in for MNIST where there is none: digits drawn as pen strokes, each copy bent, turned and inked a little
 * differently. Learnable, and the same on every machine for a seed. It is no MNIST: accuracies on it say nothing about it.
 */
import { uniformNumbers } from "../uniform-numbers.ts"
import { type ImageSet, imageSet, side } from "./image-set.ts"

type Point = readonly [x: number, y: number]
type Stroke = readonly Point[]

/** Part of an ellipse; angles in turns, clockwise from the right, since y points down. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke {
  const steps = Math.max(3, Math.ceil(Math.abs(to - from) * 18))
  return Array.from({ length: steps + 1 }, (_, k): Point => {
    const angle = 2 * Math.PI * (from + ((to - from) * k) / steps)
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)]
  })
}
const line = (...points: readonly Point[]): Stroke => points

/** The ways in which each digit is written, in a box from 0 to 1. */
const shapes: readonly (readonly (readonly Stroke[])[])[] = [
  [[arc(0.5, 0.5, 0.27, 0.42, 0, 1)], [arc(0.5, 0.5, 0.35, 0.38, -0.2, 0.8)]],
  [[line([0.5, 0.08], [0.5, 0.92])], [line([0.32, 0.26], [0.53, 0.08], [0.53, 0.92])]],
  [
    [[...arc(0.5, 0.32, 0.26, 0.24, -0.45, 0.1), [0.25, 0.9], [0.8, 0.9]]],
    [[...arc(0.48, 0.3, 0.25, 0.22, -0.5, 0.15), ...arc(0.34, 0.8, 0.12, 0.1, 0.1, 0.9), [0.82, 0.88]]],
  ],
  [
    [arc(0.48, 0.29, 0.24, 0.2, -0.45, 0.25), arc(0.48, 0.7, 0.28, 0.22, -0.25, 0.45)],
    [line([0.25, 0.1], [0.75, 0.1], [0.48, 0.42]), arc(0.47, 0.67, 0.28, 0.25, -0.25, 0.42)],
  ],
  [
    [line([0.6, 0.08], [0.2, 0.62], [0.85, 0.62]), line([0.64, 0.3], [0.62, 0.94])],
    [line([0.26, 0.1], [0.24, 0.5], [0.76, 0.5]), line([0.76, 0.08], [0.72, 0.94])],
  ],
  [[line([0.78, 0.1], [0.32, 0.1], [0.28, 0.46]), arc(0.48, 0.66, 0.28, 0.25, -0.36, 0.4)]],
  [
    [[...arc(0.62, 0.45, 0.36, 0.38, -0.22, -0.5), [0.26, 0.66]], arc(0.5, 0.7, 0.24, 0.21, 0, 1)],
    [line([0.58, 0.06], [0.36, 0.42], [0.27, 0.68]), arc(0.49, 0.71, 0.22, 0.2, 0, 1)],
  ],
  [
    [line([0.2, 0.12], [0.8, 0.12], [0.42, 0.92])],
    [line([0.2, 0.12], [0.8, 0.12], [0.42, 0.92]), line([0.36, 0.5], [0.74, 0.5])],
  ],
  [[arc(0.5, 0.29, 0.21, 0.2, 0, 1), arc(0.5, 0.71, 0.26, 0.22, 0, 1)]],
  [
    [arc(0.5, 0.31, 0.24, 0.22, 0, 1), line([0.74, 0.31], [0.68, 0.92])],
    [[...arc(0.5, 0.31, 0.24, 0.22, 0, 1), [0.72, 0.62], ...arc(0.5, 0.72, 0.22, 0.2, 0, 0.4)]],
  ],
]

/** Draws one image into its bytes and returns the digit. */
function draw(seed: number, image: Uint8Array): number {
  const next = uniformNumbers(seed)
  const between = (low: number, high: number) => low + (high - low) * next()
  const digit = Math.floor(next() * 10)
  const variants = shapes[digit] ?? []
  const strokes = variants[Math.floor(next() * variants.length)] ?? []
  const [turn, slant] = [between(-0.22, 0.22), between(-0.25, 0.25)]
  const [width, height] = [between(15, 20), between(17, 21)]
  const [left, top] = [between(-1.5, 1.5), between(-1.5, 1.5)]
  const [waveX, waveY] = [between(-0.06, 0.06), between(-0.06, 0.06)]
  const phase = between(0, 2 * Math.PI)
  const [pen, ink] = [between(0.8, 1.7), between(190, 255)]
  const place = ([x, y]: Point): Point => {
    const u = x - 0.5 + waveX * Math.sin(5 * y + phase)
    const v = y - 0.5 + waveY * Math.sin(5 * x + phase)
    const across = width * (u - slant * v)
    const down = height * v
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    return [side / 2 + left + cos * across - sin * down, side / 2 + top + sin * across + cos * down]
  }
  for (const stroke of strokes) {
    const points = stroke.map(place)
    points.forEach((to, k) => {
      if (k > 0) inkSegment(image, points[k - 1] ?? to, to, pen, ink)
    })
  }
  return digit
}

function inkSegment(image: Uint8Array, [ax, ay]: Point, [bx, by]: Point, pen: number, ink: number): void {
  const reach = pen + 1
  const [dx, dy] = [bx - ax, by - ay]
  const squared = Math.max(dx * dx + dy * dy, 1e-9)
  const bounded = (x: number) => Math.min(side - 1, Math.max(0, x))
  const lastRow = bounded(Math.ceil(Math.max(ay, by) + reach))
  const lastColumn = bounded(Math.ceil(Math.max(ax, bx) + reach))
  for (let row = bounded(Math.floor(Math.min(ay, by) - reach)); row <= lastRow; row++) {
    for (let column = bounded(Math.floor(Math.min(ax, bx) - reach)); column <= lastColumn; column++) {
      const along = Math.min(1, Math.max(0, ((column - ax) * dx + (row - ay) * dy) / squared))
      const [offX, offY] = [column - ax - along * dx, row - ay - along * dy]
      const distance = Math.sqrt(offX * offX + offY * offY)
      const value = Math.round(ink * Math.min(1, Math.max(0, pen - distance + 0.5)))
      const at = row * side + column
      if (value > (image[at] ?? 0)) image[at] = value
    }
  }
}

function drawSet(count: number, seed: number): ImageSet {
  const pixels = new Uint8Array(count * side * side)
  const digits = Uint8Array.from({ length: count }, (_, k) =>
    draw(
      Math.imul(seed + 1, 0x85ebca6b) ^ Math.imul(k + 1, 0xc2b2ae35),
      pixels.subarray(k * side * side, (k + 1) * side * side),
    ),
  )
  return imageSet(pixels, digits)
}

export interface DrawnDigits {
  /** How many training images, 60,000 by default. */
  readonly train?: number
  /** How many test images, 10,000 by default. */
  readonly test?: number
  readonly seed?: number
}

/**
 * Generated digits in the form of `loadMnist`, for tests and for machines without the data set. The first images of a
 * longer set are those of a shorter one.
 *
 * @example
 * ```ts
 * import { drawnDigits } from "cotangent/io"
 * const { train } = drawnDigits({ train: 100, test: 10 })
 * console.log(train.images.shape, train.digits)
 * ```
 */
export function drawnDigits({ train = 60_000, test = 10_000, seed = 0 }: DrawnDigits = {}): {
  readonly train: ImageSet
  readonly test: ImageSet
} {
  return { train: drawSet(train, 2 * seed), test: drawSet(test, 2 * seed + 1) }
}
