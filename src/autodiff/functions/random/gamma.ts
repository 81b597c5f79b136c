import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawWith, DrawWithTwo } from "../../signatures/random.ts"
import { customJvp } from "../../transforms/custom-jvp.ts"
import { jit } from "../../transforms/jit.ts"
import { add, div, mul, sub } from "../arithmetic.ts"
import { less, logicalAnd, where } from "../logic.ts"
import { exp, log, sqrt } from "../real.ts"
import { blockOf, type OwnWords, ownWords, untilAccepted } from "./attempts.ts"
import { gammaSlope } from "./gamma-slope.ts"
import { standardNormal } from "./normal.ts"
import { floatOption, nonNegative, parameter, positive } from "./parameters.ts"
import { open, type Reals } from "./words.ts"

/**
 * Marsaglia and Tsang, "A simple method for generating gamma variables", 2000, in logarithms: below a concentration of 1 a
 * draw of one more, times u^(1 / a), which would underflow where a is small.
 */
const sample: (words: OwnWords, a: Reals) => Reals = jit((words: OwnWords, a: Reals): Reals => {
  const { dtype, shape } = a
  const proper = logicalAnd(less(0, a), less(a, Number.POSITIVE_INFINITY))
  const safe = where(proper, a, 1)
  const boosted = less(safe, 1)
  const d = sub(where(boosted, add(safe, 1), safe), 1 / 3)
  const c = div(1 / 3, sqrt(d))
  const uniform = (block: Parameters<typeof open>[0]): Reals => typed(open(block, dtype))
  const drawn = untilAccepted(words, log(a), proper, 2, (block) => {
    const x: Reals = typed(standardNormal(block(0), dtype))
    const root = add(mul(c, x), 1)
    const inside = less(0, root)
    const l = mul(3, log(where(inside, root, 1)))
    const v = mul(root, mul(root, root))
    const ratio = add(div(mul(x, x), 2), mul(d, add(sub(1, v), l)))
    return { found: add(log(d), l), accepted: logicalAnd(inside, less(log(uniform(block(1))), ratio)) }
  })
  const boost = div(log(uniform(blockOf(words, 0, shape))), safe)
  return add(drawn, where(logicalAnd(proper, boosted), boost, 0))
})
/** The logarithm of gamma draws of rate 1, one for each concentration, with its derivative. */
export function logGammaReals(words: OwnWords, concentration: Reals): Reals {
  const draw: (a: Reals) => Reals = customJvp(
    (a: Reals): Reals => sample(words, a),
    ([a], [da]) => {
      const l = draw(a)
      const proper = logicalAnd(less(0, a), less(a, Number.POSITIVE_INFINITY))
      const slope = gammaSlope(where(proper, a, 1), where(proper, l, 0))
      return [l, mul(where(proper, slope, 0), da)]
    },
  )
  return draw(concentration)
}

interface Options {
  readonly concentration?: unknown
  readonly rate?: unknown
  readonly dtype?: unknown
}
const concentrationOf = (op: string, given: unknown, shape: Shape, dtype: Float): Reals =>
  parameter(op, "concentration", given, nonNegative, shape, dtype)

/**
 * Gamma with density `x^(a - 1) exp(-b x) b^a / Γ(a)` of concentration a and rate b, by default 1. Differentiable by both, by
 * the concentration implicitly (Figurnov, Mohamed and Mnih, 2018). A concentration of 0 gives 0; a tensor's negative or NaN
 * one gives NaN. Where a is so small that a draw is below what the dtype has, it is 0: see `logGamma`. Drawn by Marsaglia and
 * Tsang's method (2000), whose decision can fall otherwise on another engine where it hangs on the last bit.
 *
 * @throws CotangentError where a number is out of range; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * const concentration = tensor([0.5, 5])
 * console.log(await random.gamma(random.key(0), [3, 2], { concentration, rate: 2 }).array())
 * ```
 */
export const gamma: DrawWithTwo<"gamma", "concentration", never, "rate"> = typed(
  (key: unknown, shape: Shape, options: Options = {}) => {
    checkOptions("random.gamma", options, ["concentration", "rate", "dtype"])
    const dtype = floatOption("gamma", options.dtype)
    const words = ownWords("gamma", key, shape)
    const z = exp(logGammaReals(words, concentrationOf("gamma", options.concentration, shape, dtype)))
    return options.rate === undefined ? z : div(z, parameter("gamma", "rate", options.rate, positive, shape, dtype))
  },
)
/**
 * The logarithm of what `gamma` draws with rate 1, also where that itself would underflow; of a concentration of 0 it is
 * -Infinity.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.logGamma(random.key(0), [2], { concentration: 0.001 }).array())
 * ```
 */
export const logGamma: DrawWith<"logGamma", "concentration"> = typed(
  (key: unknown, shape: Shape, options: Options = {}) => {
    checkOptions("random.logGamma", options, ["concentration", "dtype"])
    const words = ownWords("logGamma", key, shape)
    const dtype = floatOption("logGamma", options.dtype)
    return logGammaReals(words, concentrationOf("logGamma", options.concentration, shape, dtype))
  },
)
