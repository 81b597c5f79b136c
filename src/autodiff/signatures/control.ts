import type { Guard, Mismatch } from "../shape/types/dimension.ts"
import type { Predicate, Scalar, Tensor } from "../types/tensor.ts"
import type { Change, SameCarry, Traced } from "../types/tree.ts"
import type { Batched, Sync } from "./transforms.ts"

type Tail<S> = S extends readonly [unknown, ...infer R] ? R : readonly number[]
/** One step's part of a tree of sequences: every leaf without its leading axis. */
export type Step<X> =
  X extends Tensor<infer S, infer T>
    ? Tensor<Tail<S>, T>
    : X extends null | undefined
      ? undefined
      : { readonly [K in keyof X]: Step<X[K]> }
/** The number of steps, read off the first leaf that says it. */
export type Steps<X, L> = X extends null | undefined
  ? L
  : X extends Tensor<infer S, infer _>
    ? S extends readonly [infer N, ...unknown[]]
      ? N
      : number
    : X[keyof X] extends infer V
      ? Steps<V, L>
      : number
/** Refused where a sequence has no axis to step along. */
type HasLead<X> =
  X extends Tensor<readonly [], infer T>
    ? Mismatch<`scan: xs needs a leading axis, got ${T & string}[] at xs`>
    : unknown

/**
 * `scan(f, init, xs, { reverse })` for `f(carry, x) => [carry, y]` gives `[carry, ys]`. Without sequences xs is undefined
 * and `length` counts the steps.
 */
export type Scan = <C, X, D, Y, const L extends number = number>(
  f: (carry: C, x: Step<X>) => readonly [carry: D, y: Y] & Guard<SameCarry<C, D, "scan">>,
  init: C,
  xs: X & Guard<HasLead<X>>,
  options?: { readonly reverse?: boolean; readonly length?: L },
) => readonly [carry: C, ys: Batched<Y, 0, Steps<X, L>>]

/** `whileLoop(test, body, init)` */
export type WhileLoop = <S, D>(
  test: (state: S) => Predicate,
  body: (state: S) => D & Guard<SameCarry<S, D, "whileLoop">>,
  init: S,
) => S

/** `forLoop(lower, upper, body, init)` for `body(i, state) => state`. */
export type ForLoop = <S, D>(
  lower: number | Scalar<"i32">,
  upper: number | Scalar<"i32">,
  body: (i: Scalar<"i32">, state: S) => D & Guard<SameCarry<S, D, "forLoop">>,
  init: S,
) => S

/** The branches of a decision give one type. */
export type SameBranch<R, Q, Op extends string> = Q extends R
  ? unknown
  : Change<R, Q, "the result"> extends readonly [
        infer At extends string,
        infer First extends string,
        infer Other extends string,
      ]
    ? Mismatch<`${Op}: the branches differ, ${At} is ${First} and ${Other}`>
    : Mismatch<`${Op}: the branches return different structures`>

/** `cond(predicate, whenTrue, whenFalse, ...operands)` */
export type Cond = <A extends readonly unknown[], R, Q>(
  predicate: Predicate,
  whenTrue: (...operands: Traced<A>) => R & Sync<R, "cond">,
  whenFalse: (...operands: Traced<A>) => Q & Guard<SameBranch<R, Q, "cond">>,
  ...operands: A
) => R

/** `switchOn(index, branches, ...operands)`; an index out of range is clamped. */
export type SwitchOn = <A extends readonly unknown[], R>(
  index: number | Scalar<"i32"> | Scalar<"u32">,
  branches: readonly ((...operands: Traced<A>) => R)[],
  ...operands: A
) => R

/**
 * `linearSolve(matvec, b, { solve, symmetric })`: x with matvec(x) = b, whose derivative is another solve. `solve` may use
 * any method and need not be differentiable.
 */
export type LinearSolve = <B>(
  matvec: (x: B) => NoInfer<B>,
  b: B,
  options: {
    readonly solve: (matvec: (x: NoInfer<B>) => NoInfer<B>, b: NoInfer<B>) => NoInfer<B>
    /** Where the transposed system needs another method. */
    readonly transposeSolve?: (matvec: (x: NoInfer<B>) => NoInfer<B>, b: NoInfer<B>) => NoInfer<B>
    readonly symmetric?: boolean
    /** The largest |matvec(x) - b| / |b| that counts as solved; beyond it reading the result throws a SolverError. */
    readonly tolerance?: number
  },
) => B

/** Runs a synchronous function with another engine as the current one. */
export type WithEngine<Name extends string> = <R>(engine: Name, f: () => R & Sync<R, "withEngine">) => R
/** `await setEngine("gpujs", { mode })` says what was chosen. */
export type SetEngine<Name extends string, Options> = (engine: Name, options?: Options) => Promise<string>
