/** What every optimiser is made of: a pair of pure functions, and the type of the state that travels between them. */
import { typed } from "../autodiff/boundary.ts"
import type { Guard } from "../autodiff/shape/types/dimension.ts"
import type { Scalar } from "../autodiff/types/tensor.ts"
import type { FloatLeaves } from "../autodiff/types/tree.ts"

// An optimiser's state is a function of the parameters' type. TypeScript has no such parameters, but an interface that
// mentions `this["params"]` is one: intersected with the parameters' type, its `state` is the answer.
export interface StateOf {
  readonly params: unknown
  readonly state: unknown
}
export type StateFor<F, P> = F extends StateOf ? (F & { readonly params: P })["state"] : never

/** A gradient transformation: a pair of pure functions. `in out` keeps inference finite. */
export interface Transformation<in out F extends StateOf> {
  /** Exists in types alone: it is how the type of the state travels. */
  readonly "~": F
  /** The state before the first step. */
  init<P>(params: P & Guard<FloatLeaves<P, "init">>): StateFor<F, P>
  /** What to add to the parameters (or to hand on in a chain), and the next state. */
  update<P>(grads: P, state: NoInfer<StateFor<F, P>>, params: P): readonly [updates: P, state: StateFor<F, P>]
}

export type Nothing = Record<never, never>
export interface NoState extends StateOf {
  readonly state: Nothing
}
export interface Counted {
  /** Steps taken before the next one. */
  readonly count: Scalar<"i32">
}
/** A number of steps taken, which schedules read. */
export interface CountState extends StateOf {
  readonly state: Counted
}

/**
 * A transformation of your own, from its two functions. The type argument says what its state is: `NoState`, `CountState`,
 * or an interface of yours that extends `StateOf` and may mention the parameters as `this["params"]`.
 *
 * @example
 * ```ts
 * import { mul, sign, tensor, tree } from "cotangent"
 * import { chain, type NoState, sgd, transformation } from "cotangent/optim"
 * const bySign = transformation<NoState>({
 *   init: () => ({}),
 *   update: (grads, state) => [tree.map((g) => sign(g), grads), state],
 * })
 * const optimiser = chain(bySign, sgd({ learningRate: 0.5 }))
 * const params = { w: tensor([1, 2]) }
 * const [updates] = optimiser.update({ w: tensor([3, -4]) }, optimiser.init(params), params)
 * console.log(await updates.w.array())
 * ```
 */
export const transformation = <F extends StateOf>(functions: {
  init<P>(params: P): StateFor<F, P>
  update<P>(grads: P, state: StateFor<F, P>, params: P): readonly [updates: P, state: StateFor<F, P>]
}): Transformation<F> => typed(functions)

/** A transformation as it is at run time, whatever its state. */
export interface Part {
  readonly init: (params: unknown) => unknown
  readonly update: (grads: unknown, state: unknown, params: unknown) => readonly [updates: unknown, state: unknown]
}

/** The state of a part before the first step, over parameters that the whole was given. */
export const initial = <F extends StateOf, P>(part: Transformation<F>, params: P): StateFor<F, P> =>
  typed<(params: P) => StateFor<F, P>>(part.init)(params)
