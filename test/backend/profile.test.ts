import { readFileSync } from "node:fs"
import { join } from "node:path"
import {
  add,
  CotangentError,
  EngineError,
  type ExplainedPlan,
  explain,
  type F32,
  grad,
  jit,
  matmul,
  mul,
  ones,
  type Profile,
  profile,
  random,
  type Scalar,
  scan,
  setEngine,
  softmax,
  sum,
  TracerError,
  tanh,
  tensor,
  withEngine,
} from "cotangent"
import { saveTrace } from "cotangent/io"
import { afterAll, describe, expect, test } from "vitest"
import { engineNow, installEngine } from "../../src/autodiff/current-engine.ts"
import { createReference } from "../../src/backend/reference/engine.ts"
import { temporaryFolder } from "../io/folder.ts"

const kernelNames = ({ trace }: Profile): readonly string[] =>
  trace.traceEvents.flatMap((e) => (e.ph === "X" && e.cat === "kernel" ? [e.name] : []))
/** What a plan without whiles and conds runs, in order. */
const expected = (plan: ExplainedPlan): readonly string[] =>
  plan.steps.flatMap((step) => {
    if (step.kind === "kernel") return [step.name]
    if (step.kind !== "scan") return []
    return Array.from({ length: step.rounds }, () => expected(step.body)).flat()
  })

const network = (w1: F32<[16, 32]>, w2: F32<[32, 8]>, x: F32<[24, 16]>): Scalar =>
  sum(softmax(matmul(tanh(matmul(x, w1)), w2)))
const weights = () => {
  const [a, b, c] = random.split(random.key(0), 3)
  return [random.normal(a, [16, 32]), random.normal(b, [32, 8]), random.normal(c, [24, 16])] as const
}
const recurrent = (w: F32<[4, 4]>, xs: F32<[6, 4]>): Scalar => {
  const [h] = scan((c: F32<[4]>, x: F32<[4]>) => [tanh(add(matmul(w, c), x)), sum(c)], ones([4]), xs)
  return sum(h)
}

describe.each(["wasm", "reference"] as const)("profile on %s", (engine) => {
  const on = (f: () => void): void => withEngine(engine, f)

  test("times the kernels that explain shows, in their order, those of a scan once a round", () =>
    on(() => {
      const args = weights()
      const step = grad(network)
      const { plan, totals } = explain(step, { as: "data" })(...args)
      const found = profile(step, { repetitions: 3 })(...args)
      expect(found.engine).toBe(engine)
      expect(kernelNames(found)).toEqual(expected(plan))
      expect(found.kernels.reduce((n, k) => n + k.operations, 0)).toBe(totals.operations)
      expect(found.kernels.reduce((n, k) => n + k.bytes, 0)).toBe(totals.bytes)

      const [w, xs] = [ones([4, 4]), ones([6, 4])]
      const rounds = explain(grad(recurrent), { as: "data" })(w, xs)
      const looped = profile(grad(recurrent), { repetitions: 3 })(w, xs)
      expect([...kernelNames(looped)].sort()).toEqual([...expected(rounds.plan)].sort())
      expect(looped.kernels.reduce((n, k) => n + k.calls, 0)).toBe(rounds.totals.runs)
    }))

  test("its figures belong together", () =>
    on(() => {
      const found = profile(grad(network), { repetitions: 9 })(...weights())
      expect(found.repetitions).toBe(9)
      expect(found.kernels.length).toBeGreaterThan(2)
      for (const k of found.kernels) {
        expect(k.milliseconds.min).toBeGreaterThan(0)
        expect(k.milliseconds.median).toBeGreaterThanOrEqual(k.milliseconds.min)
        expect(k.gigaOperations).toBeCloseTo(k.operations / k.milliseconds.min / 1e6, 12)
        expect(k.gigaBytes).toBeCloseTo(k.bytes / k.milliseconds.min / 1e6, 12)
        expect(k.ofCeiling).toBeGreaterThan(0)
      }
      expect(found.kernels.reduce((n, k) => n + k.share, 0)).toBeCloseTo(1, 9)
      const times = found.kernels.map((k) => k.milliseconds.min)
      expect(times).toEqual([...times].sort((a, b) => b - a))
      expect(found.ceilings.gigaOperations).toBeGreaterThan(0)
      expect(found.ceilings.gigaBytes.length).toBeGreaterThan(0)
      for (const { rate } of found.ceilings.gigaBytes) expect(rate).toBeGreaterThan(0)
      expect(found.call?.median).toBeGreaterThanOrEqual(found.call?.min ?? Number.NaN)
    }))

  test("a product of 64 times the work takes longer, and stays below the engine's own product by less than the clock errs", () =>
    on(() => {
      const square = (n: number): F32 => random.normal(random.key(1), [n, n])
      const product = (a: F32) => matmul(a, a)
      const [small, large] = [16, 64].map((n) => profile(product, { repetitions: 7 })(square(n)).kernels[0])
      expect(large?.operations).toBe(64 * (small?.operations ?? 0))
      expect(large?.milliseconds.min ?? 0).toBeGreaterThan(3 * (small?.milliseconds.min ?? 0))
      expect(large?.bound).toBe("arithmetic")
      expect(large?.ofCeiling).toBeGreaterThan(0.02)
      expect(large?.ofCeiling).toBeLessThan(2)
    }))

  test("leaves its arguments alone, donated or not, and no memory behind", async () => {
    await setEngine(engine)
    try {
      const step = jit((x: F32<[64]>, rate: Scalar) => mul(x, rate), { donate: [0] })
      const x = ones([64])
      profile(step, { repetitions: 2 })(x, 0.5)
      const held = engineNow().bytesHeld()
      const found = profile(step, { repetitions: 20 })(x, 0.5)
      const shown = explain(step, { as: "data" })(x, 0.5)
      expect(kernelNames(found)).toEqual(expected(shown.plan))
      expect(engineNow().bytesHeld()).toBe(held)
      expect(await sum(step(x, 2)).item()).toBe(128)
    } finally {
      await setEngine("wasm")
    }
  })

  test("the trace is one call with its kernels inside, one after the other", () =>
    on(() => {
      const { trace } = profile(grad(network), { repetitions: 3 })(...weights())
      expect(JSON.parse(JSON.stringify(trace))).toEqual(trace)
      const spans = trace.traceEvents.filter((e) => e.ph === "X")
      const [call, ...kernels] = spans
      expect(call?.cat).toBe("call")
      let end = 0
      for (const k of kernels) {
        expect(k.ts).toBeGreaterThanOrEqual(end - 1e-6)
        end = k.ts + k.dur
      }
      expect(end).toBeLessThanOrEqual((call?.dur ?? 0) + 1e-6)
      expect(trace.traceEvents.flatMap((e) => (e.ph === "M" ? [e.args.name] : []))).toEqual([
        `cotangent on ${engine}`,
        "kernels",
      ])
    }))

  test("prints a table with a row for each kernel", () =>
    on(() => {
      const found = profile(grad(network), { repetitions: 3 })(...weights())
      const lines = String(found).split("\n")
      expect(lines[0]).toMatch(new RegExp(`^${engine}: a call takes [\\d.]+ ms \\(median [\\d.]+\\), its kernels take`))
      expect(lines[1]).toMatch(/^at best this machine computes [\d.]+ GF\/s and moves [\d.]+ GB\/s of /)
      expect(lines[3]).toMatch(/ms +median +share +calls +GF\/s +GB\/s +of ceiling +bound by +kernel$/)
      expect(lines.slice(4)).toHaveLength(found.kernels.length)
      const shares = lines.slice(4).map((line) => Number(/ ([\d.]+)% /.exec(line)?.[1]))
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, -0.3)
    }))
})

