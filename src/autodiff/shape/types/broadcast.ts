import type { Box, Exact, Exacts, Label, Mismatch, Ok, Ones, Ranked, Shape, Show } from "./dimension.ts"

/** Axis by axis from the right; reached only where one shape does not simply stretch into the other. */
export type BroadcastSizes<A, B, R extends Shape = readonly []> = A extends readonly [...infer AI, infer AL]
  ? B extends readonly [...infer BI, infer BL]
    ? Exact<BL> extends Exact<AL> | Exact<1>
      ? BroadcastSizes<AI, BI, readonly [AL & number, ...R]>
      : AL extends 1
        ? BroadcastSizes<AI, BI, readonly [BL & number, ...R]>
        : number extends AL
          ? BroadcastSizes<AI, BI, readonly [BL & number, ...R]>
          : number extends BL
            ? BroadcastSizes<AI, BI, readonly [AL & number, ...R]>
            : Mismatch<`${Label<AL>} against ${Label<BL>}`>
    : readonly [...A, ...R]
  : B extends readonly unknown[]
    ? readonly [...B, ...R]
    : never

/**
 * The shape in which two meet. "b stretches into a" is one assignability test, which also resolves where sizes are type
 * parameters and where keepDims left a 1 beside one.
 */
export type BroadcastShape<A, B, Op extends string> =
  Box<Exacts<B>> extends Box<Ones<A>> | Box<readonly []>
    ? Ok<A>
    : Ranked<A> extends false
      ? Ok<Shape>
      : Ranked<B> extends false
        ? Ok<Shape>
        : BroadcastSizes<A, B> extends infer R
          ? R extends Mismatch<infer M>
            ? Mismatch<`${Op}: cannot broadcast ${Show<A>} with ${Show<B>} (${M})`>
            : Ok<R>
          : never

type Stretches<From, To> = From extends readonly [...infer FI, infer FL]
  ? To extends readonly [...infer TI, infer TL]
    ? Exact<FL> extends Exact<TL> | Exact<1>
      ? Stretches<FI, TI>
      : number extends FL
        ? Stretches<FI, TI>
        : number extends TL
          ? Stretches<FI, TI>
          : false
    : false
  : true
/** One way only: what `broadcastTo` and a gradient's shape ask for. */
export type StretchShape<From, To, Op extends string> =
  Box<Exacts<From>> extends Box<Ones<To>> | Box<readonly []>
    ? Ok<To>
    : Ranked<From> extends false
      ? Ok<To>
      : Ranked<To> extends false
        ? Ok<To>
        : Stretches<From, To> extends false
          ? Mismatch<`${Op}: cannot stretch ${Show<From>} to ${Show<To>}`>
          : Ok<To>
