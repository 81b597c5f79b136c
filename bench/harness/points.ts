/** What the figure shows: ratios of times, one point for each contender of a row and one for each bar. */
import { type ContenderName, contenderNamed, peers, torches } from "./contenders.ts"
import { fastest } from "./judge.ts"
import type { Results } from "./results.ts"

export const drawn: readonly ContenderName[] = ["one", "threads", "gpujs", "jax", "tfjs", "plain", "torch"]

export interface Point {
  readonly row: string
  readonly who: string
  readonly ratio: number
}

/** A row without a JavaScript peer is drawn against PyTorch; one without either, or that measures no time, not at all. */
export function pointsOf({ rows }: Pick<Results, "rows">): {
  readonly points: readonly Point[]
  readonly bars: readonly Point[]
} {
  const points: Point[] = []
  const bars: Point[] = []
  for (const { name, entries, verdicts } of rows) {
    const rival = fastest(entries, peers)
    const base = rival ?? fastest(entries, torches)
    if (base === undefined) continue
    const row = rival === undefined ? `${name} (1 = PyTorch)` : name
    for (const who of drawn) {
      const own = fastest(entries, who === "torch" ? torches : [who])
      if (own !== undefined) points.push({ row, who: headOf(who), ratio: base.time / own.time })
    }
    for (const { ours, asked, moonshot } of verdicts)
      if (asked !== undefined && !moonshot) bars.push({ row, who: headOf(ours), ratio: base.time / asked })
  }
  return { points, bars }
}
export const headOf = (name: ContenderName): string => contenderNamed(name)?.head ?? name
