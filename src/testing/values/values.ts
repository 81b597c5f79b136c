/**
 * Numbers that test something. `fc.float` draws bit patterns: most of its values are so small or so large that a law about
 * products holds because everything vanished or overflowed.
 */
import { type AdversarialOptions, adversarial } from "./adversarial.ts"
import { type DistinctOptions, distinct } from "./distinct.ts"
import { elementwise, multipleIn } from "./elementwise.ts"
import { awayFrom, between, positive } from "./intervals.ts"
import { simplex } from "./simplex.ts"
import type { Values } from "./vector.ts"

export interface ValuesFunctions {
  /**
   * Small integers and dyadic fractions `k / 2^bits`, at most `max` in size. Sums and products of a few are exact in f32,
   * so that laws may demand equality.
   */
  readonly exact: (options?: { readonly max?: number; readonly bits?: number }) => Values
  /** Evenly between two ends. */
  readonly between: (min: number, max: number) => Values
  /** Of either sign, with magnitudes around 1 whose logarithm has the standard deviation `sigma`, 1 unless given. */
  readonly logNormal: (options?: { readonly sigma?: number }) => Values
  /**
   * NaN, both zeros, the infinities, subnormals, the largest and smallest numbers, powers of two and near-ties; each kind
   * can be left out: `{ nan: false, infinite: false, subnormal: false }`.
   */
  readonly adversarial: (options?: AdversarialOptions) => Values
  /** Above 0, from `min` (0.1) to `max` (10, or a hundred times `min`), evenly in the logarithm. */
  readonly positive: (options?: { readonly min?: number; readonly max?: number }) => Values
  /** Rows, along the last axis, of numbers of at least `min` (0) that sum to exactly 1. */
  readonly simplex: (options?: { readonly min?: number }) => Values
  /** All at least `gap` (0.05) apart and between `min` (-2) and `max` (2), so that a maximum is unique and an order certain. */
  readonly distinct: (options?: DistinctOptions) => Values
  /** From `min` (-2) to `max` (2), at least `gap` from each of the points: where a function has a kink or a pole. */
  readonly awayFrom: (
    points: readonly number[],
    gap: number,
    range?: { readonly min?: number; readonly max?: number },
  ) => Values
}

const exact: ValuesFunctions["exact"] = ({ max = 8, bits = 2 } = {}) => {
  const step = 2 ** -bits
  return elementwise({
    draw: (next) => multipleIn(-max, max, step, next) + 0,
    edges: [0, 1, -1, step, -step, max, -max],
    simplest: 0,
    accepts: (x) => Math.abs(x) <= max && Number.isInteger(x / step) && !Object.is(x, -0),
  })
}

const logNormal: ValuesFunctions["logNormal"] = ({ sigma = 1 } = {}) =>
  elementwise({
    // Box and Muller; 1 - u is never 0, so the logarithm is finite, and held to six deviations.
    draw: (next) => {
      const z = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return Math.fround(Math.exp(sigma * Math.max(-6, Math.min(6, z)))) * (next() < 0.5 ? -1 : 1)
    },
    edges: [1, -1, Math.fround(Math.exp(3 * sigma)), -Math.fround(Math.exp(-3 * sigma))],
    simplest: 1,
    accepts: (x) => x !== 0 && Math.abs(Math.log(Math.abs(x))) <= 6.001 * sigma,
  })

/**
 * How the elements of a tensor are drawn. All but those of `adversarial` are finite, and exact in f32. They shrink towards
 * 0 (or 1 where 0 is not among them) through numbers of few digits, and keep their promise on the way.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { exp, log, softmax } from "cotangent"
 * import { expectClose, tensors, values } from "cotangent/testing"
 * const xs = tensors({ shape: [4], values: values.positive({ min: 0.5 }) })
 * fc.assert(fc.property(xs, (x) => expectClose(exp(log(x)), x, { rtol: 1e-6 })))
 * const rows = tensors({ shape: [2, 3], values: values.simplex({ min: 0.01 }) })
 * fc.assert(fc.property(rows, (p) => expectClose(softmax(log(p), { axis: 1 }), p, { rtol: 1e-5 })))
 * ```
 */
export const values: ValuesFunctions = {
  exact,
  between,
  logNormal,
  adversarial,
  positive,
  simplex,
  distinct,
  awayFrom,
}
