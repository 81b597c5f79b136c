/** A shape of unknown rank. Known ones are tuples: `[32, 784]`, `[number, 784]`, `[Dim<"batch">, 784]`. */
export type Shape = readonly number[]

/**
 * A size with a name: the number itself, so that `x.shape[0]` tells no lie, carrying a label that two sizes must share to
 * be taken for equal. `dim("batch", 32)` makes one. At run time it is the plain number 32.
 */
export type Dim<Name extends string> = number & { readonly "~dim": Name }

declare const why: unique symbol
/** Nothing is of this type: it stands where an argument does not fit, so that the compiler prints the reason. */
export interface Mismatch<Why extends string> {
  readonly [why]: Why
}

/**
 * What a rule answers when shapes fit. The wrapper matters: a bare shape in `S extends Mismatch` stays undecided in code
 * that is generic over a whole shape, and correct code would be rejected.
 */
export interface Ok<S> {
  readonly ok: S
}
/** Intersected with a parameter: nothing where the rule is satisfied, the reason where it is not. */
export type Guard<R> = R extends Mismatch<string> ? R : unknown
/** The shape a rule found; a rejected call falls back to the wide one, so that no second error follows. */
export type Result<R> = R extends Ok<infer S> ? S : Shape
/** What a rule on dtypes found. */
export type Out<R> = R extends Ok<infer T> ? T : never

// Two boxes of the same name are compared by what they hold, at once, also where that is a type parameter; one-element
// tuples would stay undecided there.
export interface Box<X> {
  readonly box: X
}
/** An invariant box: it tells `3` from `number`. */
export interface Exact<X> {
  readonly exact: (x: X) => X
}
export type Ones<S> = { readonly [K in keyof S]: Exact<S[K]> | Exact<1> }
export type Exacts<S> = { readonly [K in keyof S]: Exact<S[K]> }

/** Sizes may be equal. Identity comes first, so that equal type parameters agree. */
export type Agree<A, B> = Exact<A> extends Exact<B> ? true : number extends A ? true : number extends B ? true : false
/** The more exact of two sizes that agree. */
export type Refine<A, B> = number extends A ? B : A

export type Ranked<S> = number extends S["length" & keyof S] ? false : true

export type Label<D> = D extends Dim<infer Name> ? Name : number extends D ? "number" : D extends number ? `${D}` : "?"
export type Join<S> = S extends readonly [infer H]
  ? Label<H>
  : S extends readonly [infer H, ...infer T]
    ? `${Label<H>}, ${Join<T>}`
    : ""
/** `[2, 3]`, as the run-time messages print it. */
export type Show<S> = Ranked<S> extends false ? "[...]" : `[${Join<S>}]`
