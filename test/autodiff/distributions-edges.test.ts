/** The same draws on every engine, mapped over keys, at the edges of parameters, and what is refused. */
import {
  debugKeys,
  grad,
  jit,
  type Key,
  log,
  makeProgram,
  mean,
  random,
  type Scalar,
  setEngine,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "cotangent"
import { expectClose } from "cotangent/testing"
import { beforeAll, describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { engines } from "./engines.ts"

const some = tensor([0.2, 1, 30])
const whole = {
  poisson: (k: Key) => random.poisson(k, [6], { rate: tensor([0, 0.5, 3, 9, 12, 500]) }),
  geometric: (k: Key) => random.geometric(k, [4], { p: 0.3 }),
  rademacher: (k: Key) => random.rademacher(k, [8]),
  categorical: (k: Key) => random.categorical(k, log(tensor([0.2, 0.3, 0.5])), { shape: [5] }),
  choice: (k: Key) => random.choice(k, 6, { shape: [3], replace: false, p: tensor([1, 2, 3, 4, 5, 0]) }),
  permutation: (k: Key) =>
    random.permutation(
      k,
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      { axis: 1, independent: true },
    ),
}
const real = {
  gamma: (k: Key) => random.gamma(k, [3], { concentration: tensor([0.2, 1, 30]) }),
  logGamma: (k: Key) => random.logGamma(k, [3], { concentration: tensor([0.002, 1, 30]) }),
  beta: (k: Key) => random.beta(k, [3], { a: tensor([0.2, 1, 30]), b: 2 }),
  dirichlet: (k: Key) => random.dirichlet(k, [2, 3], { concentration: tensor([0.2, 1, 30]) }),
  studentT: (k: Key) => random.studentT(k, [3], { df: 4 }),
  chiSquare: (k: Key) => random.chiSquare(k, [3], { df: 4 }),
  truncatedNormal: (k: Key) => random.truncatedNormal(k, [4], { low: 1, high: 9 }),
  gumbel: (k: Key) => random.gumbel(k, [3]),
  exponential: (k: Key) => random.exponential(k, [3], { rate: 3 }),
  laplace: (k: Key) => random.laplace(k, [3]),
  logistic: (k: Key) => random.logistic(k, [3]),
  cauchy: (k: Key) => random.cauchy(k, [3]),
}
type Draw = (k: Key) => Tensor
const wholes: readonly (readonly [string, Draw])[] = typed(Object.entries(whole))
const reals: readonly (readonly [string, Draw])[] = typed(Object.entries(real))
const numbers = async (x: Tensor): Promise<readonly number[]> => [...(await x.data())]

const onReference = new Map<string, readonly number[]>()
beforeAll(async () => {
  await setEngine("reference")
  for (const [name, draw] of [...wholes, ...reals]) onReference.set(name, await numbers(draw(random.key(5))))
})

describe.each(engines.filter((e) => e.title !== "reference"))("on $title", ({ choose }) => {
  beforeAll(choose)
  it.each(wholes)("%s is the same as on the reference", async (name, draw) => {
    expect(await numbers(jit(draw)(random.key(5)))).toEqual(onReference.get(name))
  })
  it.each(reals)("%s is the same within rounding", async (name, draw) => {
    expectClose(await numbers(jit(draw)(random.key(5))), onReference.get(name), { rtol: 2e-5, atol: 2e-5 })
  })
})

describe("on wasm", () => {
  beforeAll(() => setEngine("wasm"))
  it.each([...wholes, ...reals])("%s mapped over keys is the loop over them", async (_, draw) => {
    const keys = random.split(random.key(6), 3)
    const mapped = await numbers(typed<Draw>(vmap(draw))(typed(random.keys(random.key(6), 3))))
    const loop = (await Promise.all(keys.map((k) => numbers(draw(k))))).flat()
    expectClose(mapped, loop, { rtol: 2e-6, atol: 2e-6 })
  })
  it.each([...wholes, ...reals])("%s uses its key once, however many rounds and derivatives it takes", (_, draw) => {
    const twice = (k: Key): readonly Tensor[] => [draw(k), draw(k)]
    const both = (k: Key): readonly Tensor[] => [draw(k), random.uniform(k, [2])]
    // Traced, so that nothing is drawn eight times over; what runs is tried below.
    for (const f of [draw, jit(draw)]) expect(() => makeProgram(debugKeys(f))(random.key(7))).not.toThrow()
    for (const f of [twice, both, jit(both)])
      expect(() => makeProgram(debugKeys(f))(random.key(7))).toThrow(/used before/)
  })
  it("a derivative by a concentration draws no second time from its key", () => {
    const slope = (k: Key): Scalar => grad((a: Scalar) => sum(random.gamma(k, [3], { concentration: a })))(tensor(2))
    const alike = (k: Key): Scalar => grad((a: Scalar) => sum(random.beta(k, [3], { a, b: a })))(tensor(2))
    for (const f of [slope, alike]) {
      expect(() => debugKeys(f)(random.key(7))).not.toThrow()
      expect(() => debugKeys((k: Key) => [f(k), random.gamma(k, [2], { concentration: 1 })])(random.key(7))).toThrow(
        /used before/,
      )
    }
  })
  const k = random.key(1)
  it("has stated values at the edges", () => {
    expect([...random.bernoulli(k, [3], { p: tensor([0, 1, Number.NaN]) }).dataSync()]).toEqual([0, 1, 0])
    expect([
      ...random.poisson(k, [4], { rate: tensor([0, -1, Number.NaN, Number.POSITIVE_INFINITY]) }).dataSync(),
    ]).toEqual([0, -1, -1, 2 ** 31 - 1])
    expect([...random.geometric(k, [4], { p: tensor([1, 0, Number.NaN, 2]) }).dataSync()]).toEqual([
      1,
      2 ** 31 - 1,
      -1,
      -1,
    ])
    const odd = tensor([0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect([...random.gamma(k, [4], { concentration: odd }).dataSync()]).toEqual([
      0,
      Number.NaN,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ])
    expect([...random.logGamma(k, [1], { concentration: tensor([0]) }).dataSync()]).toEqual([Number.NEGATIVE_INFINITY])
    expect([...random.exponential(k, [1], { rate: tensor([0]) }).dataSync()]).toEqual([Number.POSITIVE_INFINITY])
    expect(random.normal(k, [2], { mean: 3, std: 0 }).arraySync()).toEqual([3, 3])
    // Tiny concentrations land in a corner.
    const shares = random.dirichlet(k, [50, 3], { concentration: 1e-3 }).arraySync()
    for (const row of shares) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
    expect(
      random
        .beta(k, [50], { a: 1e-3, b: 1e-3 })
        .arraySync()
        .every((x) => x >= 0 && x <= 1),
    ).toBe(true)
    // Far out, where erfc is 0 to f32.
    const far = random.truncatedNormal(k, [100], { low: 30, high: 30.5 }).arraySync()
    expect(far.every((x) => x >= 30 && x <= 30.5)).toBe(true)
    expect(Math.max(...far)).toBeLessThan(30.4)
    expect(random.gamma(k, [0], { concentration: 2 }).shape).toEqual([0])
    expect([
      ...random
        .categorical(k, tensor([Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]), { shape: [4] })
        .dataSync(),
    ]).toEqual([1, 1, 1, 1])
    expect([...random.choice(k, 5, { shape: [5], replace: false }).dataSync()].sort()).toEqual([0, 1, 2, 3, 4])
  })
  it.each([1e-6, 1e-3, 1, 1e3, 1e6])("the derivative of gamma is finite at a concentration of %d", (a) => {
    const f = (c: Scalar): Scalar => mean(random.gamma(k, [100], { concentration: c }))
    expect(Number.isFinite(grad(f)(tensor(a)).itemSync())).toBe(true)
  })
  it("refuses wrong parameters by name", () => {
    const wide = (x: number): number => x
    expect(() => random.gamma(k, [2], { concentration: wide(-1) })).toThrow(
      /random.gamma: concentration must be 0 or more, got -1/,
    )
    expect(() => random.beta(k, [2], { a: wide(0), b: 1 })).toThrow(/random.beta: a must be above 0, got 0/)
    expect(() => random.poisson(k, [2], { rate: Number.NaN })).toThrow(
      /random.poisson: rate must be 0 or more, got NaN/,
    )
    expect(() => random.bernoulli(k, [2], { p: 1.5 })).toThrow(/random.bernoulli: p must be between 0 and 1, got 1.5/)
    expect(() => random.truncatedNormal(k, [2], { low: 2, high: 1 })).toThrow(/low must be below high, got 2 and 1/)
    expect(() => random.choice(k, 3, { shape: [4], replace: false })).toThrow(
      /4 of 3 cannot be drawn without replacement/,
    )
    expect(() => random.choice(k, 3, { p: tensor([1, 2]) })).toThrow(/one weight for each of 3, got \[2\]/)
    expect(() => random.dirichlet(k, [], { concentration: 1 })).toThrow(/last axis of the shape, got \[\]/)
    expect(() => random.multivariateNormal(k, [3], { covariance: tensor([[1]]) })).toThrow(
      /\[\.\.\., 3, 3\], got \[1, 1\]/,
    )
    // @ts-expect-error
    expect(() => random.gamma(k, [2], {})).toThrow(/\{ concentration \} must be a number or a tensor, got nothing/)
    // @ts-expect-error
    expect(() => random.gamma(k, [2], { concentration: some })).toThrow(/random.gamma: cannot stretch \[3\] to \[2\]/)
    // @ts-expect-error
    expect(() => random.gamma(k, [3], { concentration: some, dtype: "f64" })).toThrow(
      /a parameter is f32 and the draw f64/,
    )
    // @ts-expect-error
    expect(() => random.normal(k, [3], { sigma: 2 })).toThrow(/there is no option "sigma"/)
    // @ts-expect-error
    expect(() => random.normal(k, [3], { dtype: "i32" })).toThrow(/draws f32 or f64, got \{ dtype: i32 \}/)
  })
})
