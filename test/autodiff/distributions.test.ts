/**
 * What is drawn has the law that it is said to have: Kolmogorov and Smirnov's distance for floats, Pearson's chi-square for
 * counts. Keys are fixed, so nothing is left to chance; a wrong sampler fails at once, a right one would fail for one key in
 * a thousand, and none of these fifty keys was chosen.
 */
import {
  grad,
  jacfwd,
  type Key,
  log,
  mean,
  mul,
  random,
  type Scalar,
  setEngine,
  square,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"

const n = 20_000
const worstChance = 1e-3

/** The chance of a distance this large between n draws and their law (Kolmogorov 1933, with Stephens' correction for n). */
function chanceOfDistance(xs: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(xs).sort()
  const count = sorted.length
  let distance = 0
  sorted.forEach((x, k) => {
    const below = cdf(x)
    distance = Math.max(distance, below - k / count, (k + 1) / count - below)
  })
  if (!(distance > 0)) return Number.isNaN(distance) ? 0 : 1
  const t = (Math.sqrt(count) + 0.12 + 0.11 / Math.sqrt(count)) * distance
  let total = 0
  for (let k = 1; k < 100; k++) total += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * t * t)
  return Math.min(1, total)
}
/** The chance of counts this far from what is expected; bins of fewer than five are put together. */
function chanceOfCounts(xs: ArrayLike<number>, probability: (k: number) => number, from: number, to: number): number {
  let [statistic, bins, seen, wanted] = [0, 0, 0, 0]
  const counts = new Map<number, number>()
  for (const x of Array.from(xs)) counts.set(x, (counts.get(x) ?? 0) + 1)
  const close = (): void => {
    statistic += (seen - wanted) ** 2 / wanted
    bins++
    seen = 0
    wanted = 0
  }
  let [outside, below] = [xs.length, xs.length]
  for (let k = from; k <= to; k++) {
    const [found, expected] = [counts.get(k) ?? 0, probability(k) * xs.length]
    seen += found
    wanted += expected
    outside -= found
    below -= expected
    if (wanted >= 5) close()
  }
  seen += outside
  wanted += Math.max(below, 0)
  if (wanted >= 1) close()
  else if (seen > 5) return 0
  // Wilson and Hilferty's normal for the chi-square of bins - 1.
  const df = bins - 1
  const z = (Math.cbrt(statistic / df) - (1 - 2 / (9 * df))) / Math.sqrt(2 / (9 * df))
  return 0.5 - 0.5 * erf(z / Math.SQRT2)
}
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x)
  let [term, total] = [x, x]
  for (let k = 1; k < 200 && Math.abs(term) > 1e-20; k++) {
    term *= (-x * x) / k
    total += term / (2 * k + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * total
}
const phi = (x: number): number => 0.5 + 0.5 * erf(x / Math.SQRT2)
/** The gamma law of a whole concentration, or with a half. */
const erlang = (a: number, x: number): number => {
  const half = a % 1 === 0.5
  let [term, total] = half
    ? [Math.exp(-x) * Math.sqrt(x / Math.PI) * 2, erf(Math.sqrt(x))]
    : [Math.exp(-x), 1 - Math.exp(-x)]
  for (let k = half ? 0.5 : 1; k < a; k++) {
    if (!half) term *= x / k
    total -= term
    if (half) term *= x / (k + 1)
  }
  return total
}

function lgamma(x: number): number {
  const y = x + 12
  let shift = 0
  for (let k = 0; k < 12; k++) shift += Math.log(x + k)
  return (
    (y - 0.5) * Math.log(y) -
    y +
    Math.log(2 * Math.PI) / 2 +
    1 / (12 * y) -
    1 / (360 * y ** 3) +
    1 / (1260 * y ** 5) -
    shift
  )
}
/** The gamma law's distribution function, Σ z^(a+n) e^-z / Γ(a+n+1), and its density. */
function gammaBelow(a: number, z: number): number {
  let term = Math.exp(a * Math.log(z) - z - lgamma(a + 1))
  let total = term
  for (let k = 1; k < 200; k++) {
    term *= z / (a + k)
    total += term
  }
  return total
}
const gammaDensity = (a: number, z: number): number => Math.exp((a - 1) * Math.log(z) - z - lgamma(a))
/** Where the law of concentration a has what is below x in that of `from`: by Newton's method from x. */
function samePlace(from: number, x: number, a: number): number {
  const below = gammaBelow(from, x)
  let z = x
  for (let k = 0; k < 30; k++) z = Math.max(z / 4, z - (gammaBelow(a, z) - below) / gammaDensity(a, z))
  return z
}

function exponentialIntegral(z: number): number {
  if (z > 10) return 0
  let [term, total] = [-1, -0.5772156649015329 - Math.log(z)]
  for (let k = 1; k < 60; k++) {
    term *= -z / k
    total += term / k
  }
  return total
}
const key = (seed: number): Key => random.key(seed)
const floats: readonly (readonly [string, () => { dataSync(): ArrayLike<number> }, (x: number) => number])[] = [
  ["uniform on [-2, 6)", () => random.uniform(key(1), [n], { low: -2, high: 6 }), (x) => (x + 2) / 8],
  ["uniform by tensors", () => random.uniform(key(2), [n], { low: tensor(1), high: 3 }), (x) => (x - 1) / 2],
  ["normal", () => random.normal(key(3), [n]), phi],
  [
    "normal in f64, moved",
    () => random.normal(key(4), [n], { mean: 3, std: 2, dtype: "f64" }),
    (x) => phi((x - 3) / 2),
  ],
  [
    "truncatedNormal about 0",
    () => random.truncatedNormal(key(5), [n], { low: -1, high: 2 }),
    (x) => (phi(x) - phi(-1)) / (phi(2) - phi(-1)),
  ],
  [
    "truncatedNormal far to the left, where f32 has lost the tail",
    () => random.truncatedNormal(key(6), [n], { high: -20 }),
    // Q(20 + t / 20) / Q(20), with both to three terms.
    (x) => {
      const q = (y: number): number => -(y * y) / 2 - Math.log(y) + Math.log1p(-1 / y ** 2 + 3 / y ** 4 - 15 / y ** 6)
      return Math.exp(q(-x) - q(20))
    },
  ],
  ["truncatedNormal without bounds", () => random.truncatedNormal(key(7), [n]), phi],
  ["gumbel", () => random.gumbel(key(8), [n], { loc: 1, scale: 2 }), (x) => Math.exp(-Math.exp(-(x - 1) / 2))],
  ["exponential", () => random.exponential(key(9), [n], { rate: 2 }), (x) => 1 - Math.exp(-2 * x)],
  ["laplace", () => random.laplace(key(10), [n]), (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2)],
  ["logistic", () => random.logistic(key(11), [n]), (x) => 1 / (1 + Math.exp(-x))],
  ["cauchy", () => random.cauchy(key(12), [n]), (x) => 0.5 + Math.atan(x) / Math.PI],
  [
    "studentT of 1, which is Cauchy's",
    () => random.studentT(key(13), [n], { df: 1 }),
    (x) => 0.5 + Math.atan(x) / Math.PI,
  ],
  ["studentT of 2", () => random.studentT(key(14), [n], { df: 2 }), (x) => 0.5 + x / (2 * Math.sqrt(2 + x * x))],
  ...[0.5, 1, 1.5, 5, 20.5].map(
    (a, k) =>
      [
        `gamma of ${a}`,
        () => random.gamma(key(15 + k), [n], { concentration: a, rate: 2 }),
        (x: number) => erlang(a, 2 * x),
      ] as const,
  ),
  [
    "gamma of a million in f64, which is all but normal",
    () => random.gamma(key(20), [n], { concentration: 1e6, dtype: "f64" }),
    // Wilson and Hilferty.
    (x) => phi((Math.cbrt(x / 1e6) - 1 + 1 / 9e6) * Math.sqrt(9e6)),
  ],
  [
    "logGamma of 0.001, whose exponential underflows",
    () => random.logGamma(key(21), [n], { concentration: 0.001 }),
    // z^a / Γ(a + 1) below, where e^-z is 1, and 1 - a E1(z) above.
    (x) => (x < -5 ? Math.exp(0.001 * x + 0.000577) : 1 - 0.001 * exponentialIntegral(Math.exp(x))),
  ],
  ["chiSquare of 2", () => random.chiSquare(key(22), [n], { df: 2 }), (x) => 1 - Math.exp(-x / 2)],
  ["beta of 2 and 1", () => random.beta(key(23), [n], { a: 2, b: 1 }), (x) => x * x],
  [
    "beta of a half twice",
    () => random.beta(key(24), [n], { a: 0.5, b: 0.5 }),
    (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)),
  ],
  [
    "dirichlet's first share of 1, 2 and 3, which is beta of 1 and 5",
    () =>
      sum(mul(random.dirichlet(key(25), [n, 3], { concentration: tensor([1, 2, 3]) }), tensor([1, 0, 0])), { axis: 1 }),
    (x) => 1 - (1 - x) ** 5,
  ],
  [
    "multivariateNormal's sum",
    () =>
      sum(
        random.multivariateNormal(key(26), [n, 2], {
          covariance: tensor([
            [2, 1],
            [1, 1],
          ]),
          mean: 1,
        }),
        { axis: 1 },
      ),
    (x) => phi((x - 2) / Math.sqrt(5)),
  ],
]
const logFactorial = (k: number): number => (k < 2 ? 0 : Math.log(k) + logFactorial(k - 1))
const poissonOf = (rate: number) => (k: number) => Math.exp(k * Math.log(rate) - rate - logFactorial(k))
const counts: readonly (readonly [
  string,
  () => { dataSync(): ArrayLike<number> },
  (k: number) => number,
  number,
  number,
])[] = [
  ...[0.3, 4, 9.9, 10, 30, 400].map(
    (rate, k) =>
      [
        `poisson of ${rate}`,
        () => random.poisson(key(40 + k), [n], { rate }),
        poissonOf(rate),
        0,
        Math.ceil(rate + 8 * Math.sqrt(rate) + 8),
      ] as const,
  ),
  ["geometric", () => random.geometric(key(50), [n], { p: 0.2 }), (k) => 0.2 * 0.8 ** (k - 1), 1, 60],
  ["randint", () => random.randint(key(51), [n], { low: -3, high: 9 }), () => 1 / 12, -3, 8],
  ["rademacher", () => random.rademacher(key(52), [n]), (k) => (k === 0 ? 0 : 0.5), -1, 1],
  ["bernoulli", () => random.bernoulli(key(53), [n], { p: 0.3 }), (k) => (k === 1 ? 0.3 : 0.7), 0, 1],
  [
    "categorical",
    () => random.categorical(key(54), log(tensor([0.1, 0.2, 0.7])), { shape: [n] }),
    (k) => [0.1, 0.2, 0.7][k] ?? 0,
    0,
    2,
  ],
  [
    "choice with weights",
    () => random.choice(key(55), tensor([5, 6, 7]), { shape: [n], p: tensor([1, 0, 3]) }),
    (k) => (k === 5 ? 0.25 : k === 7 ? 0.75 : 0),
    5,
    7,
  ],
  ["choice", () => random.choice(key(56), 8, { shape: [n] }), () => 1 / 8, 0, 7],
  [
    "the first of choices without replacement",
    () => vmap((k: Key) => random.choice(k, 5, { shape: [2], replace: false }))(random.keys(key(57), n)),
    () => 1 / 5,
    0,
    4,
  ],
  [
    "the second drawn by weights 1, 1, 2 without replacement",
    // 1/4 · 1/3 from the other small one, 1/2 · 1/2 from the large one; 2 · 1/4 · 2/3 for the large one.
    () =>
      vmap((k: Key) =>
        sum(
          mul(
            random.choice(k, 3, { shape: [2], replace: false, p: tensor([1, 1, 2]) }),
            tensor([0, 1], { dtype: "i32" }),
          ),
        ),
      )(random.keys(key(58), n)),
    () => 1 / 3,
    0,
    2,
  ],
]

