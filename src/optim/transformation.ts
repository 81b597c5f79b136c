import { typed } from "../autodiff/boundary.ts"
import type { StateFor, StateOf, Transformation } from "./types.ts"

/**
 * A transformation from its two functions. `"~"` exists in types alone: it is how the type of the state travels, and
 * there is nothing to put there at run time.
 */
export const transformation = <F extends StateOf>(functions: {
  init<P>(params: P): StateFor<F, P>
  update<P>(grads: P, state: StateFor<F, P>, params: P): readonly [updates: P, state: StateFor<F, P>]
}): Transformation<F> => typed(functions)
