/** Donation against a model of it: what is one memory is gone together, everything else keeps its values. */
import { add, DonationError, type F32, full, jit, mul, reshape, setEngine, tensor, zeros } from "cotangent"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Vector = F32<[number]>
/** A tensor with what it must hold; tensors of one group are one value. */
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

describe.each(engines)("donation on $title", ({ choose, title }) => {
  beforeAll(async () => {
    await choose()
  })
  it("takes what was given and its reshapes, and nothing else", async () => {
    let [refused, views] = [0, 0]
    await fc.assert(
      fc.asyncProperty(steps, async (todo) => {
        const all: Held[] = []
        const gone = new Set<number>()
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
            hold(out.x, x.values)
            hold(
              out.twice,
              x.values.map((v) => 2 * v),
            )
          } else if (s.kind === "equal") {
            const out = equal(x.tensor)
            for (const t of [out.first, out.second])
              hold(
                t,
                x.values.map((v) => v + 1),
              )
          } else if (s.kind === "donate" && x.group === y.group) {
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
          if (gone.has(h.group)) await expect(h.tensor.data()).rejects.toThrow(DonationError)
          else expect([...(await h.tensor.data())]).toEqual(h.values)
      }),
      { numRuns: title.startsWith("gpujs") ? 60 : 200 },
    )
    expect(refused).toBeGreaterThan(5)
    expect(views).toBeGreaterThan(20)
  })
})

/** One leaf of the next state: what the function gives at this place, in terms of the state that it is given. */
const leaf = fc.oneof(
  fc.record({ kind: fc.constant("captured" as const), which: fc.nat(1) }),
  fc.record({ kind: fc.constantFrom("passed" as const, "reshaped" as const, "timesOne" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("computed" as const), which: fc.nat(), and: fc.nat() }),
  fc.record({ kind: fc.constant("literal" as const), which: fc.nat(9) }),
)
const machines = fc.record({
  leaves: fc.array(leaf, { minLength: 1, maxLength: 5 }),
  rounds: fc.array(fc.record({ donated: fc.boolean(), kept: fc.nat() }), { minLength: 3, maxLength: 12 }),
  /** The state begins as tensors of its own, as one tensor many times, or as a constant of the function. */
  start: fc.constantFrom("own", "one", "constant"),
  size: fc.constantFrom(4, 1200),
})
describe.each(engines)("a state of constants, repeated and handed through values on $title", ({ choose, title }) => {
  beforeAll(async () => {
    await choose()
  })
  it("donated to the next call or not, is what it is without donation", async () => {
    await fc.assert(
      fc.asyncProperty(machines, async ({ leaves, rounds, start, size }) => {
        const numbers = (k: number): readonly number[] => Array.from({ length: size }, (_, i) => ((i * 7 + k) % 13) - 6)
        const held = [numbers(100), numbers(200)]
        const captured = held.map((v): Vector => tensor([...v]))
        const half = (v: Vector, w: Vector): Vector => mul(add(v, w), 0.5)
        const f = (state: readonly Vector[]): readonly Vector[] => {
          const at = (k: number): Vector => state[k % state.length] ?? zeros([size])
          return leaves.map((l): Vector => {
            if (l.kind === "captured") return captured[l.which] ?? at(0)
            if (l.kind === "passed") return at(l.which)
            if (l.kind === "reshaped") return reshape(reshape(at(l.which), [2, size / 2]), [size])
            if (l.kind === "timesOne") return mul(at(l.which), 1)
            return l.kind === "computed" ? half(at(l.which), at(l.and)) : full([size], l.which)
          })
        }
        const model = (state: readonly (readonly number[])[]): readonly (readonly number[])[] => {
          const at = (k: number): readonly number[] => state[k % state.length] ?? []
          return leaves.map((l) => {
            if (l.kind === "captured") return held[l.which] ?? []
            if (l.kind === "literal") return numbers(0).map(() => l.which)
            return l.kind === "computed" ? plus(at(l.which), at(l.and)).map((v) => Math.fround(v / 2)) : at(l.which)
          })
        }
        const [donating, reading] = [jit(f, { donate: [0] }), jit(f)]
        const of = (k: number): number => (start === "own" ? k : 100)
        const one: Vector = start === "constant" ? (captured[0] ?? zeros([size])) : tensor([...numbers(100)])
        let state: readonly Vector[] = leaves.map((_, k) => (start === "own" ? tensor([...numbers(k)]) : one))
        let expected: readonly (readonly number[])[] = leaves.map((_, k) => numbers(of(k)))
        // Somebody keeps a state that was not donated, and a copy of one that will be.
        const kept: (readonly [Vector, readonly number[]])[] = []
        // Traced before a constant is given away: a function can only close over what is there.
        for (const g of [donating, reading]) g(leaves.map((): Vector => zeros([size])))
        for (const { donated, kept: which } of rounds) {
          const before = state
          kept.push([mul(state[which % state.length] ?? one, 1), expected[which % state.length] ?? []])
          if (!donated) for (const [j, t] of before.entries()) kept.push([t, expected[j] ?? []])
          state = (donated ? donating : reading)(state)
          expected = model(expected)
        }
        for (const [k, t] of state.entries()) expect([...(await t.data())]).toEqual(expected[k])
        for (const [t, values] of kept) expect([...(await t.data())]).toEqual(values)
        if (start !== "constant") expect([...((await donating(state)[0]?.data()) ?? [])]).toEqual(model(expected)[0])
        for (const [k, c] of captured.entries())
          if (k > 0 || start !== "constant") expect([...(await c.data())]).toEqual(held[k])
      }),
      { numRuns: title.startsWith("gpujs") ? 40 : 150 },
    )
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
