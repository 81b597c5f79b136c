/** Whether a row reached its bars. Times are compared by their minima. */
import { type ContenderName, contenderNamed, peers, torches } from "./contenders.ts"
import type { Entry } from "./measure.ts"
import type { Bar, Row } from "./row.ts"

export interface Verdict {
  readonly ours: ContenderName
  /** What was asked, as in the issue. */
  readonly bar: string
  /** What was found, in the same unit. */
  readonly found: string
  readonly verdict: "pass" | "miss" | "not measured"
  readonly moonshot: boolean
  /** The bar as a time: the milliseconds that would have been enough. */
  readonly asked?: number
}

const timeOf = (entries: readonly Entry[], name: ContenderName): number | undefined =>
  entries.find(({ contender }) => contender === name)?.timing?.min

/** The fastest of some contenders, those without a time left out. */
export function fastest(
  entries: readonly Entry[],
  names: readonly ContenderName[],
): { readonly name: ContenderName; readonly time: number } | undefined {
  return names
    .flatMap((name) => {
      const time = timeOf(entries, name)
      return time === undefined ? [] : [{ name, time }]
    })
    .sort((a, b) => a.time - b.time)[0]
}

export const gigaflops = ({ flops }: Pick<Row, "flops">, milliseconds: number): number | undefined =>
  flops === undefined ? undefined : flops / milliseconds / 1e6

/** A row that was measured before, which a bar may speak of. */
export interface Before {
  readonly row: Pick<Row, "name" | "bytes">
  readonly entries: readonly Entry[]
}
/** The bars of a row that count on a major version of Node. */
export const verdicts = (
  row: Pick<Row, "bars" | "flops" | "bytes">,
  entries: readonly Entry[],
  node: number,
  before: readonly Before[] = [],
): readonly Verdict[] =>
  row.bars.filter((bar) => bar.node === undefined || bar.node === node).map((bar) => judge(row, bar, entries, before))

const rivals = { peers, jax: ["jax"], torch: torches } as const
const inWords = { peers: "the faster peer", jax: "jax-js", torch: "PyTorch" } as const

function judge(
  row: Pick<Row, "flops" | "bytes">,
  bar: Bar,
  entries: readonly Entry[],
  before: readonly Before[],
): Verdict {
  const ours = timeOf(entries, bar.ours)
  /** A time that is enough, and what a time is in the unit of the bar. */
  const timed = (text: string, unit: string, asked: number | undefined, measure: (time: number) => number): Verdict => {
    if (ours === undefined || asked === undefined) return verdict(bar, text, "–", "not measured")
    return { ...verdict(bar, text, short(measure(ours)) + unit, ours <= asked ? "pass" : "miss"), asked }
  }
  switch (bar.kind) {
    case "faster": {
      const other = fastest(entries, rivals[bar.than])?.time ?? Number.NaN
      const asked = Number.isNaN(other) ? undefined : other / bar.least
      return timed(`>= ${bar.least}x ${inWords[bar.than]}`, "x", asked, (time) => other / time)
    }
    case "within":
    case "moonshot": {
      const other = fastest(entries, torches)?.time ?? Number.NaN
      const asked = Number.isNaN(other) ? undefined : other * bar.most
      return timed(`<= ${bar.most}x PyTorch's time`, "x", asked, (time) => time / other)
    }
    case "rate": {
      const { flops = Number.NaN } = row
      return timed(`>= ${bar.least} GF/s`, " GF/s", flops / bar.least / 1e6, (time) => flops / time / 1e6)
    }
    case "bandwidth": {
      const other = before.find(({ row }) => row.name === bar.of)
      const time = other === undefined ? undefined : timeOf(other.entries, bar.as)
      const share = (row.bytes ?? Number.NaN) / (other?.row.bytes ?? Number.NaN)
      const asked = time === undefined || Number.isNaN(share) ? undefined : (share * time) / bar.least
      const text = `>= ${bar.least * 100}% of ${bar.of}'s bytes a second (${contenderNamed(bar.as)?.head ?? bar.as})`
      return timed(text, "%", asked, (found) => (100 * share * (time ?? Number.NaN)) / found)
    }
    case "milliseconds":
      return timed(`<= ${bar.most} ms`, " ms", bar.most, (time) => time)
    case "growth": {
      const growth = entries.find(({ contender }) => contender === bar.ours)?.figures?.growth
      const text = `grows <= ${bar.most} MB`
      if (growth === undefined) return verdict(bar, text, "–", "not measured")
      return verdict(bar, text, `${short(growth)} MB`, growth <= bar.most ? "pass" : "miss")
    }
  }
}
const verdict = ({ ours, kind }: Bar, text: string, found: string, verdict: Verdict["verdict"]): Verdict => ({
  ours,
  bar: `${contenderNamed(ours)?.head ?? ours} ${text}`,
  found,
  verdict,
  moonshot: kind === "moonshot",
})

/** Three digits. */
export const short = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2))
