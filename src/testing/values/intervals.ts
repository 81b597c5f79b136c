/** Numbers between two ends. All of them are exact in f32. */
import { CotangentError } from "../../autodiff/errors.ts"
import { elementwise, multipleIn, type One, stepOf } from "./elementwise.ts"
import type { Uniform, Values } from "./vector.ts"

type Interval = readonly [from: number, to: number]

/** Evenly over several intervals. */
function over(intervals: readonly Interval[]): One {
  const [first = [0, 0], last = [0, 0]] = [intervals[0], intervals.at(-1)]
  const step = stepOf(first[0], last[1])
  // Ends rounded inwards, so that a gap is never a rounding error short.
  const inner = intervals
    .map(([a, b]): Interval => [Math.ceil(a / step) * step, Math.floor(b / step) * step])
    .filter(([a, b]) => a <= b)
  const total = inner.reduce((sum, [a, b]) => sum + b - a + step, 0)
  const accepts = (x: number): boolean => inner.some(([a, b]) => a <= x && x <= b)
  const ends = inner.flat().toSorted((a, b) => Math.abs(a) - Math.abs(b))
  return {
    draw: (next: Uniform) => {
      let left = next() * total
      for (const [a, b] of inner) {
        if (left < b - a + step) return multipleIn(a, b, step, next)
        left -= b - a + step
      }
      return ends[0] ?? 0
    },
    edges: [0, 1, -1, ...ends],
    simplest: [0, 1, -1].find(accepts) ?? ends[0] ?? 0,
    accepts,
  }
}

/** Evenly between two ends. */
export function between(min: number, max: number): Values {
  if (!(min <= max) || !Number.isFinite(min) || !Number.isFinite(max))
    throw new CotangentError(
      "arbitrary",
      `values.between: the first end must not be above the second, got ${min} and ${max}`,
    )
  if (min === max) return elementwise({ draw: () => min, edges: [], simplest: min, accepts: (x: number) => x === min })
  return elementwise(over([[min, max]]))
}

/** Between two ends, at least `gap` from each of the points: where a function has a kink or a pole. */
export function awayFrom(
  points: readonly number[],
  gap: number,
  { min = -2, max = 2 }: { readonly min?: number; readonly max?: number } = {},
): Values {
  const kept: Interval[] = []
  let from = min
  for (const p of points.toSorted((a, b) => a - b)) {
    if (p - gap > from) kept.push([from, Math.min(p - gap, max)])
    from = Math.max(from, p + gap)
  }
  if (from < max) kept.push([from, max])
  if (kept.length === 0)
    throw new CotangentError(
      "arbitrary",
      `values.awayFrom: nothing in [${min}, ${max}] is ${gap} away from ${points.join(", ")}; widen the range or narrow the gap`,
    )
  return elementwise(over(kept))
}

/** Above 0, from `min` to `max`, as many between 0.1 and 1 as between 1 and 10. */
export function positive({
  min = 0.1,
  max = Math.max(10, 100 * min),
}: {
  readonly min?: number
  readonly max?: number
} = {}): Values {
  if (!(min > 0 && min <= max && Number.isFinite(max)))
    throw new CotangentError("arbitrary", `values.positive: needs 0 < min <= max, got min ${min} and max ${max}`)
  const accepts = (x: number): boolean => min <= x && x <= max
  return elementwise({
    draw: (next) => {
      const x = Math.fround(min * (max / min) ** next())
      return accepts(x) ? x : min
    },
    edges: [min, 1, max],
    simplest: accepts(1) ? 1 : min > 1 ? min : max,
    accepts,
  })
}
