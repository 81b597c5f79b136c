/** Part a: paths in the plane, and what the damping does on slopes, in noise and in oscillation. */
import { add, grad, mul, random, type Scalar, square, sub, type Tensor, take, tensor } from "cotangent"
import { applyUpdates, type Opaque, opaque, sgd, type Transformation, tam, tamMetrics } from "cotangent/optim"
import { lines, paths } from "../../harness/figures.ts"
import { mean } from "../../harness/statistics.ts"
import { type Cell, type Claim, cell, type Figure, type Plan } from "../../harness/study.ts"
import type { Settings } from "../settings.ts"
import { at, holdsIf } from "../verdicts.ts"
import { alternating, inNoise, onSlope } from "./limits.ts"

type Point = Tensor<readonly [2], "f64">
type Height = Scalar<"f64">
interface Landscape {
  readonly name: string
  readonly title: string
  readonly height: (p: Point) => Height
  /** The same for numbers: the ground of the figure. */
  readonly ground: (x: number, y: number) => number
  readonly start: readonly [number, number]
  /** Of SGDM. */
  readonly rate: number
  /** The standard deviation of the gradients' noise. */
  readonly noise: number
  readonly window: readonly [x: readonly [number, number], y: readonly [number, number]]
}

const quadratic: Landscape = {
  name: "quadratic",
  title: "An ill-conditioned quadratic, curvatures 1 and 100, with noise",
  height: (p) => add(mul(square(take(p, 0)), 0.5), mul(square(take(p, 1)), 50)),
  ground: (x, y) => x ** 2 / 2 + 50 * y ** 2,
  start: [-4, 0.8],
  rate: 0.01,
  noise: 4,
  window: [
    [-5, 3],
    [-1, 1],
  ],
}
const valley: Landscape = {
  name: "valley",
  title: "A curved valley with two wells, with noise",
  height: (p) => {
    const [x, y] = [take(p, 0), take(p, 1)]
    return add(mul(square(sub(square(x), 1)), 0.5), mul(square(sub(y, square(x))), 4))
  },
  ground: (x, y) => (x ** 2 - 1) ** 2 / 2 + 4 * (y - x ** 2) ** 2,
  start: [-1.6, 3.4],
  rate: 0.01,
  noise: 1,
  window: [
    [-2, 2],
    [-1, 4],
  ],
}
/** On one axis, without noise, just below the rate 3.8 at which SGDM diverges on a curvature of 1. */
const steep: Landscape = {
  name: "steep",
  title: "A parabola near SGDM's edge of stability",
  height: (p) => mul(square(take(p, 0)), 0.5),
  ground: (x) => x ** 2 / 2,
  start: [1, 0],
  rate: 3.6,
  noise: 0,
  window: [
    [-2, 2],
    [-2, 2],
  ],
}

const walkers = ["SGDM", "TAM", "TAM at twice the rate"] as const
type Walker = (typeof walkers)[number]
interface Walk {
  readonly points: readonly (readonly [number, number])[]
  /** Of TAM; 1 for SGDM. */
  readonly dampings: readonly number[]
}
const stepCount = 150
const short = (x: number): number => Number(x.toFixed(4))
type TorqueState = Parameters<typeof tamMetrics>[0]
const isTorque = (state: object): state is TorqueState => "smoothed" in state && "cosine" in state

async function walk({ height, start, rate, noise }: Landscape, walker: Walker, seed: number): Promise<Walk> {
  const optimiser: Transformation<Opaque> =
    walker === "SGDM"
      ? opaque(sgd({ learningRate: rate, momentum: 0.9 }))
      : opaque(tam({ learningRate: walker === "TAM" ? rate : 2 * rate }))
  const slope = grad(height)
  let params: { readonly p: Point } = { p: tensor(Float64Array.of(...start), { shape: [2] }) }
  let state = optimiser.init(params)
  const points: (readonly [number, number])[] = [start]
  const dampings: number[] = []
  for (let step = 0; step < stepCount; step++) {
    const wind = mul(random.normal(random.foldIn(random.key(seed), step), [2], { dtype: "f64" }), noise)
    const [updates, next] = optimiser.update({ p: add(slope(params.p), wind) }, state, params)
    state = next
    params = applyUpdates(params, updates)
    const [x = Number.NaN, y = Number.NaN] = await params.p.data()
    points.push([short(x), short(y)])
    dampings.push(isTorque(next) ? short(await tamMetrics(next).damping.item()) : 1)
  }
  return { points, dampings }
}

