/**
 * Ratings for machines without the real ones: as many people, films and ratings, tastes of rank 3, films of uneven fame. Learnable,
 * and the same on every machine; what is learnt from them says nothing about MovieLens.
 */
import { uniformNumbers } from "../uniform-numbers.ts"

const [people, films, count, rank] = [943, 1682, 100_000, 3]
/** When the first and the last rating of MovieLens 100K was given. */
const [first, last] = [874_724_710, 893_286_638]

export interface DrawnRatings {
  readonly users: Int32Array
  readonly items: Int32Array
  readonly ratings: Float32Array
  readonly times: Int32Array
}

export function drawnRatings(): DrawnRatings {
  const next = uniformNumbers(100)
  const tastes = Float64Array.from({ length: people * rank }, () => next() * 2 - 1)
  const traits = Float64Array.from({ length: films * rank }, () => next() * 2 - 1)
  const [users, items, times] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)]
  const ratings = new Float32Array(count)
  const seen = new Set<number>()
  for (let k = 0; k < count; ) {
    // The square crowds towards the first films, which everybody has seen.
    const [user, item] = [Math.floor(next() * people), Math.floor(next() ** 2 * films)]
    if (seen.has(user * films + item)) continue
    seen.add(user * films + item)
    let liking = 0
    for (let r = 0; r < rank; r++) liking += (tastes[user * rank + r] ?? 0) * (traits[item * rank + r] ?? 0)
    users[k] = user
    items[k] = item
    ratings[k] = Math.min(5, Math.max(1, Math.round(3.5 + 1.5 * liking + (next() - 0.5))))
    times[k] = Math.floor(first + (last - first) * (k / count))
    k++
  }
  return { users, items, ratings, times }
}