describe("laws", () => {
  beforeAll(() => setEngine("wasm"))
  it.each(floats)("%s", (_, draw, cdf) => {
    expect(chanceOfDistance(draw().dataSync(), cdf)).toBeGreaterThan(worstChance)
  })
  it.each(counts)("%s", (_, draw, probability, from, to) => {
    expect(chanceOfCounts(draw().dataSync(), probability, from, to)).toBeGreaterThan(worstChance)
  })
  it("the tests see a wrong law: a scale off by a tenth, a count off by one", () => {
    expect(chanceOfDistance(random.normal(key(3), [n]).dataSync(), (x) => phi(x / 1.1))).toBeLessThan(1e-4)
    expect(
      chanceOfDistance(random.gamma(key(18), [n], { concentration: 5 }).dataSync(), (x) => erlang(5.5, x)),
    ).toBeLessThan(1e-4)
    const drawn = random.poisson(key(44), [n], { rate: 30 }).dataSync()
    expect(chanceOfCounts(drawn, poissonOf(31), 0, 90)).toBeLessThan(1e-4)
    expect(chanceOfCounts(drawn, (k) => poissonOf(30)(k + 1), 0, 90)).toBeLessThan(1e-4)
  })
  it("orthogonal matrices are, and neither rows nor signs have a preference", () => {
    const q = vmap((k: Key) => random.orthogonal(k, 3))(random.keys(key(60), 1000)).arraySync()
    for (const m of q.slice(0, 50))
      for (const [i, row] of m.entries())
        for (const [j, other] of m.entries())
          expect(row.reduce((total, x, k) => total + x * (other[k] ?? 0), 0)).toBeCloseTo(i === j ? 1 : 0, 5)
    // Any entry of a Haar matrix of size 3 is uniform on [-1, 1] (Archimedes).
    for (const [i, j] of [
      [0, 0],
      [1, 2],
      [2, 2],
    ] as const)
      expect(
        chanceOfDistance(
          q.map((m) => m[i]?.[j] ?? 0),
          (x) => (x + 1) / 2,
        ),
      ).toBeGreaterThan(worstChance)
  })
})

