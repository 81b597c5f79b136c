/** Properties over the arguments of a function. */
import fc from "fast-check"
import { typed } from "../../autodiff/boundary.ts"

/** One arbitrary for each parameter of a function. */
export type Arbitraries<A extends readonly unknown[]> = { readonly [K in keyof A]: fc.Arbitrary<A[K]> }
/** What a law gives to `fc.assert`: its counterexamples are the arguments of the function. */
export type Law<A extends readonly unknown[]> = fc.IPropertyWithHooks<[...A]>
/** A law about two or more points: its counterexamples are tuples of arguments. */
export type LawOfMany<A extends readonly unknown[], More extends readonly unknown[] = []> = fc.IPropertyWithHooks<
  [x: A, y: A, ...More]
>

/** Arguments as they are drawn; what they are is the types' business. */
export type Drawn = readonly unknown[]

export const atPoint = <A extends readonly unknown[]>(
  args: Arbitraries<A>,
  check: (...drawn: Drawn) => void | Promise<void>,
): Law<A> => typed(Reflect.apply(fc.property, fc, [...args, check]))

/** Two tuples of arguments, and whatever else a law needs. */
export const atPoints = <A extends readonly unknown[], More extends readonly unknown[] = []>(
  args: Arbitraries<A>,
  more: readonly fc.Arbitrary<unknown>[],
  check: (x: Drawn, y: Drawn, ...more: Drawn) => void,
): LawOfMany<A, More> => typed(Reflect.apply(fc.property, fc, [tupleOf(args), tupleOf(args), ...more, check]))

export const tupleOf = (args: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown[]> => fc.tuple(...args)
