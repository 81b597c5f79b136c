/** How far the f32 polynomials are from the true values, over all of f32; and that a tail element is a lane element. */
import { describe, expect, it } from "vitest"
import { inputsOf, mapLoop } from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  constant,
  fold,
  type Input,
  load,
  type Scalar,
  type Unary,
  unary,
  type Var,
} from "../../src/autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../src/autodiff/program/loop/walk.ts"
import { lowerTranscendentals } from "../../src/backend/compile/lower.ts"
import { newHeap } from "../../src/backend/wasm/heap.ts"
import { kernelsOn } from "./wasm-run.ts"

const heap = newHeap(2 ** 26)
const kernels = kernelsOn(heap)

/** The function on every number of `x`; `rows` of it leave tails of one row each, computed one element at a time. */
function apply(fn: Unary, x: Float32Array, rows = 1, of: (x: Scalar) => Scalar = (v) => v): Float32Array {
  const shape = [rows, x.length / rows]
  const [input] = inputsOf([{ dtype: "f32", shape }])
  const loop = mapLoop([input!], shape, (...i) => unary(fn, of(load(input!, i))))
  const bytes = x.length * 4
  const [from, to] = [heap.take(bytes), heap.take(bytes)]
  heap.bytes().set(new Uint8Array(x.buffer, x.byteOffset, bytes), from)
  kernels(loop).run([from, to])
  const out = new Float32Array(heap.bytes().slice(to, to + bytes).buffer)
  heap.give(from, bytes)
  heap.give(to, bytes)
  return out
}

const words = new Int32Array(1)
const floats = new Float32Array(words.buffer)
/** The distance between neighbouring f32 numbers around `want`, subnormals included. */
function ulp(want: number): number {
  floats[0] = want
  const exponent = (words[0]! >> 23) & 0xff
  return 2 ** (Math.min(254, Math.max(1, exponent)) - 150)
}
/** The error in units in the last place; where the exact value is not finite, or not a number, 0 or infinite. */
function errorOf(got: number, want: number): number {
  const rounded = Math.fround(want)
  if (Object.is(got, rounded)) return 0
  if (Number.isNaN(want) || Number.isNaN(got) || !Number.isFinite(got) || !Number.isFinite(rounded)) {
    // The last numbers before overflow may round either way.
    return Number.isFinite(want) && Math.abs(got - want) <= ulp(3.4e38) ? 1 : Number.POSITIVE_INFINITY
  }
  return Math.abs(got - want) / ulp(want)
}

/** Every bit pattern 3001 apart: each exponent about 2,800 times, both signs, subnormals, infinities and NaN. */
const everywhere = Float32Array.from({ length: Math.floor(2 ** 32 / 3001) }, (_, k) => {
  words[0] = (k * 3001) | 0
  return floats[0]!
})
const between = (low: number, high: number, n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, k) => low + ((high - low) * k) / n)

