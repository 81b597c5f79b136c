/** Probabilities. */
import { CotangentError } from "../../autodiff/errors.ts"
import { type About, type Cut, leadingBlock, type Values, vector } from "./vector.ts"

/** Parts of 1 are multiples of this, so that rows sum to exactly 1 in f32, whatever the order. */
const unit = 2 ** -12

/**
 * Rows (of the last axis) of numbers from 0 to 1 that sum to exactly 1, uniform on the simplex. They shrink towards
 * `[1, 0, 0]`, or as near to it as `min` allows.
 */
export const simplex = ({ min = 0 }: { readonly min?: number } = {}): Values =>
  Object.assign(
    (count: number, about: Pick<About, "shape"> = { shape: [count] }) => {
      const width = about.shape.at(-1) ?? 1
      const floor = Math.ceil(min / unit)
      const spare = 1 / unit - floor * width
      if (spare < 0 || min < 0)
        throw new CotangentError(
          "arbitrary",
          `values.simplex: ${width} parts of at least ${min} do not sum to 1; min is at most 1 / ${width}`,
        )
      const rows = width === 0 ? 0 : count / width
      const row = (places: readonly number[]): readonly number[] => {
        const cuts = [...places.toSorted((a, b) => a - b), spare]
        // From the far end, so that what is left when all cuts are 0 comes first.
        return cuts.map((at, k) => (floor + at - (cuts[k - 1] ?? 0)) * unit).toReversed()
      }
      return vector({
        draw: (next, biased) =>
          Array.from({ length: rows }, () =>
            row(
              Array.from({ length: width - 1 }, () =>
                biased && next() < 0.5 ? (next() < 0.5 ? 0 : spare) : Math.floor(next() * (spare + 1)),
              ),
            ),
          ).flat(),
        simpler: (numbers) => simplerRows(numbers, width, floor * unit),
        accepts: (numbers) =>
          numbers.length === count &&
          numbers.every((x) => x >= floor * unit && Number.isInteger(x / unit)) &&
          Array.from({ length: rows }, (_, r) => sumOf(numbers.slice(r * width, (r + 1) * width))).every(
            (s) => s === 1,
          ),
      })
    },
    { cut: cutRows },
  )
const sumOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** Moves to the first of a row what the others have above the least: all of it, then half of it, one by one. */
function* simplerRows(numbers: readonly number[], width: number, least: number): Generator<readonly number[]> {
  const moved = (wants: (k: number) => number): readonly number[] => {
    const out = [...numbers]
    for (let k = 0; k < numbers.length; k++) {
      const first = k - (k % width)
      if (k === first) continue
      const taken = (out[k] ?? 0) - wants(k)
      out[k] = wants(k)
      out[first] = (out[first] ?? 0) + taken
    }
    return out
  }
  const above = numbers.flatMap((x, k) => (k % width > 0 && x > least ? [k] : []))
  if (above.length > 1) yield moved(() => least)
  for (const k of above) yield moved((j) => (j === k ? least : (numbers[j] ?? 0)))
  for (const k of above) {
    const half = least + Math.floor(((numbers[k] ?? 0) - least) / 2 / unit) * unit
    if (half > least) yield moved((j) => (j === k ? half : (numbers[j] ?? 0)))
  }
}

/** A shorter row gives what it lost to its first. */
const cutRows: Cut = (numbers, from, to) => {
  const width = to.at(-1) ?? 1
  const block = from.length === to.length ? leadingBlock(numbers, from, to) : undefined
  if (block === undefined) return undefined
  const out = [...block]
  for (let first = 0; first < out.length; first += width) {
    const rest = sumOf(out.slice(first + 1, first + width))
    out[first] = 1 - rest
  }
  return out
}
