import { add, arange, cast, grad, jit, mul, type Scalar, scan, setEngine, tensor, vmap } from "cotangent"
import { adam, applyUpdates, type Schedule, schedules, sgd } from "cotangent/optim"
import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { type Known, known, names, stepsOf, value } from "./known.ts"

const at = (schedule: Schedule, step: number): number => schedule(tensor(step, { dtype: "i32" })).itemSync()
const curve = (schedule: Schedule, steps: readonly number[]): readonly number[] => [
  ...vmap(schedule)(tensor(steps, { shape: [steps.length], dtype: "i32" })).dataSync(),
]
/** A schedule and steps that matter to it, rising. */
const walked = (name: keyof typeof known): fc.Arbitrary<readonly [Known, readonly number[]]> =>
  known[name].chain((one) =>
    fc.tuple(
      fc.constant(one),
      fc.array(stepsOf(one), { minLength: 8, maxLength: 8 }).map((steps) => steps.toSorted((a, b) => a - b)),
    ),
  )
const f32 = 2 ** -24

describe.each(names)("%s", (name) => {
  test("is its formula in doubles, at the first steps, around its turns and past a million", () =>
    fc.assert(
      fc.property(walked(name), ([one, steps]) => {
        const most = Math.max(...one.bounds.map(Math.abs))
        for (const [k, found] of curve(one.schedule, steps).entries()) {
          const step = steps[k] ?? 0
          const exact = one.exact(step)
          // What falls to 0 keeps its digits; where a mixture is taken, as many as its larger end has.
          const error = Math.abs(found - exact)
          const allowed = 8 * f32 * (one.condition?.(step) ?? 1) * Math.max(Math.abs(exact), one.condition ? 0 : most)
          expect(error, `step ${step}: ${found} for ${exact}`).toBeLessThanOrEqual(allowed + 2 ** -126)
        }
      }),
      { numRuns: 60 },
    ))

  test("stays within its bounds", () =>
    fc.assert(
      fc.property(walked(name), ([{ schedule, bounds, goes }, steps]) => {
        const seen = curve(schedule, steps)
        // The peak divided by 25 is rounded; nothing else may leave by a rounding.
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(bounds[0])
        expect(Math.max(...seen)).toBeLessThanOrEqual(bounds[1])
        if (goes !== undefined)
          for (const [k, now] of seen.slice(1).entries()) {
            const rise = (now - (seen[k] ?? 0)) * (goes === "up" ? 1 : -1)
            expect(rise, `from step ${steps[k]} to ${steps[k + 1]}`).toBeGreaterThanOrEqual(-4 * f32 * bounds[1])
          }
      }),
      { numRuns: 30 },
    ))

  test("one at a time, compiled, mapped and scanned it is the same to the last bit", () =>
    fc.assert(
      fc.property(walked(name), ([{ schedule }, steps]) => {
        const one = steps.map((step) => at(schedule, step))
        const compiled = jit(schedule)
        expect(steps.map((step) => compiled(tensor(step, { dtype: "i32" })).itemSync())).toEqual(one)
        expect(curve(schedule, steps)).toEqual(one)
        const [, scanned] = scan(
          (carry: Scalar, step: Scalar<"i32">) => [carry, schedule(step)] as const,
          tensor(0),
          tensor(steps, { shape: [steps.length], dtype: "i32" }),
        )
        expect([...scanned.dataSync()]).toEqual(one)
      }),
      { numRuns: 8 },
    ))

  test("before the first step it is what it is at the first", () =>
    fc.assert(
      fc.property(known[name], ({ schedule }) => {
        expect(at(schedule, -5)).toBe(at(schedule, 0))
      }),
      { numRuns: 5 },
    ))

  describe("on other engines", () => {
    afterEach(() => setEngine("wasm"))
    test("it is what it is on wasm", async () => {
      const one = fc.sample(walked(name), { numRuns: 3, seed: 11 })
      const wanted = one.map(([{ schedule }, steps]) => curve(schedule, steps))
      for (const open of [() => setEngine("reference"), () => setEngine("gpujs", { mode: "cpu" })]) {
        const engine = await open()
        for (const [k, [{ schedule, bounds }, steps]] of one.entries()) {
          const found = await vmap(schedule)(tensor(steps, { shape: [steps.length], dtype: "i32" })).data()
          for (const [i, x] of found.entries())
            expect(Math.abs(x - (wanted[k]?.[i] ?? Number.NaN)), engine).toBeLessThanOrEqual(
              16 * f32 * Math.max(...bounds.map(Math.abs), 1),
            )
        }
      }
    })
  })
})