describe("f32 transcendentals against float64, in units in the last place", () => {
  const bounds: readonly (readonly [
    fn: "exp" | "log" | "tanh" | "sin" | "cos",
    bound: number,
    usual: readonly [number, number],
  ])[] = [
    ["exp", 1, [-105, 90]],
    ["log", 1, [0, 4]],
    ["tanh", 2, [-10, 10]],
    ["sin", 2.5, [-12000, 12000]],
    ["cos", 2.5, [-12000, 12000]],
  ]
  for (const [fn, bound, [low, high]] of bounds)
    it(`${fn} within ${bound}`, () => {
      const exact = Math[fn]
      for (const x of [everywhere, between(low, high, 400_000), between(-2, 2, 400_000)]) {
        const got = apply(fn, x)
        let worst = 0
        let where = 0
        x.forEach((v, k) => {
          const error = errorOf(got[k]!, exact(v))
          if (error > worst) [worst, where] = [error, v]
        })
        if (process.env.VERBOSE) console.log(fn, worst, "at", where)
        expect(
          worst,
          `${fn}(${where}) = ${apply(fn, Float32Array.of(where))[0]}, exactly ${exact(where)}`,
        ).toBeLessThanOrEqual(bound)
      }
    })
  it("keeps the sign of zero and the values at the ends", () => {
    const ends = Float32Array.of(-0, 0, Infinity, -Infinity, Number.NaN)
    expect([...apply("exp", ends)]).toEqual([1, 1, Infinity, 0, Number.NaN])
    expect([...apply("log", ends)]).toEqual([-Infinity, -Infinity, Infinity, Number.NaN, Number.NaN])
    expect([...apply("tanh", ends)]).toEqual([-0, 0, 1, -1, Number.NaN])
    expect([...apply("sin", ends)]).toEqual([-0, 0, Number.NaN, Number.NaN, Number.NaN])
    expect([...apply("cos", ends)]).toEqual([1, 1, Number.NaN, Number.NaN, Number.NaN])
  })
  it("gives a tail element the bits of a lane element", () => {
    const x = Float32Array.from({ length: 7 * 1001 }, (_, k) => {
      words[0] = Math.imul(k, 0x9e3779b1)
      return k % 3 === 0 ? floats[0]! : ((k % 201) - 100) / 7
    })
    for (const fn of ["exp", "log", "tanh", "sin", "cos"] as const) {
      const [whole, rows] = [apply(fn, x), apply(fn, x, 1001)]
      x.forEach((v, k) => {
        if (!Object.is(whole[k], rows[k])) expect.fail(`${fn}(${v}): ${whole[k]} in lanes, ${rows[k]} in a row of 7`)
      })
    }
  })
  it("exp of what is known to lie on one side of 0 has the bits of exp", () => {
    const x = Float32Array.from([...everywhere, ...between(-105, 90, 100_000)])
    const cases: readonly (readonly [of: (v: Scalar) => Scalar, f: (v: number) => number])[] = [
      [(v) => unary("neg", unary("abs", v)), (v) => -Math.abs(v)],
      [(v) => unary("abs", v), Math.abs],
      [(v) => unary("neg", binary("mul", v, v)), (v) => -Math.fround(v * v)],
    ]
    for (const [of, f] of cases) {
      const [got, want] = [apply("exp", x, 1, of), apply("exp", x.map(f))]
      x.forEach((v, k) => {
        if (!Object.is(got[k], want[k])) expect.fail(`exp(${f(v)}) = ${got[k]}, and elsewhere ${want[k]}`)
      })
    }
  })
  it("knows that x less its maximum is not positive, whatever x is, and that less another it may be", () => {
    const [x, y] = inputsOf([
      { dtype: "f32", shape: [5, 6] },
      { dtype: "f32", shape: [5, 6] },
    ])
    const scaled = (from: Input, i: Scalar, j: Scalar): Scalar => binary("mul", load(from, [i, j]), constant(3, "f32"))
    const isOneSided = (most: (i: Var, j: Var) => Scalar): boolean => {
      const loop = mapLoop([x!, y!], [5, 6], (i, j) =>
        lowerTranscendentals(unary("exp", binary("sub", scaled(x!, i!, j!), most(i!, j!)))),
      )
      return nodesOf(...loop.bodies).some((n) => n.op === "const" && n.value === 2 ** -64)
    }
    expect(isOneSided((i) => fold("max", 6, (k) => scaled(x!, i, k)))).toBe(true)
    expect(isOneSided((_, j) => fold("max", 5, (k) => scaled(x!, k, j)))).toBe(true)
    expect(isOneSided((i) => fold("max", 5, (k) => scaled(x!, i, k)))).toBe(false)
    expect(isOneSided((i) => fold("max", 6, (k) => scaled(y!, i, k)))).toBe(false)
    expect(isOneSided((i) => fold("min", 6, (k) => scaled(x!, i, k)))).toBe(false)
    expect(isOneSided((i) => fold("max", 6, (k) => load(x!, [i, k])))).toBe(false)
  })
  it("x ** 2 is the rounded power", () => {
    const [input] = inputsOf([{ dtype: "f32", shape: [4] }])
    const loop = mapLoop([input!], [4], (i) => binary("pow", load(input!, [i!]), 2))
    const [from, to] = [heap.take(16), heap.take(16)]
    new Float32Array(heap.memory.buffer).set([1.1, -3, 1e30, Number.NaN], from / 4)
    kernels(loop).run([from, to])
    expect([...new Float32Array(heap.memory.buffer).subarray(to / 4, to / 4 + 4)]).toEqual(
      [Math.fround(1.1), -3, Math.fround(1e30), Number.NaN].map((x) => Math.fround(x ** 2)),
    )
  })
})
