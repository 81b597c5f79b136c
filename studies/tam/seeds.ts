/** What a seed stands for: runs with one are a pair, whatever their optimiser. */
import { type Key, random } from "cotangent"

export const seedsOf = (count: number, seed: number): readonly number[] =>
  Array.from({ length: count }, (_, k) => 1000 * seed + k)

const purposes = ["parameters", "order", "labels", "shift", "left", "right"] as const
export const keyFor = (seed: number, purpose: (typeof purposes)[number]): Key =>
  random.foldIn(random.key(seed), purposes.indexOf(purpose))
