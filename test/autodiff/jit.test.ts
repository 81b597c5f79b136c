/** Compilation: traced once per kind of arguments, numbers traced, memory given away. */
import {
  add,
  cast,
  DonationError,
  grad,
  jit,
  linearize,
  makeProgram,
  mul,
  reshape,
  type Scalar,
  setEngine,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  withEngine,
  zeros,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import { engines } from "./engines.ts"

beforeAll(() => setEngine("wasm"))
afterEach(() => vi.restoreAllMocks())
type Vector = Tensor<[number], "f32">
const ones = (n: number): Vector => zeros([n])

/** A function that counts how often its JavaScript runs. */
const counted = <A extends readonly unknown[], R>(f: (...args: A) => R) => {
  const calls = { count: 0 }
  const g = (...args: A): R => {
    calls.count++
    return f(...args)
  }
  return [g, calls] as const
}

describe("the cache", () => {
  it("traces once for each combination of shapes, dtypes and structures", () => {
    const [f, calls] = counted((x: { a: Tensor; b?: Tensor }) => sum(mul(cast(x.a, "f32"), 2)))
    const g = jit(f)
    const steps: readonly (readonly [number, () => unknown])[] = [
      [1, () => g({ a: tensor([1, 2]) })],
      [1, () => g({ a: tensor([3, 4]) })],
      [2, () => g({ a: tensor([1, 2, 3]) })],
      [3, () => g({ a: tensor([1, 2], { dtype: "f64" }) })],
      [4, () => g({ a: tensor([1, 2]), b: tensor(1) })],
      [4, () => g({ a: tensor([1, 2]) })],
      [4, () => g({ a: tensor([5, 6]), b: tensor(2) })],
    ]
    for (const [expected, call] of steps) {
      call()
      expect(calls.count).toBe(expected)
    }
  })
  it("does not trace again for another JavaScript number, which is a traced weak scalar", () => {
    const [f, calls] = counted((x: Vector, rate: Scalar) => mul(x, rate))
    const g = jit(f)
    for (const rate of [0.1, 2, -3, 1e-9])
      expectClose(g(tensor([1, 2]), rate), [Math.fround(rate), Math.fround(2 * Math.fround(rate))])
    expect(calls.count).toBe(1)
    // Weak: it takes the dtype of what it meets, so f64 stays f64 to the last digit.
    const h = jit((x: Tensor<[1], "f64">, rate: Scalar) => mul(x, cast(rate, "f64")))
    const k = jit((x: Tensor<[1], "f64">, rate: Scalar<"f64">) => mul(x, rate))
    const one: Tensor<[1], "f64"> = tensor([1], { dtype: "f64" })
    expect(k(one, 0.1).arraySync()).toEqual([0.1])
    expect([0.1, Math.fround(0.1)]).toContain(h(one, 0.1).arraySync()[0])
    expect(() =>
      jit((x: Tensor<[1], "i32">, rate: Scalar<"i32">) => mul(x, rate))(tensor([1], { dtype: "i32" }), 2),
    ).toThrow(/traced number meets i32/)
  })
  it("traces again for another static argument, and once for an equal one", () => {
    const [f, calls] = counted((x: Vector, options: { readonly times: number }) => mul(x, options.times))
    const g = jit(f, { static: [1] })
    expectClose(g(tensor([1]), { times: 2 }), [2])
    expectClose(g(tensor([1]), { times: 3 }), [3])
    expectClose(g(tensor([5]), { times: 2 }), [10])
    expect(calls.count).toBe(2)
    const [h, again] = counted((x: Vector, by: (y: Vector) => Vector) => by(x))
    const twice = (y: Vector): Vector => mul(y, 2)
    const compiled = jit(h, { static: [1] })
    expectClose(
      [compiled(tensor([1]), twice), compiled(tensor([2]), twice), compiled(tensor([2]), (y) => add(y, 1))],
      [[2], [4], [3]],
    )
    expect(again.count).toBe(2)
  })
  it("traces once inside a loop that differentiates, maps and steps", () => {
    const [f, calls] = counted((w: Vector, x: Vector) => sum(mul(mul(w, x), w)))
    const step = jit(valueAndGrad(f))
    let w: Vector = tensor([1, 2])
    for (let i = 0; i < 20; i++) w = add(w, mul(step(w, tensor([0.1, -0.1]))[1], -0.1))
    expect(calls.count).toBe(1)
    expect(w.shape).toEqual([2])
    vmap(jit(f))(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
    grad(jit(f))(tensor([1, 2]), tensor([1, 2]))
    expect(calls.count).toBe(3)
  })
  it("sees through what it closes over: captured tensors are constants of the trace", () => {
    const w = tensor([2, 3])
    const f = jit((x: Tensor<[2], "f32">) => mul(x, w))
    expectClose(f(tensor([1, 1])), [2, 3])
    // A traced value that a jitted function closes over belongs to this one trace.
    const g = (x: Scalar): Scalar => jit((y: Scalar) => mul(x, y))(x)
    expectClose([grad(g)(tensor(3)), grad(g)(tensor(4))], [6, 8])
    expectClose(vmap(g)(tensor([1, 2, 3])), [1, 4, 9])
  })
  it("warns of endless retracing, names what changes, and stays right beyond its bound", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined)
    const [f, calls] = counted((x: Vector, step: Scalar) => sum(add(x, step)))
    const g = jit(f)
    for (let n = 1; n <= 23; n++) g(ones(n), 1)
    expect(warned).not.toHaveBeenCalled()
    g(ones(24), 1)
    expect(warned).toHaveBeenCalledTimes(1)
    expect(String(warned.mock.calls[0]?.[0])).toMatch(/traced 24 times.*f32\[24\]/)
    for (let n = 25; n <= 300; n++) expectClose(g(ones(n), 1), n)
    expect(warned).toHaveBeenCalledTimes(1)
    expect(calls.count).toBe(300)
    // The oldest have been forgotten, the newest have not.
    g(ones(300), 2)
    expect(calls.count).toBe(300)
    g(ones(1), 2)
    expect(calls.count).toBe(301)
  })
  it("a throw while tracing leaves nothing behind", () => {
    let wrong = true
    const f = jit((x: Vector) => {
      if (wrong) throw new Error("not yet")
      return mul(x, 2)
    })
    expect(() => f(tensor([1]))).toThrow("not yet")
    wrong = false
    expectClose(f(tensor([1])), [2])
  })
  it("prints a Program with its weak argument", () => {
    const text = String(makeProgram(jit((x: Vector, r: Scalar) => mul(x, r)))(tensor([1, 2]), tensor(1)))
    expect(text).toMatch(/f32\[2\]/)
  })
})

