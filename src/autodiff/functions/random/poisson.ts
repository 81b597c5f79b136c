import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Count } from "../../signatures/random.ts"
import { jit } from "../../transforms/jit.ts"
import { abs, add, cast, div, maximum, minimum, mul, neg, sub } from "../arithmetic.ts"
import { less, lessEqual, logicalAnd, logicalNot, logicalOr, where } from "../logic.ts"
import { exp, floor, log, sqrt } from "../real.ts"
import { lgamma } from "../values.ts"
import { blockOf, type OwnWords, ownWords, untilAccepted } from "./attempts.ts"
import { logOnePlus } from "./logarithm.ts"
import { nonNegative, parameter } from "./parameters.ts"
import { open, type Reals, type Words } from "./words.ts"

/** For rates below 10: how many of the values of the distribution function lie below u. Beyond 44 they are 1 to f32. */
function byInversion(u: Reals, rate: Reals): Reals {
  let probability: Reals = exp(neg(rate))
  let total = probability
  let count: Reals = mul(u, 0)
  for (let k = 1; k < 44; k++) {
    count = add(count, where(less(total, u), 1, 0))
    probability = div(mul(probability, rate), k)
    total = add(total, probability)
  }
  return count
}
/**
 * The logarithm of the probability of k. k log μ - μ - log k! are large numbers beside their sum where k is near a large μ;
 * from 10 on it is -μ ((1 + x) log(1 + x) - x) with x = (k - μ) / μ, less what Stirling's formula has besides.
 */
function logProbability(k: Reals, rate: Reals): Reals {
  const low = minimum(k, 10)
  const direct = sub(sub(mul(low, log(rate)), rate), typed<Reals>(lgamma(typed(add(low, 1)))))
  const high = maximum(k, 10)
  const x = div(sub(high, rate), rate)
  const deviance = mul(rate, sub(mul(add(x, 1), logOnePlus(x)), x))
  const r = div(1, high)
  const besides = mul(r, add(1 / 12, mul(mul(r, r), add(-1 / 360, mul(mul(r, r), 1 / 1260)))))
  const stirling = neg(add(add(deviance, besides), div(log(mul(high, 2 * Math.PI)), 2)))
  return where(less(k, 10), direct, stirling)
}
const sample: (words: OwnWords, rate: Reals) => Reals = jit((words: OwnWords, rate: Reals): Reals => {
  const uniform = (block: Words): Reals => typed(open(block, rate.dtype))
  const proper = logicalAnd(lessEqual(0, rate), less(rate, Number.POSITIVE_INFINITY))
  const small = less(rate, 10)
  const counted = byInversion(uniform(blockOf(words, 0, rate.shape)), where(logicalAnd(proper, small), rate, 1))
  const mu: Reals = where(logicalAnd(proper, lessEqual(10, rate)), rate, 10)
  const b = add(0.931, mul(2.53, sqrt(mu)))
  const a = add(-0.059, mul(0.02483, b))
  const scale = add(1.1239, div(1.1328, sub(b, 3.4)))
  const start = where(proper, where(small, counted, 0), where(less(0, rate), rate, -1))
  return untilAccepted(words, start, logicalAnd(proper, lessEqual(10, rate)), 1, (block) => {
    const [x, y] = block(0)
    const [u, v] = [sub(uniform([x, y]), 0.5), uniform([y, x])]
    const edge = sub(0.5, abs(u))
    const k = floor(add(add(mul(add(div(mul(2, a), edge), b), u), mu), 0.43))
    const atOnce = logicalAnd(lessEqual(0.07, edge), lessEqual(v, sub(0.9277, div(3.6224, sub(b, 2)))))
    const never = logicalOr(less(k, 0), logicalAnd(less(edge, 0.013), less(edge, v)))
    const hat = log(div(mul(v, scale), add(div(a, mul(edge, edge)), b)))
    const decided = lessEqual(hat, logProbability(maximum(k, 0), mu))
    return { found: k, accepted: logicalOr(atOnce, logicalAnd(logicalNot(never), decided)) }
  })
})

/**
 * Poisson counts, i32, of a rate that is a number or an f32 tensor. A rate of 0 gives 0; a tensor's negative or NaN rate gives
 * -1, and an infinite one the largest i32. Above 2^24 counts are those that f32 has. Below a rate of 10 by inversion of a
 * uniform number with 23 bits, from 10 on by transformed rejection (Hörmann, "The transformed rejection method for
 * generating Poisson random variables", 1993, algorithm PTRS). Counts have no derivative.
 *
 * @throws CotangentError where a number is negative or not finite; ShapeError where a tensor does not stretch to the shape.
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * console.log(await random.poisson(random.key(0), [3], { rate: tensor([0, 2, 200]) }).array())
 * ```
 */
export const poisson: Count<"poisson", "rate"> = typed(
  (key: unknown, shape: Shape, options: { readonly rate?: unknown } = {}) => {
    checkOptions("random.poisson", options, ["rate"])
    const words = ownWords("poisson", key, shape)
    return cast(sample(words, parameter("poisson", "rate", options.rate, nonNegative, shape, "f32")), "i32")
  },
)
