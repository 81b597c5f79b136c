import { typed } from "../autodiff/boundary.ts"
import * as random from "../autodiff/functions/random/index.ts"
import { vmap } from "../autodiff/transforms/vmap.ts"
import type { Key, Tensor } from "../autodiff/types/tensor.ts"
import { type Implementation, implementationOf } from "./layer.ts"
import type { ApplyOptions, BatchedLayer } from "./types.ts"

/** vmap over values whose shapes only the public types know. */
const mapped = (f: (x: Tensor, key: Key | undefined) => Tensor, x: Tensor, keys: Tensor | undefined): Tensor =>
  typed<(x: Tensor, keys: Tensor | undefined) => Tensor>(vmap(typed<(x: Tensor, key: Key | undefined) => Tensor>(f)))(
    x,
    keys,
  )

/**
 * The same layer over a leading axis, with parameters shared; every example draws with its own key.
 *
 * @example
 * ```ts
 * import { random, zeros } from "cotangent"
 * import { batched, linear } from "cotangent/layers"
 * const layer = batched(linear(4, 2))
 * console.log(layer.apply(layer.init(random.key(0)), zeros([32, 4])))
 * ```
 */
export const batched: BatchedLayer = typed((one: unknown): Implementation => {
  const { init, apply } = implementationOf(one)
  return {
    init,
    apply: (params, xs, options: ApplyOptions = {}) => {
      const { key: shared, ...rest } = options
      const keys = shared === undefined ? undefined : random.keys(shared, xs.shape[0] ?? 0)
      return mapped((x, key) => apply(params, x, key === undefined ? rest : { ...rest, key }), xs, keys)
    },
  }
})
