import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import { jit } from "../../transforms/jit.ts"
import { add, div, maximum, minimum, mul, neg, sub } from "../arithmetic.ts"
import { less, where } from "../logic.ts"
import { exp, log, sqrt } from "../real.ts"
import { erfc, erfinv, expm1 } from "../values.ts"
import { logOnePlus } from "./logarithm.ts"
import { type Bounds, floatOption, parameter } from "./parameters.ts"
import { openReals, type Reals } from "./words.ts"

/** The tail Q(x) beyond x: its logarithm, and the density over it. */
function tail(x: Reals): { readonly log: Reals; readonly hazard: Reals } {
  const far = less(5, x)
  const near = minimum(x, 5)
  const q = div(typed<Reals>(erfc(typed(div(near, Math.SQRT2)))), 2)
  // Laplace's continued fraction x + 1 / (x + 2 / (x + …)) is the density over the tail; erfc itself underflows.
  const out = maximum(x, 5)
  let fraction: Reals = out
  for (let k = 24; k > 0; k--) fraction = add(out, div(k, fraction))
  const logDensity = (y: Reals): Reals => neg(add(div(mul(y, y), 2), Math.log(2 * Math.PI) / 2))
  return {
    log: where(far, sub(logDensity(out), log(fraction)), log(q)),
    hazard: where(far, fraction, div(exp(logDensity(near)), q)),
  }
}
/** Where the tail has this logarithm: from sqrt(-2 log 2Q), which lies beyond, by Newton's method, as log Q is concave. */
function tailQuantile(l: Reals): Reals {
  const rare = less(l, Math.log(0.25))
  const low: Reals = where(rare, l, -2)
  let x: Reals = sqrt(mul(-2, add(low, Math.LN2)))
  for (let step = 0; step < 6; step++) {
    const at = tail(x)
    x = add(x, div(sub(at.log, low), at.hazard))
  }
  const central = sub(1, mul(2, exp(where(rare, -1, l))))
  return where(rare, x, mul(typed<Reals>(erfinv(typed(central))), Math.SQRT2))
}
const between = jit((u: Reals, low: Reals, high: Reals): Reals => {
  const [from, to] = [maximum(low, -1e4), minimum(high, 1e4)]
  // What lies to the left is drawn on the right and turned round, where tails keep their digits.
  const left = less(add(from, to), 0)
  const [l, h] = [where(left, neg(to), from), where(left, neg(from), to)]
  const [first, last] = [tail(l).log, tail(h).log]
  const x = tailQuantile(add(first, logOnePlus(mul(u, typed<Reals>(expm1(typed(sub(last, first))))))))
  return minimum(maximum(where(left, neg(x), x), low), high)
})
const bound: Bounds = { says: "a number", holds: (x) => !Number.isNaN(x) }

/**
 * Standard normal given that it lies in [low, high], by inversion in logarithms of the tail, so that bounds far out serve as
 * well; differentiable by both. Scale and shift it yourself: bounds are in units of the deviation. -Infinity and Infinity
 * unless given; tensors that are not in this order give NaN or a bound.
 *
 * @throws CotangentError where numbers low and high are not in this order; ShapeError where a tensor does not stretch.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.truncatedNormal(random.key(0), [3], { low: 8, high: 9 }).array())
 * ```
 */
export const truncatedNormal: DrawTwo<"truncatedNormal", "low", "high"> = typed(
  (
    key: unknown,
    shape: Shape,
    options: { readonly low?: unknown; readonly high?: unknown; readonly dtype?: unknown } = {},
  ) => {
    checkOptions("random.truncatedNormal", options, ["low", "high", "dtype"])
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = options
    const dtype = floatOption("truncatedNormal", options.dtype)
    if (typeof low === "number" && typeof high === "number" && !(low < high))
      throw new CotangentError("range", `random.truncatedNormal: low must be below high, got ${low} and ${high}`)
    const of = (name: string, given: unknown): Reals => parameter("truncatedNormal", name, given, bound, shape, dtype)
    return between(openReals("truncatedNormal", key, shape, dtype), of("low", low), of("high", high))
  },
)
