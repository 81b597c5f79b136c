import { typed } from "../../boundary.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Bernoulli } from "../../signatures/random.ts"
import { less } from "../logic.ts"
import { parameter, probability } from "./parameters.ts"
import { drawWords, type Reals, shaped, unit } from "./words.ts"

/**
 * true with probability p, by default a half; p is resolved to 2^-24. Never with p = 0 or a tensor's NaN, always with p = 1.
 *
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * console.log(await random.bernoulli(random.key(0), [3], { p: tensor([0, 0.5, 1]) }).array())
 * ```
 */
export const bernoulli: Bernoulli = typed((key: unknown, shape: Shape, options: { readonly p?: unknown } = {}) => {
  checkOptions("random.bernoulli", options, ["p"])
  const u: Reals = typed(shaped(unit(drawWords("bernoulli", key, shape), "f32"), shape))
  return less(u, parameter("bernoulli", "p", options.p ?? 0.5, probability, shape, "f32"))
})
