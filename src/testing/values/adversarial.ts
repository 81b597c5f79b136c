/** Numbers that break code: not a number, the infinite, the largest, the smallest, and pairs that are almost equal. */
import type { Element } from "../../autodiff/dtype.ts"
import { neighbour } from "../ulps.ts"
import { elementwise, type One } from "./elementwise.ts"
import type { Uniform, Values } from "./vector.ts"

export interface AdversarialOptions {
  /** Whether NaN is among them; true unless given. */
  readonly nan?: boolean
  /** Whether the infinities are; true unless given. */
  readonly infinite?: boolean
  /** Whether numbers below the smallest normal one are, which GPUs take for 0; true unless given. */
  readonly subnormal?: boolean
}

interface Format {
  readonly format: "f32" | "f64"
  /** Exponents of the smallest and the largest normal power of two. */
  readonly low: number
  readonly high: number
  readonly largest: number
  readonly smallest: number
}
const single: Format = { format: "f32", low: -126, high: 127, largest: (2 - 2 ** -23) * 2 ** 127, smallest: 2 ** -149 }
const double: Format = {
  format: "f64",
  low: -1022,
  high: 1023,
  largest: Number.MAX_VALUE,
  smallest: Number.MIN_VALUE,
}
const whole = (random: Uniform, low: number, high: number): number => low + Math.floor(random() * (high - low + 1))
const pick = (random: Uniform, from: readonly number[]): number => from[whole(random, 0, from.length - 1)] ?? 0

function ofFloat({ format, low, high, largest, smallest }: Format, options: AdversarialOptions): One {
  const { nan = true, infinite = true, subnormal = true } = options
  const allowed = (x: number): boolean =>
    Number.isNaN(x) ? nan : Number.isFinite(x) ? subnormal || x === 0 || Math.abs(x) >= 2 ** low : infinite
  const rounded = (x: number): number => (format === "f32" ? Math.fround(x) : x)
  const half = 0.5 * 2 ** low
  const sizes = [0, 1, smallest, half, 2 ** low, 1 / 3, Math.PI, largest, Number.POSITIVE_INFINITY]
  const edges = [...sizes.flatMap((x) => [x, -x]), Number.NaN].map(rounded).filter(allowed)
  const accepts = (x: number): boolean => Object.is(rounded(x), x) && allowed(x)
  return {
    draw: (next, sofar) => {
      const kind = next()
      const sign = next() < 0.5 ? -1 : 1
      const previous = sofar.at(-1)
      const drawn =
        kind < 0.4
          ? pick(next, edges)
          : kind < 0.55
            ? sign * 2 ** whole(next, low, high)
            : kind < 0.75 && previous !== undefined
              ? // A tie with the number before, or one step in the last place off it.
                neighbour(previous, whole(next, -1, 1), format)
              : rounded(sign * 10 ** (kind < 0.9 ? (next() * 2 - 1) * 0.3 * high : next() * 2 - 1))
      return accepts(drawn) ? drawn : sign
    },
    edges,
    simplest: 0,
    accepts,
  }
}

function ofInteger(low: number, high: number): One {
  const edges = [0, 1, -1, 2, low, low + 1, high, high - 1].filter((x) => x >= low && x <= high)
  const accepts = (x: number): boolean => Number.isInteger(x) && x >= low && x <= high && !Object.is(x, -0)
  return {
    draw: (next, sofar) => {
      const kind = next()
      const power = 2 ** whole(next, 0, Math.floor(Math.log2(high)))
      const drawn =
        kind < 0.5
          ? pick(next, edges)
          : kind < 0.7
            ? low < 0 && next() < 0.5
              ? -power
              : power
            : (sofar.at(-1) ?? 0) + whole(next, -1, 1)
      return accepts(drawn) ? drawn : 0
    },
    edges,
    simplest: 0,
    accepts,
  }
}
const one = (dtype: Element, options: AdversarialOptions): One => {
  switch (dtype) {
    case "f32":
      return ofFloat(single, options)
    case "f64":
      return ofFloat(double, options)
    case "i32":
      return ofInteger(-(2 ** 31), 2 ** 31 - 1)
    case "u32":
      return ofInteger(0, 2 ** 32 - 1)
    case "bool":
      return ofInteger(0, 1)
  }
}

/**
 * NaN, both zeros, the infinities, subnormals, the largest and smallest numbers of the dtype, powers of two, and near-ties:
 * numbers equal to the one before them or a single step beside it. For integers the ends of their range.
 */
export const adversarial = (options: AdversarialOptions = {}): Values => elementwise(({ dtype }) => one(dtype, options))
