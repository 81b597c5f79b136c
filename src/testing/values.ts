/**
 * Numbers that test something. `fc.float` draws bit patterns: most of its values are so small or so large that a law about
 * products holds because everything vanished or overflowed.
 */
import fc from "fast-check"

/** How the elements of a tensor are drawn, so many at a time. */
export type Values = (count: number) => fc.Arbitrary<readonly number[]>

const each =
  (one: fc.Arbitrary<number>): Values =>
  (count) =>
    fc.array(one, { minLength: count, maxLength: count })

/** Steps between the ends of an interval: enough that values hardly repeat, few enough to shrink fast. */
const grid = 1 << 20
const fraction = fc.integer({ min: 0, max: grid }).map((k) => k / grid)

export const values = {
  /**
   * Small integers and dyadic fractions `k / 2^bits`, at most `max` in size. Sums and products of a few are exact in f32,
   * so that laws may demand equality.
   */
  exact: ({ max = 8, bits = 2 }: { readonly max?: number; readonly bits?: number } = {}): Values =>
    each(fc.integer({ min: -max * 2 ** bits, max: max * 2 ** bits }).map((k) => k / 2 ** bits)),

  /** Evenly between two ends. */
  between: (min: number, max: number): Values => each(fraction.map((t) => min + t * (max - min))),

  /** Of either sign, with magnitudes around 1 whose logarithm has the standard deviation `sigma`. */
  logNormal: ({ sigma = 1 }: { readonly sigma?: number } = {}): Values =>
    each(
      fc.tuple(fraction, fraction, fc.boolean()).map(([u, v, negative]) => {
        // Box and Muller; 1 - u keeps the logarithm finite.
        const z = Math.sqrt(-2 * Math.log(1 - u * (1 - 2 ** -20))) * Math.cos(2 * Math.PI * v)
        return Math.exp(sigma * z) * (negative ? -1 : 1)
      }),
    ),

  /** Between two ends, at least `gap` from each of the points: where a function has a kink or a pole. */
  awayFrom: (
    points: readonly number[],
    gap: number,
    { min = -2, max = 2 }: { readonly min?: number; readonly max?: number } = {},
  ): Values => {
    const allowed = gaps(points, gap, min, max)
    const total = allowed.reduce((sum, [a, b]) => sum + b - a, 0)
    if (allowed.length === 0)
      throw new Error(`values.awayFrom: nothing in [${min}, ${max}] is ${gap} away from ${points.join(", ")}`)
    return each(
      fraction.map((t) => {
        let left = t * total
        for (const [a, b] of allowed) {
          if (left <= b - a) return a + left
          left -= b - a
        }
        return allowed.at(-1)?.[1] ?? max
      }),
    )
  },

  /** All at least `gap` apart, in any order, so that a maximum is unique and an order certain. */
  distinct: ({
    gap = 0.05,
    min = -2,
    max = 2,
  }: {
    readonly gap?: number
    readonly min?: number
    readonly max?: number
  } = {}): Values => {
    return (count) => {
      const step = (max - min) / Math.max(count, 1)
      if (step < gap)
        throw new Error(`values.distinct: ${count} values at least ${gap} apart do not fit between ${min} and ${max}`)
      const places = Array.from({ length: count }, (_, k) => k)
      return fc
        .tuple(fc.shuffledSubarray(places, { minLength: count, maxLength: count }), each(fraction)(count))
        .map(([order, shifts]) => order.map((k, i) => min + k * step + (shifts[i] ?? 0) * (step - gap)))
    }
  },
} as const

/** What is left of an interval when neighbourhoods of points are taken out. */
function gaps(
  points: readonly number[],
  gap: number,
  min: number,
  max: number,
): readonly (readonly [from: number, to: number])[] {
  const out: (readonly [number, number])[] = []
  let from = min
  for (const p of points.toSorted((a, b) => a - b)) {
    if (p - gap > from) out.push([from, Math.min(p - gap, max)])
    from = Math.max(from, p + gap)
  }
  if (from < max) out.push([from, max])
  return out
}
