import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import ts from "typescript-5.9"
import { describe, expect, it } from "vitest"

const root = resolve(import.meta.dirname, "../..")
const folder = join(root, "examples")
const run = async (name: string): Promise<string> => {
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, join(folder, `${name}.ts`)], { cwd: root })
  return stdout
}
const numbersIn = (text: string): readonly number[] =>
  (text.match(/-?(?:\d+\.?\d*(?:e[+-]?\d+)?|Infinity)|NaN/g) ?? []).map(Number)
/** The numbers of each line that matches, the match itself left out. */
const figures = (out: string, line: RegExp): readonly (readonly number[])[] =>
  out
    .split("\n")
    .filter((text) => line.test(text))
    .map((text) => numbersIn(text.replace(line, "").replaceAll(/\b[fi]32\b/g, "")))
function near(found: readonly number[] | undefined, wanted: readonly number[], tolerance: number): void {
  expect(found?.length).toBe(wanted.length)
  wanted.forEach((w, k) => {
    const f = found?.[k] ?? Number.NaN
    expect(Object.is(f, w) || Math.abs(f - w) <= tolerance, `${f}, wanted ${w}`).toBe(true)
  })
}
const only = <T>(xs: readonly T[]): T => {
  expect(xs.length).toBe(1)
  const [x] = xs
  if (x === undefined) throw new Error("nothing found")
  return x
}

