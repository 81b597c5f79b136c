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
  readonly "~": F
  init<P>(params: P & Guard<FloatLeaves<P, "init">>): StateFor<F, P>
  update<P>(grads: P, state: StateFor<F, P>, params: P): readonly [updates: P, state: StateFor<F, P>]
}

export interface Moments<P> {
  readonly mean: P
  readonly variance: P
  readonly count: Scalar<"i32">
}
export interface AdamState extends StateOf {
  readonly state: Moments<this["params"]>
}
export interface Velocity<P> {
  readonly velocity: P
  readonly count: Scalar<"i32">
}
export interface MomentumState extends StateOf {
  readonly state: Velocity<this["params"]>
}
export interface Counted {
  readonly count: Scalar<"i32">
}
/** A number of steps taken, which schedules read. */
export interface CountState extends StateOf {
  readonly state: Counted
}
export type Nothing = Record<never, never>
export interface NoState extends StateOf {
  readonly state: Nothing
}
export type States<T, P> = { readonly [K in keyof T]: T[K] extends { readonly "~": infer F } ? StateFor<F, P> : never }
/** The states of the parts, as a tuple. */
export interface Chained<T> extends StateOf {
  readonly state: States<T, this["params"]>
}
/** A state nobody looks into. */
export interface OptimiserState<P> {
  readonly "~state": P
}
export interface Opaque extends StateOf {
  readonly state: OptimiserState<this["params"]>
}

/** A rate: a number, a scalar tensor, or a function of the step. */
export type Schedule = (step: Scalar<"i32">) => Scalar
export type Rate = number | Scalar | Schedule

export type Adam = (options: {
  readonly learningRate: Rate
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}) => Transformation<AdamState>
/** Without `momentum` the state is a count of steps, with it also the velocities. */
export interface Sgd {
  (options: { readonly learningRate: Rate; readonly momentum?: never }): Transformation<CountState>
  (options: {
    readonly learningRate: Rate
    readonly momentum: number
    readonly nesterov?: boolean
  }): Transformation<MomentumState>
}
export type ClipByGlobalNorm = (norm: number) => Transformation<NoState>
export type Scale = (factor: number) => Transformation<NoState>
/** Adds `decay` times the parameters to the updates. */
export type AddDecayedWeights = (decay: number) => Transformation<NoState>

/** `chain(clipByGlobalNorm(1), adam({ learningRate }))`: one after the other; the state is the tuple of theirs. */
export type Chain = <const T extends readonly { readonly "~": StateOf }[]>(...parts: T) => Transformation<Chained<T>>
/** Hides the type of the state, so that transformations form one type over which an fp-ts Monoid concatenates. */
export type OpaqueFn = <F extends StateOf>(transformation: Transformation<F>) => Transformation<Opaque>
/** params + updates, leaf by leaf. */
export type ApplyUpdates = <P>(params: P, updates: NoInfer<P>) => P