describe("profile on gpujs", () => {
  afterAll(() => setEngine("wasm"))
  test.each(["webasm", "cpu"] as const)("%s: kernel by kernel, as explain shows them", async (mode) => {
    expect(await setEngine("gpujs", { mode })).toBe(`gpujs/${mode}`)
    const args = weights()
    const { plan } = explain(grad(network), { as: "data" })(...args)
    const found = profile(grad(network), { repetitions: 3 })(...args)
    expect(found.engine).toBe(`gpujs/${mode}`)
    expect(kernelNames(found)).toEqual(expected(plan))
    expect(found.call).toBe(undefined)
    expect(String(found)).toMatch(/^gpujs\/\w+: its kernels take [\d.]+ ms/)
    const looped = profile(recurrent, { repetitions: 2 })(ones([4, 4]), ones([6, 4]))
    expect(looped.kernels.some((k) => k.calls === 6)).toBe(true)
  })
})

test("saveTrace writes the trace", async () => {
  const path = join(temporaryFolder(), "deep", "trace.json")
  const found = profile((x: F32<[8]>) => tanh(x), { repetitions: 2 })(ones([8]))
  await saveTrace(path, found)
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(found.trace)
})

describe("profile says what it cannot do", () => {
  // An engine like any other, but that it cannot time its kernels.
  installEngine("mute", {
    sync: () => {
      const engine = Object.assign(createReference(), { name: "mute" })
      Reflect.deleteProperty(engine, "profile")
      return engine
    },
    load: () => Promise.reject(new Error("not this way")),
  })
  afterAll(() => setEngine("wasm"))

  const thrown = (f: () => unknown): unknown => {
    try {
      return f()
    } catch (error) {
      return error
    }
  }
  test("an engine without clocks is refused, and those that have them are named", () => {
    const error = thrown(() =>
      withEngine(JSON.parse('"mute"'), () => profile((x: F32<[2]>) => tanh(x))(tensor([1, 2]))),
    )
    expect(error).toBeInstanceOf(EngineError)
    expect(error).toMatchObject({ code: "no-profile", details: { engine: "mute" } })
    expect(String(error)).toMatch(/the engine mute cannot tell when a kernel has run; wasm, reference and gpujs/)
  })
  test("traced arguments, other repetitions, an async function", () => {
    const inside = thrown(() => jit((x: F32<[2]>) => [profile((y: F32<[2]>) => tanh(y))(x).repetitions, x])(ones([2])))
    expect(inside).toBeInstanceOf(TracerError)
    for (const repetitions of [0, -1, 1.5, Number.NaN]) {
      const error = thrown(() => profile((x: F32<[2]>) => tanh(x), { repetitions }))
      expect(error).toBeInstanceOf(CotangentError)
      expect(String(error)).toContain(`repetitions is a whole number from 1 on, got ${repetitions}`)
    }
    // @ts-expect-error profile: the function is async
    expect(thrown(() => profile(async (x: F32<[2]>) => tanh(x))(ones([2])))).toMatchObject({ code: "async" })
    expect(thrown(() => profile(JSON.parse("1")))).toMatchObject({ code: "function" })
  })
})