describe("moments, within five standard errors", () => {
  beforeAll(() => setEngine("wasm"))
  const many = 40_000
  it.each([
    ["gamma of 0.01", () => random.gamma(key(70), [many], { concentration: 0.01 }), 0.01, 0.01],
    ["gamma of a million", () => random.gamma(key(71), [many], { concentration: 1e6 }), 1e6, 1e6],
    ["beta of 3 and 4", () => random.beta(key(72), [many], { a: 3, b: 4 }), 3 / 7, 12 / 49 / 8],
    ["beta of a million twice", () => random.beta(key(73), [many], { a: 1e6, b: 1e6 }), 0.5, 0.25 / 2e6],
    ["studentT of 7", () => random.studentT(key(74), [many], { df: 7 }), 0, 7 / 5],
    ["poisson of a million", () => random.poisson(key(75), [many], { rate: 1e6 }), 1e6, 1e6],
    ["geometric of 0.001", () => random.geometric(key(76), [many], { p: 0.001 }), 1000, 999_000],
  ] as const)("%s", (_, draw, wanted, variance) => {
    const xs = Array.from<number>(draw().dataSync())
    const found = xs.reduce((total, x) => total + x, 0) / many
    expect(Math.abs(found - wanted)).toBeLessThan(5 * Math.sqrt(variance / many))
  })
})

