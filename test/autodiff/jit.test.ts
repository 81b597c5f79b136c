/** Compilation: traced once per kind of arguments, numbers traced, memory given away. */
import {
  add,
  cast,
  DonationError,
  grad,
  jit,
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
  zeros,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest"
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
  it("takes the memory of the tensor that is given, never that of another which shares it", async () => {
    const double = jit((v: Vector) => mul(v, 2), { donate: [0] })
    const x: Vector = tensor([1, 2])
    const [, pullback] = vjp((v: Vector) => sum(mul(v, v)))(x)
    expect(await double(x).array()).toEqual([2, 4])
    // The residual is x itself, and x is gone.
    expect(() => pullback(tensor(1))).toThrow(DonationError)
    const z: Vector = tensor([5, 6])
    const view = reshape(z, [2, 1])
    expect(await double(z).array()).toEqual([10, 12])
    expect(await view.array()).toEqual([[5], [6]])
    expect(() => add(z, 1)).toThrow(DonationError)
    const w: Vector = tensor([7, 8])
    expect(await double(reshape(w, [-1])).array()).toEqual([14, 16])
    expect(await w.array()).toEqual([7, 8])
  })
  it("leaves an average alone that began as the very parameters", async () => {
    const start = jit((a: Vector) => {
      const params = mul(a, 2)
      return { params, average: params }
    })
    const step = jit((params: Vector) => mul(params, 3), { donate: [0] })
    const state = start(tensor([1, 2]))
    expect(await step(state.params).array()).toEqual([6, 12])
    expect(await state.average.array()).toEqual([2, 4])
    const both = jit((s: { readonly params: Vector; readonly average: Vector }) => add(s.params, s.average), {
      donate: [0],
    })
    const params: Vector = tensor([1, 2])
    expect(await both({ params, average: params }).array()).toEqual([2, 4])
    expect(() => add(params, 1)).toThrow(DonationError)
  })
  it("refuses what the call itself needs twice: a captured tensor, an argument given twice", async () => {
    const w: Vector = tensor([3, 4])
    const closing = jit((v: Vector) => add(v, w), { donate: [0] })
    expect(await closing(tensor([1, 1])).array()).toEqual([4, 5])
    expect(await closing(tensor([2, 2])).array()).toEqual([5, 6])
    expect(() => closing(w)).toThrow(/closes over/)
    const both = jit((a: Vector, b: Vector) => add(a, b), { donate: [0] })
    expect(() => both(w, w)).toThrow(/not donated/)
    expect(await both(mul(w, 1), w).array()).toEqual([6, 8])
    expect(await w.array()).toEqual([3, 4])
  })
})
