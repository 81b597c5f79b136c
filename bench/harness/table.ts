/** What is printed: a block for a row when it has been measured, and one table at the end. */
import { contenderNamed, contenders, peers, torches } from "./contenders.ts"
import { fastest, gigaflops, short, type Verdict } from "./judge.ts"
import type { Entry } from "./measure.ts"
import type { Row } from "./row.ts"

export interface Measured {
  readonly row: Row
  readonly entries: readonly Entry[]
  readonly verdicts: readonly Verdict[]
}

/** Milliseconds in the unit that leaves three digits. */
export const showTime = (ms: number): string =>
  ms >= 1000 ? `${short(ms / 1000)} s` : ms >= 1 ? `${short(ms)} ms` : `${short(ms * 1000)} us`

export function blockOf({ row, entries, verdicts }: Measured): string {
  const rival = fastest(entries, peers)
  const lines = entries.map(({ contender, timing, error, figures }) => {
    const label = `  ${(contenderNamed(contender)?.label ?? contender).padEnd(38)}`
    if (figures !== undefined)
      return (
        label +
        Object.entries(figures)
          .map(([what, value]) => `${what} ${short(value)}`)
          .join("  ")
      )
    if (timing === undefined) return `${label}${error?.split("\n")[0]}`
    const rate = gigaflops(row, timing.min)
    return [
      label,
      showTime(timing.min).padStart(9),
      showTime(timing.median).padStart(9),
      (rate === undefined ? "" : `${short(rate)} GF/s`).padStart(11),
      (rival === undefined ? "" : `${short(rival.time / timing.min)}x`).padStart(8),
      `  first ${showTime(timing.first)}`,
    ].join(" ")
  })
  const remark = row.remark === undefined ? "" : ` (${row.remark})`
  return [`${row.name}: ${row.title}${remark}`, ...lines, ...verdicts.map((v) => `  ${judgement(v)}`), ""].join("\n")
}
const judgement = ({ bar, found, verdict, moonshot }: Verdict): string =>
  `${mark(verdict, moonshot)} ${moonshot ? "moonshot: " : ""}${bar}: ${found}`
const mark = (verdict: Verdict["verdict"], moonshot: boolean): string =>
  ({ pass: "pass", miss: moonshot ? "not yet" : "MISS", "not measured": "–" })[verdict]

/** One line a row: the least time of each contender, and each bar with what was found. */
export function tableOf(measured: readonly Measured[]): string {
  const shown = contenders.filter(({ name }) =>
    measured.some(({ entries }) => entries.some((e) => e.contender === name)),
  )
  const head = ["row", ...shown.map((c) => c.head), "x peer", "x PyTorch", "bars"]
  const body = measured.map(({ row, entries, verdicts }) => {
    const cells = shown.map(({ name }) => {
      const entry = entries.find(({ contender }) => contender === name)
      if (entry?.figures !== undefined) return `+${short(entry.figures.growth ?? Number.NaN)} MB`
      return entry?.timing === undefined ? "–" : showTime(entry.timing.min)
    })
    return [row.name, ...cells, against(entries, peers), against(entries, torches), verdicts.map(judgement).join("; ")]
  })
  const widths = head.map((_, k) => Math.max(...[head, ...body].map((line) => line[k]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) =>
        k === 0 || k === cells.length - 1 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0),
      )
      .join("  ")
      .trimEnd()
  return [line(head), ...body.map(line), "", summary(measured)].join("\n")
}

/** How many times faster ours are than the fastest of others: one thread / default threads. */
function against(entries: readonly Entry[], others: Parameters<typeof fastest>[1]): string {
  const rival = fastest(entries, others)
  const ratios = (["one", "threads"] as const).map((name) => {
    const own = fastest(entries, [name])
    return rival === undefined || own === undefined ? "–" : short(rival.time / own.time)
  })
  return ratios.every((ratio) => ratio === "–") ? "–" : ratios.join(" / ")
}

function summary(measured: readonly Measured[]): string {
  const all = measured.flatMap(({ verdicts }) => verdicts).filter(({ moonshot }) => !moonshot)
  const count = (verdict: Verdict["verdict"]) => all.filter((v) => v.verdict === verdict).length
  return `${count("pass")} bars reached, ${count("miss")} missed, ${count("not measured")} not measured`
}
