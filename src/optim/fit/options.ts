import type { Element, Float } from "../../autodiff/dtype.ts"
import type { Key, Scalar } from "../../autodiff/types/tensor.ts"
import type { StateFor, StateOf, Transformation } from "../transformation.ts"
import type { Checkpoints } from "./checkpoints.ts"
import type { Progress } from "./progress.ts"

/** Batches in the order in which they are learnt: a function of the key and the step alone, so that a run can go on. */
export type BatchSource<B> =
  | {
      /** Batches in an epoch. */
      readonly perEpoch?: number
      readonly at: (key: Key, step: number) => B | Promise<B>
    }
  | ((key: Key, step: number) => B | Promise<B>)

/** What a loss is told beside parameters and batch. */
export interface LossContext<S> {
  /** Of this step: for dropout and the like. */
  readonly key: Key
  /** Steps taken before. */
  readonly step: Scalar<"i32">
  /** What the model keeps beside its parameters; undefined where `fit` was given none. */
  readonly state: S
}
/** What a loss gives beside its value: numbers to be kept, and the model's next state. */
export interface Aux<M extends string, S> {
  readonly metrics?: Readonly<Record<M, Scalar<Element>>>
  readonly state?: S
}
/** A step as `metrics` sees it, inside the compiled step. */
export interface StepParts<P, O> {
  readonly params: P
  /** The optimiser's next state. */
  readonly optimiser: O
  readonly gradients: P
  readonly updates: P
}
export interface Evaluate<P, S, E extends string> {
  /** Steps between evaluations; an epoch where batches say how long one is, otherwise a tenth of the run. */
  readonly every?: number
  readonly run: (params: P, state: S) => Readonly<Record<E, number>> | Promise<Readonly<Record<E, number>>>
}
export interface EarlyStop<E extends string> {
  /** One that `evaluate` gives. */
  readonly metric: E
  /** Whether smaller or larger is better. */
  readonly mode: "min" | "max"
  /** Evaluations without a better one before the run stops. */
  readonly patience: number
}
export interface FitOptions<P, B, F extends StateOf, S, M extends string, K extends string, E extends string> {
  /** Where to begin; a tree of floats. */
  readonly params: P
  /** The mean loss of a batch, or that and what else it gives. */
  readonly loss: (
    params: P,
    batch: B,
    context: LossContext<S>,
  ) => Scalar<Float> | readonly [loss: Scalar<Float>, aux: Aux<M, S>]
  readonly optimiser: Transformation<F>
  readonly batches: BatchSource<B>
  /** Steps in all, those of an earlier run included. */
  readonly steps?: number
  /** The same in passes over the data, where batches say how long one is. */
  readonly epochs?: number
  /** Of the order of the data and of what the loss draws. */
  readonly key: Key
  /** What the model keeps beside its parameters: running means, say. */
  readonly state?: S
  /** More numbers of every step, computed in it: `({ optimiser }) => ({ damping: tamMetrics(optimiser).damping })`. */
  readonly metrics?: (parts: StepParts<P, StateFor<F, P>>) => Readonly<Record<K, Scalar<Element>>>
  readonly evaluate?: Evaluate<P, S, E>
  readonly earlyStop?: EarlyStop<NoInfer<E>>
  /** Where the run is kept: `checkpointFolder(path)` of cotangent/io, or a store of your own. */
  readonly checkpoints?: Checkpoints
  /** A line on stderr by default; false for none. */
  readonly progress?: Progress | boolean
  /** An `AbortSignal`; once it is aborted, the run saves and ends. */
  readonly signal?: { readonly aborted: boolean }
}

export interface Evaluation<E extends string> {
  /** Steps taken before it. */
  readonly step: number
  readonly values: Readonly<Record<E, number>>
}
/** Of every step, from the first one of the first run on. */
export interface History<M extends string, E extends string> {
  readonly loss: readonly number[]
  /** The Euclidean norm of all gradients together. */
  readonly gradientNorm: readonly number[]
  readonly metrics: Readonly<Record<M, readonly number[]>>
  readonly evaluations: readonly Evaluation<E>[]
}
export interface Fitted<P, O, S, M extends string, E extends string> {
  readonly params: P
  readonly optimiser: O
  readonly state: S
  readonly history: History<M, E>
  /** Steps taken. */
  readonly step: number
  /** All steps were taken; no evaluation was better for too long; the signal was aborted. */
  readonly stopped: "finished" | "early" | "aborted"
  /** The parameters of the best evaluation, where `earlyStop` says which is best. */
  readonly best: { readonly params: P; readonly step: number; readonly value: number } | undefined
}
