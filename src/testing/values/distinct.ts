/** Numbers of which no two are close. */
import { CotangentError } from "../../autodiff/errors.ts"
import { multipleIn, stepOf } from "./elementwise.ts"
import { leadingBlock, type Values, vector } from "./vector.ts"

export interface DistinctOptions {
  /** The least distance; 0.05 unless given. */
  readonly gap?: number
  readonly min?: number
  readonly max?: number
}

/** All at least `gap` apart, in any order, so that a maximum is unique and an order certain. They shrink to 0, 1, 2, … */
export const distinct = ({ gap = 0.05, min = -2, max = 2 }: DistinctOptions = {}): Values =>
  Object.assign(
    (count: number) => {
      const step = stepOf(min, max)
      const room = Math.floor((max - min) / step / Math.max(count, 1)) * step
      if (room < gap)
        throw new CotangentError(
          "arbitrary",
          `values.distinct: ${count} values at least ${gap} apart do not fit between ${min} and ${max}; widen the range or narrow the gap`,
        )
      const low = Math.ceil(min / step) * step
      const plain = ladder(count, gap, min, max) ?? Array.from({ length: count }, (_, k) => low + k * room)
      const inOrder = (ranks: readonly number[]): readonly number[] => ranks.map((r) => plain[r] ?? 0)
      return vector({
        draw: (next) => {
          const order = ranksOf(Array.from({ length: count }, () => next()))
          return order.map((k) => low + k * room + multipleIn(0, Math.max(0, room - gap), step, next))
        },
        *simpler(numbers) {
          const ranks = ranksOf(numbers)
          if (ranks.some((r, k) => numbers[k] !== plain[r])) yield inOrder(ranks)
          if (ranks.some((r, k) => r !== k)) yield plain
          for (let k = 1; k < count; k++)
            if ((ranks[k] ?? 0) < (ranks[k - 1] ?? 0))
              yield numbers.with(k, numbers[k - 1] ?? 0).with(k - 1, numbers[k] ?? 0)
        },
        accepts: (numbers) => {
          const sorted = numbers.toSorted((a, b) => a - b)
          const apart = sorted.every((x, k) => k === 0 || x - (sorted[k - 1] ?? 0) >= gap)
          return numbers.length === count && apart && numbers.every((x) => x >= min && x <= max)
        },
      })
    },
    { cut: leadingBlock },
  )

/** The place that each number has in rising order. */
function ranksOf(numbers: readonly number[]): readonly number[] {
  const order = numbers.map((_, k) => k).toSorted((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0))
  const ranks = new Array<number>(numbers.length)
  order.forEach((k, rank) => {
    ranks[k] = rank
  })
  return ranks
}
/** 0, 1, 2, …, in halves or quarters where whole numbers do not fit; undefined where those do not either. */
function ladder(count: number, gap: number, min: number, max: number): readonly number[] | undefined {
  for (const unit of [1, 0.5, 0.25, 0.125]) {
    if (unit < gap) return undefined
    for (const start of [0, Math.ceil(min / unit) * unit])
      if (start >= min && start + (count - 1) * unit <= max)
        return Array.from({ length: count }, (_, k) => start + k * unit)
  }
  return undefined
}