describe.each(engines)("donation on $title", ({ choose }) => {
  beforeAll(choose)
  it("gives the memory away, and says so where the tensor is used again", async () => {
    const step = jit((x: Vector, y: Vector) => add(x, y), { donate: [0] })
    const x: Vector = tensor([1, 2])
    const y: Vector = tensor([10, 20])
    const out = step(x, y)
    expect(await out.array()).toEqual([11, 22])
    expect(() => add(x, 1)).toThrow(DonationError)
    await expect(x.data()).rejects.toThrow(/donated/)
    expect(() => step(x, y)).toThrow(/jit\.test\.ts/)
    expect(await y.array()).toEqual([10, 20])
  })
  it("is an error for whatever is the same memory, once that is used: a view, a residual", async () => {
    const double = jit((v: Vector) => mul(v, 2), { donate: [0] })
    const x: Vector = tensor([1, 2])
    const [, pullback] = vjp((v: Vector) => sum(mul(v, v)))(x)
    const [, derivative] = linearize((v: Vector) => sum(mul(v, v)))(x)
    expect(await pullback(tensor(1))[0].array()).toEqual([2, 4])
    expect(await double(x).array()).toEqual([2, 4])
    expect(() => pullback(tensor(1))).toThrow(/^pullback: it keeps a value .*jit\.test\.ts.*call it before/)
    expect(() => derivative(x)).toThrow(DonationError)
    expect(() => derivative(tensor([1, 1]))).toThrow(/linearize: it keeps a value .*call it before/)
    const z: Vector = tensor([5, 6])
    const view = reshape(z, [2, 1])
    expect(await double(z).array()).toEqual([10, 12])
    await expect(view.array()).rejects.toThrow(
      /f32\[2, 1\] is the same memory as a tensor that was donated.*a reshape of it/,
    )
    expect(() => add(view, 1)).toThrow(DonationError)
    expect(() => add(z, 1)).toThrow(/this tensor was donated/)
    const w: Vector = tensor([7, 8])
    expect(await double(reshape(w, [-1])).array()).toEqual([14, 16])
    await expect(w.array()).rejects.toThrow(/donate a copy, mul\(x, 1\)/)
    const copied: Vector = tensor([1, 2])
    expect(await double(mul(copied, 1)).array()).toEqual([2, 4])
    expect(await copied.array()).toEqual([1, 2])
  })
  it("asks nothing of views and averages that nobody uses again", async () => {
    const step = jit(
      (s: { readonly params: Vector; readonly average: Vector }) => {
        const params = mul(s.params, 3)
        return { params, average: add(mul(s.average, 0.5), mul(params, 0.5)) }
      },
      { donate: [0] },
    )
    const start: Vector = tensor([1, 2])
    reshape(start, [2, 1])
    vjp((v: Vector) => sum(mul(v, v)))(start)
    // The average begins as the very parameters.
    let state = { params: start, average: start }
    for (let i = 0; i < 3; i++) {
      state = step(state)
      sum(reshape(state.params, [2, 1]))
    }
    expect(await state.params.array()).toEqual([27, 54])
    expect(await state.average.array()).toEqual([(((1 + 3) / 2 + 9) / 2 + 27) / 2, ((1 + 3) / 2 + 9) / 2 + 27])
    expect(() => add(start, 1)).toThrow(DonationError)
    const kept = jit(
      (s: { readonly params: Vector; readonly average: Vector }) => ({ params: mul(s.params, 3), average: s.average }),
      { donate: [0] },
    )
    const both: Vector = tensor([1, 2])
    const after = kept(kept({ params: both, average: both }))
    expect([await after.params.array(), await after.average.array()]).toEqual([
      [9, 18],
      [1, 2],
    ])
  })
  it("leaves what was handed through, however often, to who holds it", async () => {
    const double = jit((v: Vector) => mul(v, 2), { donate: [0] })
    const handed = jit((v: Vector) => ({ v, again: v, flat: reshape(reshape(v, [2, 1]), [2]), twice: mul(v, 2) }))
    const u: Vector = tensor([1, 2])
    const out = handed(u)
    expect(await double(out.v).array()).toEqual([2, 4])
    expect(() => add(out.v, 1)).toThrow(/this tensor was donated/)
    expect(await double(out.again).array()).toEqual([2, 4])
    expect(await double(out.flat).array()).toEqual([2, 4])
    expect(await u.array()).toEqual([1, 2])
    const view = reshape(u, [1, 2])
    expect(await double(u).array()).toEqual([2, 4])
    expect(() => add(view, 1)).toThrow(/a reshape of it/)
    expect(await out.twice.array()).toEqual([2, 4])
  })
  it("leaves a compiled function its constants", async () => {
    const double = jit((v: Vector) => mul(v, 2), { donate: [0] })
    const w: Vector = tensor([3, 4])
    const closing = jit((v: Vector) => ({ sum: add(v, w), w }), { donate: [0] })
    const outer = jit((v: Vector) => add(closing(v).sum, w))
    const slope = grad((v: Vector) => sum(mul(closing(v).sum, v)))
    for (let k = 0; k < 3; k++) expect(await double(closing(tensor([1, 1])).w).array()).toEqual([6, 8])
    expect(await outer(tensor([1, 1])).array()).toEqual([7, 9])
    expect(await double(w).array()).toEqual([6, 8])
    expect(() => add(w, 1)).toThrow(DonationError)
    for (let k = 0; k < 3; k++) expect(await closing(tensor([1, 1])).sum.array()).toEqual([4, 5])
    expect(await outer(tensor([1, 1])).array()).toEqual([7, 9])
    // Traced again, it knows the tensor only as one that is gone.
    expect(await slope(tensor([1, 1])).array()).toEqual([5, 6])
    expect(() => jit((v: Vector) => add(v, w))(tensor([1, 1]))).toThrow(DonationError)
  })
  it("never takes a value that only the engine knows to be equal to another", async () => {
    const double = jit((v: Vector) => mul(v, 2), { donate: [0] })
    const same = jit((v: Vector) => ({ first: add(v, 1), second: add(v, 1), third: mul(v, 1) }))
    const x: Vector = tensor([1, 2])
    const out = same(x)
    expect(await double(out.first).array()).toEqual([4, 6])
    expect(await out.second.array()).toEqual([2, 3])
    expect(await double(out.third).array()).toEqual([2, 4])
    expect(await x.array()).toEqual([1, 2])
    expect(() => add(out.first, 1)).toThrow(DonationError)
    // Equal numbers are one tensor.
    double(reshape(tensor(3), [1]))
    expect(await add(tensor(3), tensor(3)).item()).toBe(6)
  })
  it("refuses what the call itself needs twice, by name: an argument given twice, a view of one", async () => {
    const w: Vector = tensor([3, 4])
    const both = jit((a: Vector, b: { readonly b: Vector }) => add(a, b.b), { donate: [0] })
    expect(() => both(w, { b: w })).toThrow(/arguments\[1\]\.b, which is not, is the same tensor/)
    expect(() => both(w, { b: reshape(w, [-1]) })).toThrow(
      /arguments\[1\]\.b, which is not, is the same memory, a reshape/,
    )
    expect(await both(mul(w, 1), { b: w }).array()).toEqual([6, 8])
    expect(await w.array()).toEqual([3, 4])
  })
})

it("a donating call that failed has taken what it was given", () => {
  const engine = engineAtOnce("reference")
  const step = jit((v: Vector) => mul(v, 2), { donate: [0] })
  withEngine("reference", () => {
    const x: Vector = tensor([1, 2])
    step(tensor([1, 2]))
    const submit = vi.spyOn(engine, "submit").mockImplementationOnce(() => {
      throw new Error("no memory")
    })
    expect(() => step(x)).toThrow("no memory")
    submit.mockRestore()
    expect(() => add(x, 1)).toThrow(/was donated to a compiled function \(.*jit\.test\.ts.*, which failed\)/)
  })
})
