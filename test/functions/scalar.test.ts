/** Edges of scalar functions: where others overflow, cancel or divide by nothing, and what is decided there. */
import {
  allClose,
  atan2,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  cbrt,
  clamp,
  copySign,
  digamma,
  erf,
  erfc,
  erfinv,
  expm1,
  floorDivide,
  grad,
  heaviside,
  hypot,
  isClose,
  isInf,
  leftShift,
  lgamma,
  log1p,
  log2,
  logAddExp,
  logit,
  mod,
  nanToNum,
  polygamma,
  popCount,
  rightShift,
  round,
  type Scalar,
  sinc,
  sum,
  tensor,
  trunc,
  xlogy,
} from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)

  it("rounds halves to even and keeps the sign of zero", async () => {
    const x = tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0.3, 0.49999997, 8388609, inf, nan])
    expect(await round(x).array()).toEqual([-2, -2, -0, 0, 2, 2, -0, 0, 8388609, inf, nan])
    expect(await trunc(x).array()).toEqual([-2, -1, -0, 0, 1, 2, -0, 0, 8388609, inf, nan])
  })
  it("divides downwards with the remainder of the divisor's sign", async () => {
    const [x, y] = [tensor([7, -7, 7, -7, 6]), tensor([3, 3, -3, -3, 3])]
    expect(await floorDivide(x, y).array()).toEqual([2, -3, -3, 2, 2])
    expect(await mod(x, y).array()).toEqual([1, 2, -2, -1, 0])
    const [i, j] = [tensor([7, -7, 7, -7, 5], { dtype: "i32" }), tensor([3, 3, -3, -3, 0], { dtype: "i32" })]
    expect(await floorDivide(i, j).array()).toEqual([2, -3, -3, 2, 0])
    expect(await mod(i, j).array()).toEqual([1, 2, -2, -1, 0])
  })
  it("keeps the digits next to 0", async () => {
    const tiny = 1e-10
    for (const f of [expm1, log1p]) expect(await f(tensor([tiny, -0])).array()).toEqual([Math.fround(tiny), -0])
    expect(Number((await erfc(tensor([5])).array())[0]) / 1.5374597944280349e-12).toBeCloseTo(1, 6)
    expect(await log2(tensor([8, 1024, 0.125])).array()).toEqual([3, 10, -3])
  })
  it("ends where the domain ends", async () => {
    expect(await erf(tensor([-inf, inf, nan, -0])).array()).toEqual([-1, 1, nan, -0])
    expect(await erfinv(tensor([-1, 1, 1.5])).array()).toEqual([-inf, inf, nan])
    expect(await lgamma(tensor([0, -1, -2, inf, 1, 2])).array()).toEqual([inf, inf, inf, inf, 0, 0])
    expect(await digamma(tensor([-1, inf])).array()).toEqual([nan, inf])
    expect(await cbrt(tensor([-8, 0, inf])).array()).toEqual([-2, 0, inf])
    expect(await logit(tensor([0, 0.5, 1])).array()).toEqual([-inf, 0, inf])
    expect(await atan2(tensor([0, -0, 0]), tensor([-1, -1, 1])).array()).toEqual([
      expect.closeTo(Math.PI, 6),
      expect.closeTo(-Math.PI, 6),
      0,
    ])
  })
  it("goes by the sign of -0", async () => {
    expect(await copySign(tensor([1, 1, -3]), tensor([-0, 0, 2])).array()).toEqual([-1, 1, 3])
  })
  it("neither overflows nor underflows on the way", async () => {
    expect(await hypot(tensor([3e30, 3e-30, 0, inf, nan]), tensor([4e30, 4e-30, 0, nan, 1])).array()).toEqual(
      [5e30, 5e-30, 0, inf, nan].map(Math.fround).map((x) => (Number.isFinite(x) ? expect.closeTo(x, -25) : x)),
    )
    expect(await logAddExp(tensor([1000, -inf, inf]), tensor([1000, -inf, inf])).array()).toEqual([
      Math.fround(1000 + Math.LN2),
      -inf,
      inf,
    ])
    expect(await xlogy(tensor([0, 0, 0, 2]), tensor([0, -1, inf, 1])).array()).toEqual(
      [0, 0, 0, 0].map((x) => expect.closeTo(x, 9)),
    )
  })
  it("has slopes where the formula has none", async () => {
    const at = async (f: (x: Scalar) => Scalar, x: number): Promise<number> => grad(f)(x).item()
    expect(await at((x) => hypot(x, 0), 0)).toBe(0)
    expect(await at((x) => hypot(x, 4), 3)).toBeCloseTo(0.6, 6)
    expect(await at((x) => grad((y: Scalar) => hypot(y, x))(3), 3)).toBeCloseTo(-9 / 18 ** 1.5, 6)
    expect(await at((x) => logAddExp(x, 1), 1)).toBe(0.5)
    expect(await at((x) => grad((y: Scalar) => logAddExp(y, 1))(x), 1)).toBeCloseTo(0.25, 6)
    expect(await at((x) => xlogy(x, 0), 0)).toBe(0)
    expect(await at((x) => xlogy(x, 2), 0)).toBeCloseTo(Math.LN2, 6)
    expect(await at((x) => atan2(x, 0), 0)).toBe(0)
    expect(await at(sinc, 0)).toBe(0)
    expect(await at((x) => grad((y: Scalar) => sinc(y))(x), 0)).toBeCloseTo(-(Math.PI ** 2) / 3, 5)
    expect(await at((x) => round(x), 0.5)).toBe(0)
    expect(await at((x) => heaviside(x, 0.5), 0)).toBe(0)
    expect(await at((x) => nanToNum(x), inf)).toBe(0)
    expect(await at((x) => polygamma(2, x), 1)).toBeCloseTo(Math.PI ** 4 / 15, 4)
  })
  it("counts and moves bits", async () => {
    const [x, y] = [tensor([12, -1, 0], { dtype: "i32" }), tensor([10, 7, 1], { dtype: "i32" })]
    expect(await bitwiseAnd(x, y).array()).toEqual([8, 7, 0])
    expect(await bitwiseOr(x, y).array()).toEqual([14, -1, 1])
    expect(await bitwiseXor(x, y).array()).toEqual([6, -8, 1])
    expect(await bitwiseNot(x).array()).toEqual([-13, 0, -1])
    expect(await leftShift(x, 2).array()).toEqual([48, -4, 0])
    expect(await rightShift(x, 1).array()).toEqual([6, -1, 0])
    expect(await popCount(x).array()).toEqual([2, 32, 0])
    expect(await bitwiseNot(tensor([true, false])).array()).toEqual([false, true])
  })
  it("tells near from equal", async () => {
    const [x, y] = [tensor([1, inf, nan, 1]), tensor([1.000001, inf, nan, 1.1])]
    expect(await isClose(x, y).array()).toEqual([true, true, false, false])
    expect(await isClose(x, y, { equalNaN: true, rtol: 0.2 }).array()).toEqual([true, true, true, true])
    expect(await isClose(tensor([1, -inf]), tensor([inf, inf])).array()).toEqual([false, false])
    expect(await allClose(x, y).item()).toBe(false)
    expect(await allClose(tensor([3], { dtype: "i32" }), 3).item()).toBe(true)
    expect(await isInf(x).array()).toEqual([false, true, false, false])
  })
  it("replaces what is no number", async () => {
    const largest = 3.4028234663852886e38
    expect(await nanToNum(tensor([nan, inf, -inf, 2])).array()).toEqual([0, largest, -largest, 2])
    expect(await nanToNum(tensor([nan, inf, -inf, 2]), { nan: 1, posinf: 3, neginf: 4 }).array()).toEqual([1, 3, 4, 2])
    expect(await clamp(tensor([-2, 0.5, 2]), -1, 1).array()).toEqual([-1, 0.5, 1])
    expect(await heaviside(tensor([-1, 0, 1, nan]), 0.5).array()).toEqual([0, 0.5, 1, nan])
  })
})

it("refuses floats for bits, and orders that are none", () => {
  const x: unknown = tensor([1.5])
  const call = (f: unknown, ...args: readonly unknown[]): unknown =>
    typeof f === "function" ? Reflect.apply(f, undefined, args) : undefined
  expect(() => call(bitwiseAnd, x, 1)).toThrow("bitwiseAnd: takes i32 or u32, got f32; cast it first")
  expect(() => call(leftShift, tensor([true]), tensor([true]))).toThrow(
    "leftShift: takes i32 or u32, got bool; cast it first",
  )
  expect(() => call(polygamma, -1, x)).toThrow("polygamma: the order must be a whole number of at least 0, got -1")
  expect(() => call(nanToNum, x, { inf: 1 })).toThrow("inf")
  expect(() => call(atan2, tensor([1, 2]), tensor([1, 2, 3]))).toThrow("atan2")
})

it("differentiates lgamma five times", async () => {
  let f: (x: Scalar) => Scalar = lgamma
  for (let k = 0; k < 5; k++) {
    const g = f
    f = grad((x: Scalar) => sum(g(x)))
  }
  // The fourth derivative of digamma at 1 is -24 zeta(5).
  expect(await f(tensor(1)).item()).toBeCloseTo(-24.88626612344088, 3)
})
