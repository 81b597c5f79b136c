import { typed } from "../../autodiff/boundary.ts"
import type { Part, StateFor, StateOf, Transformation } from "../transformation.ts"

export type States<T, P> = { readonly [K in keyof T]: T[K] extends { readonly "~": infer F } ? StateFor<F, P> : never }
/** The states of the parts, as a tuple. */
export interface Chained<T> extends StateOf {
  readonly state: States<T, this["params"]>
}
export type Chain = <const T extends readonly { readonly "~": StateOf }[]>(...parts: T) => Transformation<Chained<T>>

/**
 * Transformations one after the other: the updates of each are the gradients of the next. The state is the tuple of
 * theirs. Without any it changes nothing.
 *
 * @example
 * ```ts
 * import { adam, chain, clipByGlobalNorm } from "cotangent/optim"
 * const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 }))
 * ```
 */
export const chain: Chain = typed(
  (...parts: readonly Part[]): Part => ({
    init: (params) => parts.map((part) => part.init(params)),
    update: (grads, states, params) => {
      const before = Array.isArray(states) ? states : []
      const after: unknown[] = []
      let updates = grads
      parts.forEach((part, k) => {
        const [next, state] = part.update(updates, before[k], params)
        updates = next
        after.push(state)
      })
      return [updates, after]
    },
  }),
)
