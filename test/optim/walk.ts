/** Walks down quadratic bowls, by an optimiser and by a formula in JavaScript's own doubles. */
import { mul, sub, type Tensor, tensor } from "cotangent"
import { applyUpdates, type Opaque, type Transformation } from "cotangent/optim"
import fc from "fast-check"
import { expect } from "vitest"

/** Between 2^-6 and 2^6 in size with few bits: what a formula does to them is rounding, never underflow. */
export const number = fc
  .tuple(fc.integer({ min: -64, max: 64 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, p]) => (n + 0.5) / 2 ** p)
export const share = fc.integer({ min: 1, max: 99 }).map((n) => n / 100)
export const f64 = (values: readonly number[]): Tensor<[number], "f64"> =>
  tensor(Float64Array.from(values), { shape: [values.length] })

/** sum(a (w - c)^2) / 2 in each coordinate, and where the walk begins. */
export type Bowl = readonly (readonly [a: number, c: number, start: number])[]
export const bowl: fc.Arbitrary<Bowl> = fc.array(fc.tuple(number.map(Math.abs), number, number), {
  minLength: 1,
  maxLength: 4,
})
export type Path = readonly (readonly number[])[]

/** Five steps down the bowl; the parameters after each. */
export function walk(optimiser: Transformation<Opaque>, sides: Bowl, steps = 5): Path {
  const [a, c] = [f64(sides.map(([x]) => x)), f64(sides.map(([, x]) => x))]
  let params = { w: f64(sides.map(([, , x]) => x)) }
  let state = optimiser.init(params)
  return Array.from({ length: steps }, () => {
    const [updates, next] = optimiser.update({ w: mul(a, sub(params.w, c)) }, state, params)
    state = next
    params = applyUpdates(params, updates)
    return [...params.w.dataSync()]
  })
}

/** The update of one coordinate at a step counted from 1. */
export type Rule = (gradient: number, step: number, w: number) => number
/** The same walk by a rule for one coordinate; each coordinate has a rule, and so a state, of its own. */
export const byHand = (sides: Bowl, rule: () => Rule, steps = 5): Path => {
  const rules = sides.map(rule)
  return whole(sides, (g, step, w) => rules.map((one, k) => one(g[k] ?? 0, step, w[k] ?? 0)), steps)
}
/** The same walk by a rule for all coordinates together. */
export function whole(
  sides: Bowl,
  rule: (gradient: readonly number[], step: number, w: readonly number[]) => readonly number[],
  steps = 5,
): Path {
  let w = sides.map(([, , start]) => start)
  return Array.from({ length: steps }, (_, step) => {
    const gradient = sides.map(([a, c], k) => a * ((w[k] ?? 0) - c))
    const updates = rule(gradient, step + 1, w)
    w = w.map((x, k) => x + (updates[k] ?? Number.NaN))
    return w
  })
}

/** Equal up to `relative` of the largest number on the way. */
export function expectNear(found: Path, wanted: Path, relative: number) {
  const size = Math.max(1, ...wanted.flat().map(Math.abs))
  expect(found.length).toBe(wanted.length)
  found.flat().forEach((x, k) => {
    const other = wanted.flat()[k] ?? Number.NaN
    expect(Math.abs(x - other), `${x} and ${other}`).toBeLessThanOrEqual(relative * size)
  })
}
