import type { Float } from "../dtype.ts"
import type { Insert } from "../shape/types/axes.ts"
import type { Guard, Mismatch, Shape, Show } from "../shape/types/dimension.ts"
import type { Scalar, Tensor } from "../types/tensor.ts"
import type { ArgumentsAt, FloatArguments, Loose, Positions } from "../types/tree.ts"
import type { Explanation, Profile } from "./inspection.ts"

// A guard sits on the type that the user's function RETURNS: the function stays a plain function type, so its own type
// parameters are carried through, and the first line of the message says why.

export type Sync<R, Op extends string> =
  R extends PromiseLike<unknown>
    ? Mismatch<`${Op}: the function is async; give a synchronous one and await outside`>
    : unknown

// A sentence by itself: the compiler prints an alias of the whole Mismatch by its name and not by what it says.
export type Annotate<Op extends string> = `${Op}: annotate the parameter, as in (x: F32<[3]>) => …`
/** The default of a transform's arguments, which parameters without a type get: their first use says what to do. */
export type Unannotated<Op extends string> = readonly Mismatch<Annotate<Op>>[]
/** A guard, left out where a parameter has no type: that was said where it is used. */
export type WhereAnnotated<A extends readonly unknown[], G> = [Extract<A[number], Mismatch<string>>] extends [never]
  ? G
  : unknown

/** What a function must return to be differentiated: a float scalar, or [scalar, aux]. */
export type Loss<R, Aux, Op extends string> = Aux extends true
  ? R extends readonly [infer L, unknown]
    ? Loss<L, false, Op>
    : Mismatch<`${Op}: with hasAux the function returns [loss, aux]`>
  : R extends Scalar<Float>
    ? unknown
    : R extends Tensor<infer S, infer T>
      ? S extends readonly []
        ? Mismatch<`${Op}: the loss must be f32 or f64, got ${T & string}`>
        : Mismatch<`${Op}: the loss must be a scalar, got ${Show<S>}`>
      : R extends PromiseLike<unknown>
        ? Sync<R, Op>
        : Mismatch<`${Op}: the function must return a scalar tensor`>

/** Refused where an argument number has no argument. */
export type Argnums<A, N, Op extends string> = N extends readonly [infer H, ...infer T]
  ? Argnums<A, H, Op> extends Mismatch<infer M>
    ? Mismatch<M>
    : Argnums<A, T, Op>
  : N extends number
    ? `${N}` extends keyof A
      ? unknown
      : number extends A["length" & keyof A]
        ? unknown
        : Mismatch<`${Op}: argnums names argument ${N}, the call has ${A["length" & keyof A] & number}`>
    : unknown

export type ArgnumsArg = number | readonly number[]
/** `argnums`: what to differentiate for, one argument (a value) or several (a tuple). `hasAux`: f returns [loss, aux]. */
export interface GradOptions<N, Aux> {
  readonly argnums?: N
  readonly hasAux?: Aux
}

/**
 * The guards of grad in one: the argument numbers, the leaves of what is differentiated for, the result. Only one of the
 * last two speaks: `(x: number) => x * x` breaks both, and of two sentences the compiler makes `never` and shows neither.
 */
export type GradGuard<A extends readonly unknown[], R, N, Aux, Op extends string> = WhereAnnotated<
  A,
  Guard<Argnums<A, N, Op>> & OneOf<FloatArguments<A, N, Op>, Guard<Loss<R, Aux, Op>>>
>

type OneOf<First, Second> = First extends Mismatch<string> ? First : Second

/** `grad(f, { argnums, hasAux })`: f's gradient, in the structure of the argument; with hasAux `[gradient, aux]`. */
export type Grad = <
  A extends readonly unknown[] = Unannotated<"grad">,
  R = unknown,
  const N extends ArgnumsArg = 0,
  const X extends boolean = false,
>(
  f: (...args: A) => R & GradGuard<A, R, N, X, "grad">,
  options?: GradOptions<N, X>,
) => (
  ...args: Loose<A>
) => X extends true ? readonly [gradient: ArgumentsAt<A, N>, aux: R[1 & keyof R]] : ArgumentsAt<A, N>

