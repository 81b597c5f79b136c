import { basename } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { claimsText } from "../../studies/harness/claims.ts"
import { parseCommand } from "../../studies/harness/command.ts"
import { pngOf, svgOf } from "../../studies/harness/figures/draw.ts"
import { bars, heat, lines, paths, points } from "../../studies/harness/figures.ts"
import { fromJson, toJson } from "../../studies/harness/json.ts"
import { slug } from "../../studies/harness/kept.ts"
import { timeLeft } from "../../studies/harness/progress.ts"
import {
  confidenceInterval,
  pairedDifference,
  showInterval,
  showSpread,
  spread,
  standardDeviation,
  studentQuantile,
  studentWithin,
} from "../../studies/harness/statistics.ts"

test("JSON of results comes back as it was: NaN, infinities, -0, and strings that look like them", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.constantFrom("NaN", "'NaN", "Infinity", "-0", "''", "'", Number.NaN, -0, Number.NEGATIVE_INFINITY),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("tree")),
      fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(tree, (x) => {
      expect(fromJson(toJson(x))).toStrictEqual(x)
    }),
  )
})

test("a name becomes a file's name of its own, inside the folder", () => {
  const names = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("..", "", ".", "a/../b", "β", "γ", "A", "a"))
  fc.assert(
    fc.property(names, names, (a, b) => {
      expect(basename(slug(a))).toBe(slug(a))
      expect(slug(a)).not.toMatch(/^\.*$/)
      expect(slug(a).toLowerCase() === slug(b).toLowerCase()).toBe(a === b)
    }),
  )
})

describe("statistics", () => {
  // Two-sided 95% and 99% points of Student's t, from any printed table.
  test.each([
    [0.95, 1, 12.706],
    [0.95, 2, 4.303],
    [0.95, 4, 2.776],
    [0.95, 7, 2.365],
    [0.95, 30, 2.042],
    [0.99, 4, 4.604],
    [0.99, 9, 3.25],
    [0.5, 5, 0.727],
  ])("P(|t| < x) = %d with %i degrees of freedom at x = %d", (share, degrees, x) => {
    expect(studentQuantile(share, degrees)).toBeCloseTo(x, 3)
    expect(studentWithin(studentQuantile(share, degrees), degrees)).toBeCloseTo(share, 9)
  })

  // With 1, 2 and 4 degrees of freedom the distribution can be inverted on paper.
  test("quantiles are those of closed forms", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (share) => {
        const close = (found: number, exact: number) => expect(Math.abs(found / exact - 1)).toBeLessThan(1e-9)
        close(studentQuantile(share, 1), Math.tan((Math.PI * share) / 2))
        close(studentQuantile(share, 2), share * Math.sqrt(2 / (1 - share * share)))
        const a = 1 - share * share
        close(studentQuantile(share, 4), 2 * Math.sqrt(Math.cos(Math.acos(Math.sqrt(a)) / 3) / Math.sqrt(a) - 1))
      }),
    )
  })

  test("a spread says mean, standard error and count", () => {
    expect(showSpread(spread([1, 2, 3, 4], { unit: "%" }))).toBe("2.50 ± 0.65% (4 seeds)")
    expect(showSpread(spread([3]))).toBe("3.00 (1 seed)")
    expect(standardDeviation([2])).toBeNaN()
  })

  test("95% intervals hold the truth in 95 of 100 draws", () => {
    let inside = 0
    const runs = 4000
    const normal = gaussians(12)
    for (let k = 0; k < runs; k++) {
      const { low, high } = confidenceInterval(Array.from({ length: 5 }, () => 7 + 3 * normal()))
      if (low < 7 && 7 < high) inside++
    }
    // Four standard errors of a share of 0.95 in 4000 draws.
    expect(Math.abs(inside / runs - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / runs))
  })

  test("what pairs share drops out of their difference", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 6 }), (common) => {
        const { mean, low, high } = pairedDifference(
          common.map((x) => x + 1),
          common,
        )
        expect([mean, low, high]).toEqual([1, 1, 1])
      }),
    )
    expect(() => pairedDifference([1, 2], [1])).toThrow("2 values cannot be paired with 1")
    expect(showInterval(pairedDifference([2, 3], [1, 1]), 1)).toBe("1.5, 95% interval -4.9 to 7.9")
  })
})