describe("derivatives of what is drawn", () => {
  beforeAll(() => setEngine("wasm"))
  /** Of gamma's concentration the derivative of each draw is held to a closed form below: five standard errors of 5,000 are enough. */
  const many = 5_000
  const five = (variance: number): number => 5 * Math.sqrt(variance / many)
  it.each([0.05, 0.7, 3, 40])("of the moments of gamma by a concentration of %d", (a) => {
    // E z = a, E z² = a (a + 1), E log z = ψ(a): their derivatives are 1, 2 a + 1, ψ'(a).
    const trigamma =
      Array.from({ length: 2e5 }, (_, k) => 1 / (a + k) ** 2).reduce((s, x) => s + x, 0) + 1 / (2e5 + a - 0.5)
    const options = (c: Scalar) => ({ concentration: c })
    const of = (f: (c: Scalar) => Scalar): number => grad(f)(tensor(a)).itemSync()
    const slopes = jacfwd((c: Scalar) => random.gamma(key(80), [many], options(c)))(tensor(a)).dataSync()
    const spread = (xs: ArrayLike<number>): number => {
      const m = Array.from(xs).reduce((s, x) => s + x, 0) / many
      return Array.from(xs).reduce((s, x) => s + (x - m) ** 2, 0) / many
    }
    expect(Math.abs(of((c) => mean(random.gamma(key(80), [many], options(c)))) - 1)).toBeLessThan(five(spread(slopes)))
    const z = random.gamma(key(80), [many], { concentration: a }).dataSync()
    const doubled = slopes.map((s, k) => 2 * s * (z[k] ?? 0))
    expect(Math.abs(of((c) => mean(square(random.gamma(key(80), [many], options(c))))) - (2 * a + 1))).toBeLessThan(
      five(spread(doubled)),
    )
    const logs = jacfwd((c: Scalar) => random.logGamma(key(80), [many], options(c)))(tensor(a)).dataSync()
    expect(Math.abs(of((c) => mean(random.logGamma(key(80), [many], options(c)))) - trigamma)).toBeLessThan(
      five(spread(logs)),
    )
  })
  it("gamma's implicit derivative, of each draw, by the law's own series", () => {
    // dz/da = -(dF/da) / p, dF/da by a difference of the distribution function.
    for (const a of [0.05, 0.3, 1, 6.5, 40]) {
      const c = tensor(a, { dtype: "f64" })
      const f = (x: Scalar<"f64">) => random.gamma(key(81), [60], { concentration: x, dtype: "f64" })
      const [z, slope] = [f(c).dataSync(), jacfwd(f)(c).dataSync()]
      z.forEach((x, k) => {
        const step = 1e-4
        const P = (moved: number): number => gammaBelow(a + moved, x)
        const wanted = -(8 * (P(step) - P(-step)) - (P(2 * step) - P(-2 * step))) / (12 * step * gammaDensity(a, x))
        expect(Math.abs((slope[k] ?? 0) - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(1e-7)
      })
    }
  })
  it.each([0.3, 1, 6.5])("gamma's second derivative, of a draw that keeps its place at a concentration of %d", (a) => {
    const f = (x: Scalar<"f64">) => random.gamma(key(81), [60], { concentration: x, dtype: "f64" })
    const c = tensor(a, { dtype: "f64" })
    const [z, bend] = [f(c).dataSync(), jacfwd(jacfwd(f))(c).dataSync()]
    const step = 0.01 * a
    z.forEach((x, k) => {
      const at = (steps: number): number => samePlace(a, x, a + steps * step)
      const wanted = (16 * (at(1) + at(-1)) - (at(2) + at(-2)) - 30 * x) / (12 * step ** 2)
      expect(Math.abs((bend[k] ?? 0) - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(1e-5)
    })
  })
  it.each([0.7, 40])("the second derivatives of gamma's moments by a concentration of %d", (a) => {
    // E z = a, E z² = a (a + 1), E log z = ψ(a): their second derivatives are 0, 2, ψ''(a).
    const bend = -2 * Array.from({ length: 2e4 }, (_, k) => 1 / (a + k) ** 3).reduce((s, x) => s + x, 0)
    const draw = (c: Scalar) => random.gamma(key(95), [many], { concentration: c })
    const logs = (c: Scalar) => random.logGamma(key(95), [many], { concentration: c })
    for (const [f, wanted] of [
      [draw, 0],
      [(c: Scalar) => square(draw(c)), 2],
      [logs, bend],
    ] as const) {
      const bends = jacfwd(jacfwd(f))(tensor(a)).dataSync()
      const found = bends.reduce((total, x) => total + x, 0) / many
      const variance = bends.reduce((total, x) => total + (x - found) ** 2, 0) / many
      expect(Math.abs(found - wanted)).toBeLessThan(five(variance) + 1e-5)
      const reverse = grad(grad((c: Scalar) => mean(f(c))))(tensor(a)).itemSync()
      expect(Math.abs(reverse - found)).toBeLessThan(1e-3 * Math.max(1, Math.abs(found)))
    }
  })
  /** The mean of the derivatives of all draws, within five of its standard errors; and reverse mode says the same. */
  const h = Math.exp(-0.5) / Math.sqrt(2 * Math.PI) / (1 - phi(1))
  type Drawn = Tensor<readonly [number], "f32">
  /** Five standard errors of these are at most a fifth of what is wanted. */
  const size: number = 20_000
  const cases: readonly (readonly [string, (x: Scalar) => Drawn, number, number])[] = [
    // d/da a / (a + b) = b / (a + b)²
    ["beta by a", (a) => random.beta(key(82), [size], { a, b: 3 }), 2, 3 / 25],
    ["beta by b", (b) => random.beta(key(82), [size], { a: 3, b }), 2, -3 / 25],
    // d/dν ν / (ν - 2) = -2 / (ν - 2)²
    ["studentT's square by df", (df) => square(random.studentT(key(83), [size], { df })), 12, -0.02],
    ["chiSquare by df", (df) => random.chiSquare(key(89), [size], { df }), 3, 1],
    ["gamma by its rate", (rate) => random.gamma(key(90), [size], { concentration: 3, rate }), 2, -0.75],
    ["exponential by its rate", (rate) => random.exponential(key(84), [size], { rate }), 2, -0.25],
    ["the normal's square by std", (std) => square(random.normal(key(85), [size], { std })), 1.5, 3],
    ["uniform by high", (high) => random.uniform(key(91), [size], { high }), 3, 0.5],
    ["gumbel by its scale", (scale) => random.gumbel(key(92), [size], { scale }), 3, 0.5772156649],
    [
      "logistic's square by its scale",
      (scale) => square(random.logistic(key(93), [size], { scale })),
      1,
      (2 * Math.PI ** 2) / 3,
    ],
    ["laplace's square by its scale", (scale) => square(random.laplace(key(94), [size], { scale })), 1, 4],
    // The mean is h = φ(l) / Q(l), and dh/dl = h (h - l).
    ["truncatedNormal by low", (low) => random.truncatedNormal(key(86), [size], { low }), 1, h * (h - 1)],
  ]
  it.each(cases)("%s", (_, f, at, wanted) => {
    const slopes = jacfwd(f)(tensor(at)).dataSync()
    const found = slopes.reduce((total, x) => total + x, 0) / size
    const variance = slopes.reduce((total, x) => total + (x - found) ** 2, 0) / size
    expect(Math.abs(found - wanted)).toBeLessThan(5 * Math.sqrt(variance / size) + 1e-6)
    expect(grad((x: Scalar) => mean(f(x)))(tensor(at)).itemSync()).toBeCloseTo(found, 4)
  })
  it("dirichlet's shares add up to 1 whatever the concentration", () => {
    const total = (c: Scalar): Scalar => sum(random.dirichlet(key(87), [10, 3], { concentration: c }))
    expect(grad(total)(tensor(2)).itemSync()).toBeCloseTo(0, 4)
  })
})
