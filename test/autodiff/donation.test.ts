/** Donation against a model of it: what is one memory is gone together, everything else keeps its values. */
import { add, DonationError, type F32, jit, mul, reshape, setEngine, tensor } from "cotangent"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Vector = F32<[number]>
/** A tensor with what it must hold; tensors of one group are one memory. */
interface Held {
  readonly tensor: Vector
  readonly values: readonly number[]
  readonly group: number
}
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("fresh", "view", "sum", "handed", "equal", "donate", "donateTwo", "copyDonated"),
    of: fc.nat(),
    with: fc.nat(),
  }),
  { minLength: 4, maxLength: 24 },
)
const handed = jit((x: Vector) => ({ x, twice: mul(x, 2) }))
/** Equal results that are two values to whoever wrote this. */
const equal = jit((x: Vector) => ({ first: add(x, 1), second: add(x, 1) }))
const step = jit((x: Vector, y: Vector) => add(mul(x, 3), y), { donate: [0] })
const both = jit((s: { readonly a: Vector; readonly b: Vector }) => ({ a: s.a, b: add(s.b, 1) }), { donate: [0] })
const plus = (xs: readonly number[], ys: readonly number[]): readonly number[] => xs.map((x, k) => x + (ys[k] ?? 0))
/** An error that says so stands for the values. */
const isDonated =
  (values: readonly number[]) =>
  (error: unknown): readonly number[] => {
    expect(error).toBeInstanceOf(DonationError)
    return values
  }

describe.each(engines)("donation on $title", ({ choose, title }) => {
  beforeAll(async () => {
    await choose()
  })
  it("takes what was given and all that is the same memory, and nothing else", async () => {
    let [refused, views] = [0, 0]
    await fc.assert(
      fc.asyncProperty(steps, async (todo) => {
        const all: Held[] = []
        const gone = new Set<number>()
        // Where the engine found values equal, their memory is not given away, and what else shows it may still be read.
        const found = new Set<number>()
        let groups = 0
        const hold = (t: Vector, values: readonly number[], group = groups++): void => {
          all.push({ tensor: t, values, group })
        }
        const fresh = (): void => {
          const values = [all.length, -all.length - 0.5, 2, 7]
          hold(tensor([...values]), values)
        }
        fresh()
        for (const s of todo) {
          const alive = all.filter((h) => !gone.has(h.group))
          const [x, y] = [alive[s.of % alive.length], alive[s.with % alive.length]]
          if (x === undefined || y === undefined || s.kind === "fresh") fresh()
          else if (s.kind === "view") {
            views++
            hold(reshape(reshape(x.tensor, [2, 2]), [4]), x.values, x.group)
          } else if (s.kind === "sum") hold(add(x.tensor, y.tensor), plus(x.values, y.values))
          else if (s.kind === "handed") {
            const out = handed(x.tensor)
            hold(out.x, x.values, x.group)
            hold(
              out.twice,
              x.values.map((v) => 2 * v),
            )
          } else if (s.kind === "equal") {
            const out = equal(x.tensor)
            for (const t of [out.first, out.second]) {
              found.add(groups)
              hold(
                t,
                x.values.map((v) => v + 1),
              )
            }
          } else if (s.kind === "donate" && x.group === y.group && found.has(x.group)) fresh()
          else if (s.kind === "donate" && x.group === y.group) {
            refused++
            expect(() => step(x.tensor, y.tensor)).toThrow(DonationError)
          } else if (s.kind === "donate") {
            hold(
              step(x.tensor, y.tensor),
              plus(
                x.values.map((v) => 3 * v),
                y.values,
              ),
            )
            gone.add(x.group)
          } else if (s.kind === "donateTwo") {
            const out = both({ a: x.tensor, b: y.tensor })
            for (const h of [x, y]) gone.add(h.group)
            // Handed through, it lies where it lay.
            if (found.has(x.group)) found.add(groups)
            hold(out.a, x.values)
            hold(
              out.b,
              y.values.map((v) => v + 1),
            )
          } else {
            hold(
              step(mul(x.tensor, 1), y.tensor),
              plus(
                x.values.map((v) => 3 * v),
                y.values,
              ),
            )
          }
        }
        for (const h of all)
          if (gone.has(h.group) && found.has(h.group))
            expect([...(await h.tensor.data().catch(isDonated(h.values)))]).toEqual(h.values)
          else if (gone.has(h.group)) await expect(h.tensor.data()).rejects.toThrow(DonationError)
          else expect([...(await h.tensor.data())]).toEqual(h.values)
      }),
      { numRuns: title.startsWith("gpujs") ? 60 : 200 },
    )
    expect(refused).toBeGreaterThan(5)
    expect(views).toBeGreaterThan(20)
  })
})

it("a loop that donates holds no more than it began with", async () => {
  await setEngine("wasm")
  const size = 50_000
  const update = jit(
    (s: { readonly w: Vector; readonly m: Vector }) => {
      const m = add(mul(s.m, 0.5), s.w)
      return { w: add(s.w, mul(m, -0.01)), m }
    },
    { donate: [0] },
  )
  const start: Vector = tensor(new Float32Array(size).fill(1))
  let state = update({ w: start, m: start })
  const engine = (await import("../../src/autodiff/current-engine.ts")).engineNow()
  state = update(state)
  const held = engine.bytesHeld()
  for (let k = 0; k < 200; k++) state = update(state)
  expect(engine.bytesHeld()).toBeLessThanOrEqual(held)
  expect(() => add(start, 1)).toThrow(DonationError)
})
