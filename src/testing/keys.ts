/** Keys of the random generator to try functions on. */
import fc from "fast-check"
import * as random from "../autodiff/functions/random/index.ts"
import type { Key } from "../autodiff/types/tensor.ts"

/**
 * Keys of the random generator. They print as `random.key(seed)` and shrink to `random.key(0)`.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { random } from "cotangent"
 * import { expectClose, keys } from "cotangent/testing"
 * fc.assert(fc.property(keys(), (key) => expectClose(random.bits(key, [3]), random.bits(key, [3]), { ulps: 0 })))
 * ```
 */
export const keys = (): fc.Arbitrary<Key> => fc.nat().map((seed) => random.key(seed))