const gridSize = 16
function groundOf({ ground, window: [[left, right], [low, high]] }: Landscape) {
  const cellSize = [(right - left) / gridSize, (high - low) / gridSize] as const
  const rows = Array.from({ length: gridSize ** 2 }, (_, k) => {
    const [x, y] = [left + (k % gridSize) * cellSize[0], low + Math.floor(k / gridSize) * cellSize[1]]
    return { x: short(x), y: short(y), height: short(ground(x + cellSize[0] / 2, y + cellSize[1] / 2)) }
  })
  return { rows, field: "height", cell: cellSize }
}

export const landscapes = (_: Settings, seed: number): Plan => {
  const walks = [quadratic, valley, steep].map((landscape) => ({
    landscape,
    cells: walkers.map((walker) =>
      cell(`${landscape.name} ${walker}`, () => walk(landscape, walker, seed), { cost: 20 }),
    ),
  }))
  const given = (
    [
      ["straight slope", "steady", () => onSlope(stepCount)],
      ["noise in 1000 dimensions", "noise", () => inNoise(stepCount, seed)],
      ["gradient that changes sign", "alternating", () => alternating(stepCount)],
    ] as const
  ).map(([name, shown, measure]) => ({
    shown,
    one: cell(`damping on ${name}`, async () => (await measure()).map(short), { cost: 20 }),
  }))
  return {
    cells: [...walks.flatMap(({ cells }) => cells), ...given.map(({ one }) => one)],
    report: (resultOf) => ({
      claims: [onParabola(walks, resultOf)],
      figures: [
        ...walks.filter(({ landscape }) => landscape !== steep).map((each) => pathsOf(each, resultOf)),
        {
          name: "damping",
          title:
            "The damping by step, gamma 0.9: given gradients, and the landscapes (TAM at twice the rate; on the parabola at SGDM's)",
          spec: lines({
            rows: [
              ...given.map(({ shown, one }) => ({ name: shown, seen: resultOf(one) })),
              ...walks.map(({ landscape, cells }) => ({
                name: landscape === steep ? "parabola" : landscape.name,
                seen: resultOf(at(cells, landscape === steep ? 1 : 2)).dampings,
              })),
            ].flatMap(({ name, seen }) => seen.map((damping, k) => ({ where: name, step: k + 1, damping }))),
            x: { field: "step", title: "step" },
            y: { field: "damping", title: "damping", domain: [0, 1] },
            colour: "where",
          }),
        },
      ],
    }),
  }
}
interface Walks {
  readonly landscape: Landscape
  readonly cells: readonly Cell<Walk>[]
}
type ResultOf = Parameters<Plan["report"]>[0]

const pathsOf = ({ landscape, cells }: Walks, resultOf: ResultOf): Figure => ({
  name: landscape.name,
  title: `${landscape.title}; rate ${landscape.rate}`,
  spec: paths({
    rows: cells.flatMap((one, k) =>
      resultOf(one).points.map(([x, y], order) => ({ method: at(["SGDM", "TAM", "TAM, twice"], k), x, y, order })),
    ),
    x: { field: "x", title: "x", domain: landscape.window[0] },
    y: { field: "y", title: "y", domain: landscape.window[1] },
    colour: "method",
    height: groundOf(landscape),
  }),
})

function onParabola(walks: readonly Walks[], resultOf: ResultOf): Claim {
  const cells = walks.find(({ landscape }) => landscape === steep)?.cells ?? []
  const last = resultOf(at(cells, 1)).dampings.slice(-50)
  const reach = (k: number) => Math.abs(at(at(resultOf(at(cells, k)).points, stepCount), 0))
  return {
    id: "oscillation-parabola",
    statement: "Where gradients oscillate because steps overshoot, the damping goes to 0",
    paper: "the damping suppresses gradients that are misaligned with the momentum [abstract]",
    ours: `on a parabola at ${steep.rate} of the 3.8 at which SGDM diverges: ${Math.min(...last).toFixed(2)} to ${Math.max(...last).toFixed(2)}, mean ${mean(last).toFixed(2)}, in the last 50 of ${stepCount} steps`,
    verdict: holdsIf(Math.max(...last) < 0.05),
    required: false,
    remark: `the smaller steps end the overshooting, and the damping recovers; distance from the minimum in the end: SGDM ${reach(0).toExponential(1)}, TAM ${reach(1).toExponential(1)}`,
  }
}
