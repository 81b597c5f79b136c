import { typed } from "../../autodiff/boundary.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { flatten } from "../../autodiff/tree.ts"
import type { Tensor } from "../../autodiff/types/tensor.ts"
import type { States } from "../composition/chain.ts"
import type { Part, StateOf, Transformation } from "../transformation.ts"
import { expectTreeOfParams, type Picked, pick, put } from "./masked.ts"

/** The states of the parts by label, each over its own leaves. */
export interface Labelled<T> extends StateOf {
  readonly state: States<T, Picked<this["params"]>>
}
export type MultiTransform = <const T extends Readonly<Record<string, { readonly "~": StateOf }>>>(
  parts: T,
  label: (path: string, leaf: Tensor) => keyof NoInfer<T> & string,
) => Transformation<Labelled<T>>

/**
 * Another transformation for each group of leaves. `label` says of each leaf, by its path (`params.layers[0].weight`) or
 * its shape, which; the compiler checks the labels. Each transformation sees its own leaves alone, as under `masked`.
 *
 * @throws CotangentError for a label without a transformation.
 * @example
 * ```ts
 * import { ones } from "cotangent"
 * import { adam, multiTransform, sgd } from "cotangent/optim"
 * const optimiser = multiTransform({ weights: adam({ learningRate: 1e-3 }), biases: sgd({ learningRate: 0.1 }) }, (path) =>
 *   path.endsWith("bias") ? "biases" : "weights",
 * )
 * const params = { weight: ones([2, 2]), bias: ones([2]) }
 * console.log(optimiser.init(params).weights.mean)
 * ```
 */
export const multiTransform: MultiTransform = typed(
  (parts: Readonly<Record<string, Part>>, label: (path: string, leaf: Tensor) => string): Part => {
    const labels = (params: unknown): readonly string[] => {
      const { paths, leaves } = flatten(params, "params")
      return leaves.map((leaf, k) => {
        const path = paths[k] ?? ""
        const found = label(path, typed(leaf))
        if (Object.hasOwn(parts, found)) return found
        const known = Object.keys(parts).join(", ")
        throw new CotangentError("label", `multiTransform: ${path} is labelled "${found}"; the parts are ${known}`, {
          path,
          label: found,
        })
      })
    }
    return {
      init: (params) => {
        const groups = labels(params)
        return Object.fromEntries(
          Object.entries(parts).map(([name, part]) => [
            name,
            part.init(
              pick(
                params,
                groups.map((group) => group === name),
              ),
            ),
          ]),
        )
      },
      update: (grads, state, params) => {
        expectTreeOfParams("multiTransform", params, grads)
        const groups = labels(params)
        const before = typed<Readonly<Record<string, unknown>>>(state)
        let updates = grads
        const after = Object.entries(parts).map(([name, part]) => {
          const flags = groups.map((group) => group === name)
          const [made, next] = part.update(pick(grads, flags), before[name], pick(params, flags))
          updates = put(updates, flags, typed(made))
          return [name, next] as const
        })
        return [updates, Object.fromEntries(after)]
      },
    }
  },
)
