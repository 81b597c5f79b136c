import type { DType, Float } from "../dtype.ts"
import type { DerivableLoop, Loop } from "../program/loop/loop.ts"
import type { Scalar as Expression, Input } from "../program/loop/nodes.ts"
import type { Shape } from "../shape/types/dimension.ts"
import type { Operand, Tensor } from "../types/tensor.ts"
import type { Loose } from "../types/tree.ts"
import type { Cotangents } from "./transforms.ts"

// ---- gpuKernel -------------------------------------------------------------------------------------------------

/** What a kernel finds under `this`: the element that it computes, the size of the result, and its constants. */
export interface KernelThis<C> {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number }
  readonly output: { readonly x: number; readonly y: number; readonly z: number }
  readonly constants: C
}
type Rows<S> = S extends readonly [unknown, ...infer R] ? readonly Rows<R>[] : number
/** How a kernel sees a tensor: nested arrays, or a number. Of a rank that is not known, say it: `(x: number[][])`. */
export type KernelArgument<X> =
  X extends Tensor<infer S, infer _> ? (number extends S["length" & keyof S] ? never : Rows<S>) : number
export type KernelArguments<A extends readonly unknown[]> = { -readonly [K in keyof A]: KernelArgument<A[K]> }

type DTypeOf<X> = X extends Tensor<infer _, infer T> ? T : never
/** f64 where any argument is, f32 otherwise; one of the two where an argument's dtype is not known. */
export type KernelDType<A extends readonly unknown[]> = DType extends { [K in keyof A]: DTypeOf<A[K]> }[number]
  ? Float
  : "f64" extends DTypeOf<A[number]>
    ? "f64"
    : "f32"

/** A derivative is given in one of two ways, or not at all. */
export type KernelDerivative<A extends readonly unknown[], R> =
  | { readonly jvp?: undefined; readonly vjp?: undefined }
  | {
      readonly jvp: (primals: NoInfer<A>, tangents: NoInfer<A>, out: NoInfer<R>) => NoInfer<R>
      readonly vjp?: undefined
    }
  | {
      readonly vjp: (primals: NoInfer<A>, cotangent: NoInfer<R>, out: NoInfer<R>) => Cotangents<NoInfer<A>>
      readonly jvp?: undefined
    }

/** `gpuKernel(source, { output, constants, jvp | vjp, name })` */
export type GpuKernel = <
  A extends readonly unknown[],
  const S extends Shape,
  C extends Readonly<Record<string, number>> = Readonly<Record<string, number>>,
>(
  source: string | ((this: KernelThis<NoInfer<C>>, ...args: KernelArguments<NoInfer<A>>) => number),
  options: {
    /** The result's shape, or a function of the arguments that gives it. */
    readonly output: S | ((...args: A) => S)
    readonly constants?: C
    /** For messages and printed programs. */
    readonly name?: string
  } & KernelDerivative<A, Tensor<S, KernelDType<A>>>,
) => (...args: Loose<A>) => Tensor<S, KernelDType<A>>

// ---- definePrimitive -------------------------------------------------------------------------------------------

/** An operation as its users see it: tensors, then the parameters, if there are any, in one object. */
export type PrimitiveFunction = (...args: never) => unknown
/** The operands among the arguments: all but a last one that is plain data. */
export type OperandsOf<A extends readonly unknown[]> = A extends readonly [...infer O, infer P]
  ? P extends Operand
    ? A
    : O
  : A
export type ParametersOf<A extends readonly unknown[]> = A extends readonly [...infer _, infer P]
  ? P extends Operand
    ? Record<string, never>
    : P
  : Record<string, never>
type Inputs<A extends readonly unknown[]> = { readonly [K in keyof A]: Input }

export type Meaning<A extends readonly unknown[], L> = (inputs: Inputs<OperandsOf<A>>, parameters: ParametersOf<A>) => L

type Results<R> = R extends readonly unknown[] ? R : readonly [R]
/** A tangent or cotangent that is undefined is zero. */
type OrZero<A extends readonly unknown[]> = { readonly [K in keyof A]: A[K] | undefined }
type KnownOrLinear<A extends readonly unknown[]> = {
  readonly [K in keyof A]: { readonly linear: true } | { readonly linear: false; readonly value: A[K] }
}
/** Rules on tensors, for operands A, results R and parameters P. */
export interface PrimitiveRules<A extends readonly unknown[], R extends readonly unknown[], P> {
  /** Tangents of the results. */
  readonly jvp: (primals: Readonly<A>, outputs: Readonly<R>, tangents: OrZero<A>, parameters: P) => OrZero<R>
  /** Cotangents of the operands that are linear; the values of the others are given. */
  readonly transpose: (cotangents: OrZero<R>, operands: KnownOrLinear<A>, parameters: P) => OrZero<A>
  /** The operation where the operands that are `batched` have a leading axis of `size`; all results have one. */
  readonly batch: (
    values: { readonly [K in keyof A]: A[K] extends Tensor<infer _, infer T> ? Tensor<Shape, T> : Tensor },
    batched: readonly boolean[],
    size: number,
    parameters: P,
  ) => readonly Tensor[]
}
type RulesOf<F extends PrimitiveFunction> = PrimitiveRules<
  OperandsOf<Parameters<F>>,
  Results<ReturnType<F>>,
  ParametersOf<Parameters<F>>
>

/** `definePrimitive<(x: F32<[number]>) => F32<[]>>(name, meaning, rules?)` */
export interface DefinePrimitive {
  /** A meaning whose rules are derived. A jvp or transpose written beside it brings its batch rule along. */
  <F extends PrimitiveFunction = (...operands: readonly Operand[]) => Tensor>(
    name: string,
    meaning: Meaning<Parameters<F>, DerivableLoop>,
    rules?: Partial<Pick<RulesOf<F>, "jvp" | "transpose">> & Pick<RulesOf<F>, "batch">,
  ): F
  /** A meaning that says nothing of its slopes: a routine, or a running product, maximum or minimum. */
  <F extends PrimitiveFunction = (...operands: readonly Operand[]) => Tensor>(
    name: string,
    meaning: Meaning<Parameters<F>, Loop>,
    rules: Pick<RulesOf<F>, "jvp" | "batch"> & Partial<Pick<RulesOf<F>, "transpose">>,
  ): F
}
export type { DerivableLoop, Expression, Input as LoopInput, Loop }