/** What each example must print. */
const answers: Readonly<Record<string, (out: string) => void>> = {
  tam: (out) => {
    // 0.9^49 / 2 is left of the way after fifty steps.
    const last = (scene: RegExp) => only(figures(out, scene)).slice(-2)
    near(last(/^straight slope/), [1 - 0.9 ** 49 / 2, 0.1], 2e-3)
    near(last(/^oscillation/), [0.9 ** 49 / 2, 0], 3e-3)
    const noise = only(figures(out, /^noise/))
    near(
      noise.slice(0, -1),
      Array.from({ length: 8 }, () => 0.5),
      0.02,
    )
    near(noise.slice(-1), [0.05], 0.002)
  },
  "first-gradient": (out) => {
    const rows = figures(out, /[·●]+\s*$/)
    expect(rows.length).toBe(25)
    rows.forEach((row, k) => {
      const x = -6 + k / 2
      const [s, c] = [Math.sin(x), Math.cos(x)]
      near(row, [x, x * s, s + x * c, 2 * c - x * s, -3 * s - x * c], 6e-5)
    })
  },
  "newton-rosenbrock": (out) => {
    // The same iteration in JavaScript's numbers, derivatives by hand.
    let [x, y] = [-1.2, 1]
    figures(out, /^step \d/).forEach((row) => {
      near(row.slice(0, 2), [x, y], 1e-9)
      const value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
      // Three digits are printed.
      near(row.slice(2), [value], 5e-3 * value + 1e-16)
      const [gx, gy] = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
      const [a, b, d] = [2 - 400 * y + 1200 * x * x, -400 * x, 200]
      const det = a * d - b * b
      ;[x, y] = [x - (d * gx - b * gy) / det, y - (a * gy - b * gx) / det]
    })
    const last = figures(out, /^step 6/)
    near(only(last).slice(0, 2), [1, 1], 1e-9)
    expect(only(last)[2]).toBeLessThan(1e-15)
  },
  "per-example-gradients": (out) => {
    const y = [3.1, 4.9, 7.2, 9.1, 1.1, 12.8]
    const gradients = y.map((value, k) => [2 * (3 + 2 * k - value), 2 * (3 + 2 * k - value) * (k + 1)] as const)
    const lengths = figures(out, /^example \d/).flat()
    near(
      lengths,
      gradients.map((g) => Math.hypot(...g)),
      6e-3,
    )
    const mean = [0, 1].map((d) => gradients.reduce((sum, g) => sum + (g[d] ?? 0), 0) / y.length)
    near(numbersIn(/their mean Tensor f32\[2\] (\[.*?\])/.exec(out)?.[1] ?? ""), mean, 1e-4)
    near(numbersIn(/gradient of the mean Tensor f32\[2\] (\[.*?\])/.exec(out)?.[1] ?? ""), mean, 1e-4)
    expect(out).toContain("look at example 5")
  },
  "fixed-point": (out) => {
    const rows = figures(out, /^(?=\d)/)
    expect(rows.length).toBe(4)
    rows.forEach((row, k) => {
      // Newton's method on Kepler's equation.
      const mean = [0.5, 1, 2, 3][k] ?? Number.NaN
      let e = mean
      for (let n = 0; n < 20; n++) e -= (e - 0.6 * Math.sin(e) - mean) / (1 - 0.6 * Math.cos(e))
      near(row, [mean, e, 1 / (1 - 0.6 * Math.cos(e)), 1 / (1 - 0.6 * Math.cos(e))], 5e-6)
    })
    const [found, byHand] = only(figures(out, /^sum of dE\/de/))
    expect(found).toBeCloseTo(byHand ?? Number.NaN, 4)
    expect(byHand).toBeCloseTo(2.74792, 4)
  },
  "neural-ode": (out) => {
    const rows = figures(out, /[·●]+/)
    expect(rows.length).toBe(20)
    for (const [t = 0, learned = Number.NaN, truth = Number.NaN] of rows) {
      const exact = 2 * Math.exp(-0.2 * t) * (Math.cos(1.4 * t) + Math.sin(1.4 * t) / 7)
      // The midpoint method at this step (0.023 off at worst), rounded to two digits; then the network, on top of it.
      expect(Math.abs(truth - exact)).toBeLessThan(0.03)
      expect(Math.abs(learned - exact)).toBeLessThan(0.07)
    }
  },
  "own-kernel": (out) => {
    expect(out).toContain("gpujs/webasm")
    const rates = figures(out, /^step \d: rate /).flat()
    expect(rates.length).toBe(6)
    expect(Math.abs((rates[0] ?? 0) - 0.2)).toBeGreaterThan(0.01)
    near(rates.slice(-2), [0.2, 0.2], 2e-5)
  },
  "custom-derivative": (out) => {
    const s = (x: number): number => 1 / (1 + Math.exp(-x))
    const points = [-100, -1, 0, 1, 100]
    near(only(figures(out, /^custom f {2}/)), [0, 0.31326, Math.LN2, 1.3133, 100], 1e-4)
    near(only(figures(out, /^custom f' /)), points.map(s), 1e-4)
    near(
      only(figures(out, /^custom f''/)),
      points.map((x) => s(x) * s(-x)),
      1e-4,
    )
    const naive = only(figures(out, /^naive f' /))
    near(naive, [0, s(-1), 0.5, s(1), Number.NaN], 1e-4)
  },
  "logistic-regression": (out) => {
    const [slope, intercept] = only(figures(out, /^fitted|gradient there.*/)).slice(0, 2)
    expect(slope).toBeCloseTo(1.5046, 3)
    expect(intercept).toBeCloseTo(-4.0777, 3)
    const rows = figures(out, /h {2}[▇·]+/)
    expect(rows.length).toBe(20)
    for (const [hours = Number.NaN, chance] of rows)
      expect(chance).toBeCloseTo(1 / (1 + Math.exp(4.0777 - 1.5046 * hours)), 1)
  },
  "own-data": (out) => {
    const [error] = only(figures(out, /^mean squared error/))
    expect(error).toBeLessThan(0.1)
    // The rule by which the table was drawn, in the middle of it.
    near(only(figures(out, /^a car of 5 years, driven 100:/)), [30 * Math.exp(-1) - 4], 0.5)
    const [names, ...rows] = readFileSync(join(root, "out/own-data/cars.csv"), "utf8").trimEnd().split("\n")
    expect(names).toBe("age,driven,price")
    expect(rows.length).toBe(512)
    for (const [age = 0, driven = 0, price] of rows.map((row) => row.split(",").map(Number)))
      expect(price).toBeCloseTo(30 * Math.exp(-age / 5) - driven / 25, 4)
    // Four tensors of f32 and no more: 2x32 + 32 + 32x1 + 1.
    const file = readFileSync(join(root, "out/own-data/model.safetensors"))
    expect(file.length - 8 - Number(file.readBigUInt64LE(0))).toBe(4 * 129)
  },
  profiling: (out) => {
    const [first = ""] = out.split("\n")
    const [kernels = 0, millions = 0] = numbersIn(first)
    // Two products of 128 x 784 x 256, three of 128 x 256 x 10; all else is small beside them.
    const products = 2 * 128 * 256 * (2 * 784 + 3 * 10)
    expect(millions * 1e6).toBeGreaterThan(products)
    expect(millions * 1e6).toBeLessThan(1.02 * products)
    const rows = out.split("\n").filter((line) => /%.*(arithmetic|memory) /.test(line))
    const shares = rows.map((line) => Number(/ ([\d.]+)% /.exec(line)?.[1]))
    expect(rows.length).toBeGreaterThan(4)
    expect(rows.length).toBeLessThanOrEqual(kernels)
    near([shares.reduce((a, b) => a + b, 0)], [100], 1)
    expect(rows.filter((line) => line.includes("packed product")).length).toBeGreaterThan(1)
    const trace = readFileSync(join(root, "out/profiling/trace.json"), "utf8")
    expect(trace.match(/"cat":"kernel"/g)?.length).toBe(kernels)
  },
  "property-testing": (out) => {
    expect(out.match(/holds for 100/g)?.length).toBe(5)
    // The smallest counterexamples: one element that is not 0, and beyond the kink for the derivative that forgot it.
    expect(out).toMatch(/^homogeneous.*FAILS for \[\[tensor\(\[0, 0, 1\]\)\],1\]$/m)
    expect(out).toMatch(/^the careless derivative.*FAILS for \[tensor\(\[0, 1\.\d+, 0\]\)\]$/m)
    expect(out).toMatch(/perhaps: a rule written by hand/)
  },
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))

it("each has its answer, and there are twelve", () => {
  expect(names.toSorted()).toEqual(Object.keys(answers).toSorted())
  expect(names.length).toBe(12)
})
describe.each(names)("examples/%s.ts", (name) => {
  it("is short, and typed without any or as", () => {
    const text = readFileSync(join(folder, `${name}.ts`), "utf8")
    expect(text.trimEnd().split("\n").length).toBeLessThan(40)
    const casts: string[] = []
    const visit = (node: ts.Node): void => {
      const cast = ts.isAsExpression(node) && node.type.getText() !== "const"
      if (cast || ts.isTypeAssertionExpression(node) || node.kind === ts.SyntaxKind.AnyKeyword)
        casts.push(node.getText())
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true))
    expect(casts).toEqual([])
    for (const [, from] of text.matchAll(/from "([^"]*)"/g)) expect(from).toMatch(/^(cotangent(\/\w+)?|fast-check)$/)
  })
  it("prints the known answer", async () => {
    answers[name]?.(await run(name))
  })
})
