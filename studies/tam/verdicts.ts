/** Intervals read as verdicts, and numbers as words. */
import { type Interval, mean, showInterval } from "../harness/statistics.ts"
import type { Claim } from "../harness/study.ts"

export type Verdict = Claim["verdict"]
export const holdsIf = (condition: boolean): Verdict => (condition ? "holds" : "fails")
export const within = ({ low, high }: Interval, bound: number): boolean => low >= -bound && high <= bound
/** `mean [low, high]`. */
export const brief = ({ mean: centre, low, high }: Interval, digits = 2): string =>
  `${centre.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`
export const listed = (named: readonly (readonly [name: string, interval: Interval])[], digits = 2): string =>
  named.map(([name, interval]) => `${name}: ${brief(interval, digits)}`).join("; ")
export { showInterval }
/** The index of the largest mean. */
export const best = (groups: readonly (readonly number[])[]): number => {
  const means = groups.map(mean)
  return means.indexOf(Math.max(...means))
}
export const at = <T>(list: readonly T[], k: number): T => {
  const found = list[k]
  if (found === undefined) throw new RangeError(`there is no item ${k} of ${list.length}`)
  return found
}
