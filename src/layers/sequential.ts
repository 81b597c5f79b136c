import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import * as random from "../autodiff/functions/random/index.ts"
import { type Implementation, implementationOf } from "./layer.ts"
import type { Sequential } from "./types.ts"

/**
 * Layers one after the other; the parameters are the tuple of theirs. A layer that does not fit its predecessor is
 * refused by the compiler, with both shapes.
 *
 * @example
 * ```ts
 * import { random, zeros } from "cotangent"
 * import { linear, sequential, tanh } from "cotangent/layers"
 * const net = sequential(linear(784, 64), tanh, linear(64, 10))
 * console.log(net.apply(net.init(random.key(0)), zeros([784])))
 * ```
 */
export const sequential: Sequential = typed((...layers: readonly unknown[]): Implementation => {
  const parts = layers.map(implementationOf)
  if (parts.length === 0) throw new CotangentError("layers", "sequential: needs at least one layer, got none")
  return {
    init: (key) => {
      const keys = random.split(key, parts.length)
      return parts.map((part, k) => part.init(keys[k] ?? key))
    },
    apply: (params, x, options = {}) => {
      const given = Array.isArray(params) ? params : []
      // Two dropouts under one key would zero the same elements.
      const keys = options.key === undefined ? [] : random.split(options.key, parts.length)
      return parts.reduce((value, part, k) => {
        const key = keys[k]
        return part.apply(given[k], value, key === undefined ? options : { ...options, key })
      }, x)
    },
  }
})
