import { add } from "../autodiff/functions/arithmetic.ts"
import { tree } from "../autodiff/functions/tree.ts"

/**
 * params + updates, leaf by leaf.
 *
 * @throws TreeError where their structures differ.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { applyUpdates } from "cotangent/optim"
 * console.log(await applyUpdates({ w: tensor([1, 2]) }, { w: tensor([0.5, -1]) }).w.array())
 * ```
 */
export const applyUpdates = <P>(params: P, updates: NoInfer<P>): P => tree.map((p, u) => add(p, u), params, updates)
