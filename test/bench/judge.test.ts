import { describe, expect, it } from "vitest"
import type { ContenderName } from "../../bench/harness/contenders.ts"
import { verdicts } from "../../bench/harness/judge.ts"
import type { Entry } from "../../bench/harness/measure.ts"
import { pointsOf } from "../../bench/harness/points.ts"
import type { Bar } from "../../bench/harness/row.ts"
import { blockOf, tableOf } from "../../bench/harness/table.ts"
import { rowNamed } from "../../bench/rows/index.ts"

const timed = (contender: ContenderName, min: number): Entry => ({
  contender,
  timing: { min, median: min * 1.1, samples: 9, first: 10 * min },
})
const entries = [
  timed("one", 4),
  timed("threads", 2),
  timed("jax", 9),
  timed("tfjs", 8),
  timed("torch", 1.9),
  timed("torch1", 3),
]
const judged = (bar: Bar, found: readonly Entry[] = entries, flops?: number) =>
  verdicts(flops === undefined ? { bars: [bar] } : { bars: [bar], flops }, found, 20).map((v) => [
    v.verdict,
    v.found,
    v.asked,
  ])

describe("verdicts", () => {
  it("compare with the faster peer, with jax-js, and with the better setting of PyTorch", () => {
    expect(judged({ kind: "faster", ours: "one", than: "peers", least: 2 })).toEqual([["pass", "2.00x", 4]])
    expect(judged({ kind: "faster", ours: "one", than: "peers", least: 2.5 })).toEqual([["miss", "2.00x", 3.2]])
    expect(judged({ kind: "faster", ours: "one", than: "jax", least: 2.25 })).toEqual([["pass", "2.25x", 4]])
    expect(judged({ kind: "within", ours: "threads", most: 1.15 })).toEqual([["pass", "1.05x", 1.9 * 1.15]])
    expect(judged({ kind: "moonshot", ours: "threads", most: 1 })).toEqual([["miss", "1.05x", 1.9]])
  })

  it("count rates, times and growth", () => {
    expect(judged({ kind: "rate", ours: "one", least: 30 }, entries, 4 * 31e6)).toEqual([
      ["pass", "31.0 GF/s", (4 * 31) / 30],
    ])
    expect(judged({ kind: "milliseconds", ours: "threads", most: 1.5 })).toEqual([["miss", "2.00 ms", 1.5]])
    const grown: readonly Entry[] = [{ contender: "threads", figures: { growth: 31 } }]
    expect(judged({ kind: "growth", ours: "threads", most: 32 }, grown)).toEqual([["pass", "31.0 MB", undefined]])
  })

  it("count bytes a second beside another row's", () => {
    const bar: Bar = { kind: "bandwidth", ours: "one", of: "copy", as: "plain", least: 0.7 }
    const earlier = (name: string) => [{ row: { name, bytes: 10 }, entries: [timed("plain", 1.5)] }]
    const of = (name: string) => verdicts({ bars: [bar], bytes: 20 }, entries, 20, earlier(name))[0]
    expect(of("copy")).toMatchObject({ verdict: "pass", found: "75.0%", asked: 3 / 0.7 })
    expect(of("another")).toMatchObject({ verdict: "not measured", found: "–" })
    const slow = verdicts({ bars: [{ ...bar, least: 0.76 }], bytes: 20 }, entries, 20, earlier("copy"))
    expect(slow[0]?.verdict).toBe("miss")
  })

  it("are open where somebody was not there", () => {
    const alone = [timed("one", 4)]
    expect(judged({ kind: "faster", ours: "one", than: "peers", least: 2 }, alone)).toEqual([
      ["not measured", "–", undefined],
    ])
    expect(judged({ kind: "within", ours: "one", most: 2 }, alone)).toEqual([["not measured", "–", undefined]])
    expect(judged({ kind: "faster", ours: "threads", than: "peers", least: 2 }, alone)).toEqual([
      ["not measured", "–", undefined],
    ])
  })

  it("take the bars of their Node", () => {
    const { bars } = rowNamed("mlp")
    const asked = (node: number) => verdicts({ bars }, entries, node).map(({ bar }) => bar)
    expect(asked(20)).toEqual([
      "one thread >= 2.3x jax-js",
      "default <= 1.15x PyTorch's time",
      "default <= 1x PyTorch's time",
    ])
    expect(asked(24)[0]).toBe("one thread >= 2x jax-js")
  })
})

describe("what is printed and drawn", () => {
  const row = rowNamed("matmul-512")
  const failed: Entry = { contender: "plain", error: "gives other results\n  at somewhere" }
  const measured = { row, entries: [...entries, failed], verdicts: verdicts(row, entries, 20) }

  it("is a block for a row, errors included", () => {
    expect(blockOf(measured).split("\n")).toEqual([
      "matmul-512: matmul 512 x 512",
      "  cotangent, one thread                    4.00 ms   4.40 ms   67.1 GF/s    2.00x   first 40.0 ms",
      "  cotangent, default threads               2.00 ms   2.20 ms    134 GF/s    4.00x   first 20.0 ms",
      "  jax-js, wasm                             9.00 ms   9.90 ms   29.8 GF/s    0.89x   first 90.0 ms",
      "  tfjs, wasm (XNNPACK)                     8.00 ms   8.80 ms   33.6 GF/s    1.00x   first 80.0 ms",
      "  PyTorch, OpenBLAS threaded               1.90 ms   2.09 ms    141 GF/s    4.21x   first 19.0 ms",
      "  PyTorch, one thread                      3.00 ms   3.30 ms   89.5 GF/s    2.67x   first 30.0 ms",
      "  plain TypeScript                      gives other results",
      "  pass one thread >= 1.25x the faster peer: 2.00x",
      "  pass default >= 2.4x the faster peer: 4.00x",
      "",
    ])
  })

  it("is a line in the table, with both ratios of ours", () => {
    const [head, line, , summary] = tableOf([measured]).split("\n")
    expect(head?.split(/ {2,}/)).toEqual([
      "row",
      "one thread",
      "default",
      "jax-js",
      "tfjs",
      "plain TS",
      "PyTorch",
      "PyTorch 1t",
      "x peer",
      "x PyTorch",
      "bars",
    ])
    expect(line?.split(/ {2,}/).slice(0, 10)).toEqual([
      "matmul-512",
      "4.00 ms",
      "2.00 ms",
      "9.00 ms",
      "8.00 ms",
      "–",
      "1.90 ms",
      "3.00 ms",
      "2.00 / 4.00",
      "0.47 / 0.95",
    ])
    expect(summary).toBe("2 bars reached, 0 missed, 0 not measured")
  })

  it("is a point for each contender, PyTorch once, and a tick for each bar", () => {
    const { points, bars } = pointsOf({ rows: [{ name: row.name, title: row.title, ...measured }] })
    expect(points.map(({ who, ratio }) => [who, ratio])).toEqual([
      ["one thread", 2],
      ["default", 4],
      ["jax-js", 8 / 9],
      ["tfjs", 1],
      ["PyTorch", 8 / 1.9],
    ])
    expect(bars.map(({ ratio }) => ratio)).toEqual([1.25, 2.4])
  })
})
