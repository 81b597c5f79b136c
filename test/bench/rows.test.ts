import { describe, expect, it } from "vitest"
import { optionsOf, selected } from "../../bench/harness/options.ts"
import type { Bar } from "../../bench/harness/row.ts"
import { difference } from "../../bench/harness/statistics.ts"
import { rowNamed, rows } from "../../bench/rows/index.ts"

/** A bar in few letters, as the requirements have it. */
const short = (bar: Bar): string => {
  const node = bar.node === undefined ? "" : `@${bar.node}`
  switch (bar.kind) {
    case "faster":
      return `${bar.ours} ${bar.least}x ${bar.than}${node}`
    case "rate":
      return `${bar.ours} ${bar.least} GF`
    case "bandwidth":
      return `${bar.ours} ${100 * bar.least}% of ${bar.of} ${bar.as}`
    default:
      return `${bar.ours} ${bar.kind} ${bar.most}${node}`
  }
}
const product = ["threads 3x peers", "one 32 GF"]
const norm = ["one 1x peers", "threads 1.6x peers"]
const steps = (least: number) => [`one ${least}x jax@20`, "one 2x jax@24", "threads within 1.15", "threads moonshot 1"]
const optimiser = ["one 1x peers", "threads within 1"]
const required: Readonly<Record<string, readonly string[]>> = {
  "matmul-256": ["one 1.25x peers", "threads 2.4x peers"],
  "matmul-512": ["one 1.25x peers", "threads 2.4x peers"],
  "matmul-1024": ["one 1.25x peers", "threads 2.4x peers"],
  "attention-scores": product,
  "attention-values": product,
  "attention-gradient": product,
  "mesa-scores": product,
  "mesa-state": product,
  "mlp-forward": product,
  "mlp-weights": product,
  "mlp-input": product,
  "batched-16": ["threads 3x peers", "one 18 GF"],
  fma: ["one 1.8x peers", "threads 3x peers"],
  exp: ["threads 3.5x peers"],
  gelu: ["threads 8x peers"],
  softmax: norm,
  "softmax-gradient": norm,
  "layer-norm": norm,
  "layer-norm-gradient": norm,
  "row-sum": ["threads 2.5x peers"],
  transpose: ["threads 1x peers"],
  gather: ["threads 1x peers"],
  "scatter-add": ["threads 1x peers"],
  conv: ["one 30 GF"],
  "conv-gradient": ["threads 1.5x peers"],
  fft: ["threads 1x peers"],
  sort: ["threads 1x peers"],
  cholesky: ["threads 1x peers"],
  "max-pool-gradient": ["threads within 1"],
  "optimiser-copy": [],
  "optimiser-sgd": optimiser,
  "optimiser-momentum": optimiser,
  "optimiser-adam": [
    "one 70% of optimiser-copy plain",
    "one 70% of optimiser-copy one",
    "threads 70% of optimiser-copy threads",
    ...optimiser,
  ],
  "optimiser-adamw": optimiser,
  "optimiser-lion": optimiser,
  "optimiser-tam": ["threads within 1"],
  "optimiser-ada-tam": ["threads within 1"],
  mlp: steps(2.3),
  block: steps(2.2),
  "gru-1": ["threads 8x torch"],
  "gru-32": ["threads 1.5x torch"],
  eager: ["threads 10x jax"],
  "first-call": ["threads milliseconds 150", "threads 2x jax"],
  "memory-jit": ["threads growth 16"],
  "memory-eager": ["threads growth 16"],
}

describe("rows", () => {
  it("are those that are asked for, with their bars", () => {
    expect(Object.fromEntries(rows.map(({ name, bars }) => [name, bars.map(short)]))).toEqual(required)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  })

  it("have a rival for every bar that names one", () => {
    for (const { name, bars, sides, torch } of rows)
      for (const bar of bars) {
        if (bar.kind === "faster" && bar.than !== "torch") expect(sides.jax ?? sides.tfjs, name).toBeDefined()
        if (bar.kind === "within" || (bar.kind === "faster" && bar.than === "torch")) expect(torch, name).toBe(true)
      }
  })

  it.each(["fma", "exp", "gelu", "softmax", "layer-norm", "row-sum", "transpose", "gather", "scatter-add"])(
    "%s: ours gives what plain loops give",
    async (name) => {
      const { sides, tolerance } = rowNamed(name)
      const [own, plain] = await Promise.all([sides.cotangent?.(), sides.plain?.()])
      await own?.run()
      expect(difference((await own?.outputs()) ?? [], (await plain?.outputs()) ?? [])).toBeLessThanOrEqual(tolerance)
    },
  )

  it("compares losses of a training run that learns", async () => {
    const task = await rowNamed("mlp").sides.cotangent?.()
    const [losses = new Float32Array()] = (await task?.outputs()) ?? []
    expect(losses.length).toBe(10)
    expect(losses[9]).toBeLessThan(losses[0] ?? 0)
  })
})

describe("the command line", () => {
  it("takes rows by the beginning of their names", () => {
    const { rows: asked, node, quick } = optionsOf(["matmul", "fma", "--node", "24", "--quick"])
    expect(selected(rows, asked).map(({ name }) => name)).toEqual(["matmul-256", "matmul-512", "matmul-1024", "fma"])
    expect([node, quick]).toEqual(["24", true])
    expect(selected(rows, [])).toBe(rows)
  })

  it("refuses rows and contenders that there are not", () => {
    expect(() => selected(rows, ["matmull"])).toThrow("there is no row matmull; there are matmul-256")
    expect(() => optionsOf(["--only", "one,jaxx"])).toThrow("there is no contender jaxx")
    expect(optionsOf(["--only", "one,jax"]).only).toEqual(["one", "jax"])
  })
})
