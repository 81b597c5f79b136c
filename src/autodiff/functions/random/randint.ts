import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { cast } from "../../primitives/cast.ts"
import { rem } from "../../primitives/rem.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { RandInt } from "../../signatures/random.ts"
import { bitsValue } from "./bits.ts"
import { plus, shaped, u32 } from "./words.ts"

/**
 * Whole numbers from [low, high), i32; low is 0 unless given.
 *
 * @throws CotangentError where they are not whole, not in this order, or more than 2^31 apart.
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.randint(random.key(0), [2], { low: 1, high: 7 }).array())
 * ```
 */
export const randint: RandInt = typed(
  (key: unknown, shape: Shape, options: { readonly low?: number; readonly high?: number } = {}) => {
    checkOptions("random.randint", options, ["low", "high"])
    const { low = 0, high = Number.NaN } = options
    const words = bitsValue("randint", key, shape)
    if (!Number.isInteger(low) || !Number.isInteger(high) || !(low < high) || high - low > 2 ** 31)
      throw new CotangentError(
        "range",
        options.high === undefined
          ? "random.randint: needs { high }, above every number drawn; low is 0 unless given"
          : `random.randint: takes whole numbers { low, high } with low below high and at most 2^31 apart, got ${low} and ${high}`,
      )
    // A remainder of 32 bits favours small numbers by at most (high - low) / 2^32.
    const offset = bindOne(rem.operation, words, u32(high - low))
    return shaped(plus(bindOne(cast.to("i32"), offset), low), shape)
  },
)