describe("ends", () => {
  const ends = fc.record({ from: value, to: value, steps: fc.integer({ min: 1, max: 5000 }) })
  test("are exact, and stay", () =>
    fc.assert(
      fc.property(ends, fc.nat(), fc.constantFrom("linear", "cosine", "polynomial"), (o, later, name) => {
        const schedule = name === "polynomial" ? schedules.polynomial({ ...o, power: 2 }) : schedules[name](o)
        expect(at(schedule, 0)).toBe(o.from)
        expect(at(schedule, o.steps)).toBe(o.to)
        expect(at(schedule, Math.min(o.steps + later, 2 ** 31 - 1))).toBe(o.to)
      }),
      { numRuns: 40 },
    ))

  test("what falls to 0 keeps its digits to the last step", () => {
    const steps = 1_000_000
    const near = [1, 10, 1000].map((left) => steps - left)
    for (const [schedule, exact] of [
      [schedules.linear({ from: 1, to: 0, steps }), (t: number) => t],
      [schedules.cosine({ from: 1, steps }), (t: number) => Math.sin((Math.PI * t) / 2) ** 2],
      [schedules.polynomial({ from: 1, steps, power: 3 }), (t: number) => t ** 3],
    ] as const)
      for (const step of near) {
        const wanted = exact((steps - step) / steps)
        expect(Math.abs(at(schedule, step) / wanted - 1)).toBeLessThan(8 * f32)
      }
  })

  test("a warm-up ends where the schedule begins, and the schedule then takes its own steps", () =>
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 300 }), fc.nat({ max: 400 }), (o, steps, later) => {
        const inner = schedules.cosine(o)
        const warmed = schedules.warmUp(inner, steps)
        expect(at(warmed, 0)).toBe(0)
        expect(at(warmed, steps + later)).toBe(at(inner, later))
        const last = at(warmed, steps - 1)
        expect(Math.abs(o.from - last - o.from / steps)).toBeLessThanOrEqual(4 * f32 * o.from)
      }),
      { numRuns: 30 },
    ))
})

describe("join", () => {
  const piece = fc.oneof(
    value,
    fc.record({ from: value, to: value, steps: fc.integer({ min: 1, max: 20 }) }).map(schedules.linear),
  )
  const three = fc.tuple(piece, piece, piece, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
  const steps = Array.from({ length: 60 }, (_, k) => k)

  test("of one is that one", () =>
    fc.assert(
      fc.property(piece, (a) => {
        const alone = typeof a === "number" ? schedules.constant(a) : a
        expect(curve(schedules.join([a], []), steps)).toEqual(curve(alone, steps))
      }),
      { numRuns: 10 },
    ))

  test("is associative: the inner boundary counts from the outer one", () =>
    fc.assert(
      fc.property(three, ([a, b, c, first, second]) => {
        const whole = curve(schedules.join([a, b, c], [first, first + second]), steps)
        expect(curve(schedules.join([schedules.join([a, b], [first]), c], [first + second]), steps)).toEqual(whole)
        expect(curve(schedules.join([a, schedules.join([b, c], [second])], [first]), steps)).toEqual(whole)
      }),
      { numRuns: 20 },
    ))
})

describe("with an optimiser", () => {
  test("a compiled step asks the schedule with the number of steps taken before, and is traced once", () => {
    const rates = schedules.piecewise({ 0: 0.5, 2: 0.25, 3: 0.125 })
    const optimiser = sgd({ learningRate: rates })
    let traces = 0
    const step = jit((w: Scalar, state: ReturnType<typeof optimiser.init<Scalar>>) => {
      traces += 1
      const [updates, next] = optimiser.update(tensor(1), state, w)
      return [applyUpdates(w, updates), next] as const
    })
    let [w, state] = [tensor(0), optimiser.init(tensor(0))]
    const path: number[] = []
    for (let k = 0; k < 5; k++) {
      ;[w, state] = step(w, state)
      path.push(w.itemSync())
    }
    expect(path).toEqual([-0.5, -1, -1.25, -1.375, -1.5])
    expect(traces).toBe(1)
  })

  test("an ensemble over peaks is one vmap", () => {
    const first = (peak: Scalar): Scalar => {
      const optimiser = adam({ learningRate: schedules.oneCycle({ peak, steps: 10 }) })
      let w: Scalar = tensor(1)
      let state = optimiser.init(w)
      for (let k = 0; k < 10; k++) {
        const [updates, next] = optimiser.update(mul(w, 2), state, w)
        w = applyUpdates(w, updates)
        state = next
      }
      return w
    }
    const peaks = [0.01, 0.1, 0.3]
    const together = [...vmap(first)(tensor(peaks)).dataSync()]
    for (const [k, peak] of peaks.entries())
      expect(Math.abs((together[k] ?? Number.NaN) - first(tensor(peak)).itemSync())).toBeLessThan(1e-6)
  })

  test("has gradients with respect to its values", () => {
    const end = (peak: Scalar): Scalar => schedules.cosine({ from: peak, steps: 4 })(tensor(1, { dtype: "i32" }))
    expect(grad(end)(tensor(2)).itemSync()).toBeCloseTo((1 + Math.cos(Math.PI / 4)) / 2, 6)
  })

  test("a curve is one vmap over steps", () => {
    const schedule: Schedule = (step) => add(cast(step, "f32"), 1)
    expect([...vmap(schedule)(arange(3, { dtype: "i32" })).dataSync()]).toEqual([1, 2, 3])
  })
})
