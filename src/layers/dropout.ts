import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { div } from "../autodiff/functions/arithmetic.ts"
import { where } from "../autodiff/functions/logic.ts"
import * as random from "../autodiff/functions/random/index.ts"
import type { F32 } from "../autodiff/types/tensor.ts"
import { layer } from "./layer.ts"
import type { Dropout, NoParams } from "./types.ts"

/**
 * While training, zeroes each element with probability `rate` and divides the others by 1 - rate, so that the mean stays
 * (Srivastava et al. 2014); otherwise it changes nothing.
 *
 * @throws CotangentError (`dropout-rate`) for a rate outside [0, 1); (`dropout-key`) where it trains without a key.
 * @example
 * ```ts
 * import { ones, random } from "cotangent"
 * import { dropout } from "cotangent/layers"
 * console.log(await dropout(0.5).apply({}, ones([8]), { train: true, key: random.key(0) }).array())
 * ```
 */
export const dropout: Dropout = (rate) => {
  if (!(rate >= 0 && rate < 1))
    throw new CotangentError("dropout-rate", `dropout: the rate must be from [0, 1), got ${rate}`)
  return layer<"*", "*", NoParams>({
    init: () => ({}),
    apply: (_, x, { key, train = false } = {}) => {
      if (!train || rate === 0) return x
      if (key === undefined)
        throw new CotangentError(
          "dropout-key",
          "dropout: training needs randomness; call apply(params, x, { train: true, key })",
        )
      const kept = random.bernoulli(key, [...x.shape], { p: 1 - rate })
      return where(kept, div(typed<F32>(x), 1 - rate), 0)
    },
  })
}