/** Box and Muller over a linear congruence: normal numbers that are the same in every run. */
function gaussians(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

test("claims are wrapped to the terminal and counted", () => {
  const text = claimsText(
    [
      { id: "a", statement: "word ".repeat(40).trim(), ours: "1", verdict: "holds", required: true },
      {
        id: "b",
        statement: "short",
        paper: "2 [P]",
        ours: spread([1, 2]),
        verdict: "fails",
        required: false,
        remark: "why",
      },
    ],
    60,
  )
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(text).toContain("FAILS      b\n  claim: short\n  paper: 2 [P]\n")
  expect(text).toMatch(/^ {2}claim: word( word)+\n {9}word/m)
  expect(text).toContain("1 hold, 1 fail, 0 not tested")
  expect(text).toContain("ours:  1.50 ± 0.50 (2 seeds)")
})

test.each([
  [3, "3 s"],
  [100, "2 min"],
  [7200, "2.0 h"],
  [Number.NaN, "?"],
])("%d seconds are %s", (seconds, text) => expect(timeLeft(seconds)).toBe(text))

describe("figures", () => {
  const rows = [0, 1, 2, 3].map((k) => ({
    k,
    y: k * k,
    low: k,
    high: k * k + 1,
    who: k % 2 ? "a" : "b",
    order: k,
    where: "here",
  }))
  const [x, y] = [
    { field: "k", title: "across" },
    { field: "y", title: "up" },
  ]
  const ground = { rows: rows.map(({ k, y }) => ({ k, y, z: k })), field: "z", cell: [1, 1] } as const
  test.each([
    ["lines", lines({ rows, x, y, colour: "who", band: ["low", "high"], panel: "where" }), 1],
    ["points", points({ rows, x, y, colour: "who", error: ["low", "high"], joined: true }), 4],
    ["bars", bars({ rows, category: "k", y, colour: "who", error: ["low", "high"] }), 4],
    ["heat", heat({ rows, x: "k", y: "who", colour: y }), 4],
    ["paths", paths({ rows, x, y, colour: "who", height: ground }), 4],
  ])("%s are drawn, the same each time, with their axes and the data", async (name, spec, marks) => {
    const svg = await svgOf({ name, title: "Title", spec })
    expect(svg).toContain("Title")
    expect(svg.match(/aria-roledescription="[^"]*mark[^"]*"|<path aria/g)?.length ?? 0).toBeGreaterThanOrEqual(marks)
    expect(svg).not.toMatch(/NaN|undefined/)
    const again = await svgOf({ name, title: "Title", spec })
    expect(again).toBe(svg)
    expect(Buffer.from(pngOf(again)).equals(pngOf(svg))).toBe(true)
  })
})

const file = import.meta.filename
test.each([
  [["circles"], 'there is no study "circles"; studies: squares'],
  [[], "which study? studies: squares"],
  [["squares", "--preset", "long"], '--preset takes one of quick, full, got "long"'],
  [["squares", "--seed", "one"], '--seed takes a whole number from 0 to 2^31 - 1, got "one"'],
  [["squares", "--engine", "cuda"], '--engine takes one of wasm, gpujs, reference, got "cuda"'],
  [["squares", "--out", file], `--out ${file} is a file; name a folder`],
  [["squares", "--pace", "fast"], "Unknown option '--pace'"],
  [["squares", "circles"], "one study at a time, got squares, circles"],
])("%j is refused in a sentence", (args, sentence) => {
  const command = parseCommand(args, ["squares"])
  expect(command).toMatchObject({ _tag: "Left", left: expect.stringContaining(sentence) })
})