/** `valueAndGrad(f)`: `[value, gradient]`; with hasAux `[[value, aux], gradient]`. */
export type ValueAndGrad = <
  A extends readonly unknown[] = Unannotated<"valueAndGrad">,
  R = unknown,
  const N extends ArgnumsArg = 0,
  const X extends boolean = false,
>(
  f: (...args: A) => R & GradGuard<A, R, N, X, "valueAndGrad">,
  options?: GradOptions<N, X>,
) => (...args: Loose<A>) => readonly [value: R, gradient: ArgumentsAt<A, N>]

/** `vjp(f)(...primals)`: `[out, pullback]`; the pullback gives a tuple of cotangents, one per argument. */
export type Vjp = <A extends readonly unknown[] = Unannotated<"vjp">, R = unknown>(
  f: (...args: A) => R & Sync<R, "vjp">,
) => (...primals: Loose<A>) => readonly [out: R, pullback: (cotangent: R) => A]

/** `jvp(f)(primals, tangents)`: `[out, tangentOut]`. */
export type Jvp = <A extends readonly unknown[] = Unannotated<"jvp">, R = unknown>(
  f: (...args: A) => R & Sync<R, "jvp">,
) => (primals: Readonly<Loose<A>>, tangents: Readonly<Loose<A>>) => readonly [out: R, tangentOut: R]

/** `linearize(f)(...primals)`: `[out, fLin]`, f run once and its linear part ready to be applied many times. */
export type Linearize = <A extends readonly unknown[] = Unannotated<"linearize">, R = unknown>(
  f: (...args: A) => R & Sync<R, "linearize">,
) => (...primals: Loose<A>) => readonly [out: R, tangentOut: (...tangents: Loose<A>) => R]

/** Leaf by leaf, the shape of the output followed by the shape of the input. */
export type JacobianOf<O, I> =
  O extends Tensor<infer S, infer T>
    ? I extends Tensor<infer U, infer _>
      ? Tensor<S extends readonly unknown[] ? (U extends readonly unknown[] ? readonly [...S, ...U] : Shape) : Shape, T>
      : { readonly [K in keyof I]: JacobianOf<O, I[K]> }
    : { readonly [K in keyof O]: JacobianOf<O[K], I> }

/** jacfwd, jacrev: `jacrev(f, { argnums })(...args)`. */
export type Jacobian<Op extends string> = <
  A extends readonly unknown[] = Unannotated<Op>,
  R = unknown,
  const N extends ArgnumsArg = 0,
>(
  f: (...args: A) => R & Sync<R, Op> & WhereAnnotated<A, Guard<Argnums<A, N, Op>> & FloatArguments<A, N, Op>>,
  options?: { readonly argnums?: N },
) => (...args: Loose<A>) => JacobianOf<R, ArgumentsAt<A, N>>

/** `hessian(f, { argnums })(...args)`: second derivatives, by leaf and leaf. */
export type Hessian = <
  A extends readonly unknown[] = Unannotated<"hessian">,
  R = unknown,
  const N extends ArgnumsArg = 0,
>(
  f: (...args: A) => R & GradGuard<A, R, N, false, "hessian">,
  options?: { readonly argnums?: N },
) => (...args: Loose<A>) => JacobianOf<ArgumentsAt<A, N>, ArgumentsAt<A, N>>

/** `hvp(f)(primals, tangents)`: the Hessian for the first argument times a vector, without the Hessian. */
export type Hvp = <A extends readonly unknown[] = Unannotated<"hvp">, R = unknown>(
  f: (...args: A) => R & GradGuard<A, R, 0, false, "hvp">,
) => (primals: Readonly<Loose<A>>, tangents: Readonly<Loose<A>>) => A[0]

/** A function as it was, run another way: checkpoint, debugNaN. */
export type Rerun<Op extends string> = <A extends readonly unknown[] = Unannotated<Op>, R = unknown>(
  f: (...args: A) => R & Sync<R, Op>,
) => (...args: Loose<A>) => R

