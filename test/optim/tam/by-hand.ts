/** Torque-aware momentum written anew, in JavaScript's own arithmetic: for trees that are lists of matrices. */
import type { Granularity } from "cotangent/optim"

export type Matrix = readonly (readonly number[])[]
export interface Settings {
  readonly momentum: number
  readonly smoothing: number
  readonly epsilon: number
  readonly granularity: Granularity
}

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const dot = (a: readonly number[], b: readonly number[]): number => total(a.map((x, k) => x * (b[k] ?? Number.NaN)))
const cosine = (a: readonly number[], b: readonly number[]): number => {
  const norms = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b))
  return norms === 0 ? 0 : dot(a, b) / norms
}
const column = (m: Matrix, j: number): readonly number[] => m.map((row) => row[j] ?? Number.NaN)
const normOr1 = (xs: readonly number[]): number => Math.sqrt(dot(xs, xs)) || 1

const mapped = (m: Matrix, f: (i: number, j: number) => number): Matrix => m.map((row, i) => row.map((_, j) => f(i, j)))
const at = (m: Matrix | undefined, i: number, j: number): number => m?.[i]?.[j] ?? Number.NaN

/** The cosine that each element is damped by. */
const cosines = (
  momenta: readonly Matrix[],
  gradients: readonly Matrix[],
  granularity: Granularity,
): readonly Matrix[] =>
  momenta.map((m, k) => {
    const g = gradients[k] ?? []
    const whole = cosine(momenta.flat(2), gradients.flat(2))
    const own = cosine(m.flat(), g.flat())
    if (granularity === "model") return mapped(m, () => whole)
    if (granularity === "tensor") return mapped(m, () => own)
    return mapped(m, (i, j) => (at(m, i, j) / normOr1(column(m, j))) * (at(g, i, j) / normOr1(column(g, j))))
  })

export interface Seen {
  readonly momenta: readonly Matrix[]
  /** Of each element. */
  readonly damping: readonly Matrix[]
  /** The mean of the cosines of this step over what has one. */
  readonly cosine: number
}

/** The momenta and dampings after each of some gradients. */
export function tamByHand(gradients: readonly (readonly Matrix[])[], settings: Settings): readonly Seen[] {
  const { momentum, smoothing, epsilon, granularity } = settings
  let momenta = (gradients[0] ?? []).map((m) => mapped(m, () => 0))
  let smoothed = momenta
  return gradients.map((now) => {
    const found = cosines(momenta, now, granularity)
    smoothed = smoothed.map((s, k) =>
      mapped(s, (i, j) => smoothing * at(s, i, j) + (1 - smoothing) * at(found[k], i, j)),
    )
    const damping = smoothed.map((s) => mapped(s, (i, j) => (1 + at(s, i, j)) / 2))
    momenta = momenta.map((m, k) =>
      mapped(m, (i, j) => momentum * at(m, i, j) + (epsilon + at(damping[k], i, j)) * at(now[k], i, j)),
    )
    const each = granularity === "tensor" ? found.map((m) => at(m, 0, 0)) : found.flat(2)
    return { momenta, damping, cosine: total(each) / each.length }
  })
}