/** `jit(f, { donate, static })`, both by argument number. */
export type Jit = <A extends readonly unknown[] = Unannotated<"jit">, R = unknown>(
  f: (...args: A) => R & Sync<R, "jit">,
  options?: { readonly donate?: readonly Positions<A>[]; readonly static?: readonly Positions<A>[] },
) => (...args: Loose<A>) => R

/** `explain(f, { as })(…args)`: text, or an Explanation. */
export type Explain = <A extends readonly unknown[], R, const K extends "text" | "data" = "text">(
  f: (...args: A) => R,
  options?: { readonly as?: K },
) => (...args: Loose<A>) => K extends "data" ? Explanation : string

/** `profile(f, { repetitions })(…args)`. */
export type Profiler = <A extends readonly unknown[], R>(
  f: (...args: A) => R & Sync<R, "profile">,
  options?: { readonly repetitions?: number },
) => (...args: Loose<A>) => Profile

/** makeProgram: `Inspect<Program>` takes a function and gives, for arguments, what is to be seen. */
export type Inspect<P> = <A extends readonly unknown[], R>(f: (...args: A) => R) => (...args: Loose<A>) => P

/** stopGradient: the same values, constant to every derivative. */
export type StopGradient = <P>(tree: P) => P

// ---- vmap ------------------------------------------------------------------------------------------------------

/** A tree with another axis: at position X of every leaf, or none where X is null, or as a tree of positions says. */
export type Batched<P, X, N> = X extends null
  ? P
  : P extends Tensor<infer S, infer T>
    ? Tensor<Insert<S, X, N>, T>
    : P extends object
      ? { readonly [K in keyof P]: Batched<P[K], X extends object ? X[K & keyof X] : X, N> }
      : P
/** The first mapped argument fixes the size, the others must agree with it. */
type Lead<X, C extends 0[] = []> = X extends readonly [null, ...infer T] ? Lead<T, [...C, 0]> : `${C["length"]}`
export type BatchedArguments<A, X, N> = {
  [K in keyof A]: Batched<A[K], X extends readonly unknown[] ? X[K & keyof X] : X, K extends Lead<X> ? N : NoInfer<N>>
}
/** An axis, null for what is not mapped, or a tree of them. */
export type AxisTree = number | null | { readonly [key: string]: AxisTree } | readonly AxisTree[]

/** `vmap(f, { inAxes: [0, null], outAxes, axisName })` */
export type Vmap = <
  A extends readonly unknown[] = Unannotated<"vmap">,
  R = unknown,
  const I extends number | { readonly [K in keyof A]: AxisTree } = 0,
  const O extends AxisTree = 0,
>(
  f: (...args: A) => R & Sync<R, "vmap">,
  options?: { readonly inAxes?: I; readonly outAxes?: O; readonly axisName?: string },
) => <N extends number>(...args: BatchedArguments<A, I, N>) => Batched<R, O, N>

/** psum, pmean, pmax, pmin: over the axis that vmap named. */
export type Collective = <P>(tree: P, axisName: string) => P
/** This element's position on the axis that vmap named. */
export type AxisIndex = (axisName: string) => Scalar<"i32">

// ---- custom derivatives ----------------------------------------------------------------------------------------

/** `customJvp(f, rule)`: the rule gets primals and tangents and gives `[out, tangentOut]`. */
export type CustomJvp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: NoInfer<A>, tangents: NoInfer<A>) => readonly [out: NoInfer<R>, tangentOut: NoInfer<R>],
) => (...args: Loose<A>) => R

/** One cotangent per argument; `undefined` stands for zero. */
export type Cotangents<A> = { readonly [K in keyof A]: A[K] | undefined }
/** `customVjp(f, { forward, backward })`: forward gives `[out, residuals]`, backward a cotangent per argument. */
export type CustomVjp = <A extends readonly unknown[], R, S>(
  f: (...args: A) => R,
  rule: {
    readonly forward: (...args: NoInfer<A>) => readonly [out: NoInfer<R>, residuals: S]
    readonly backward: (residuals: NoInfer<S>, cotangent: NoInfer<R>) => Cotangents<NoInfer<A>>
  },
) => (...args: Loose<A>) => R
