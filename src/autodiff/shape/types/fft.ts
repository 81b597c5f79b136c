import type { Axis, SetAxes } from "./axes.ts"
import type { Add, Floor, Literals, Multiply, Subtract } from "./digits.ts"
import type { Exact, Mismatch, Ok, Ranked, Shape, Show } from "./dimension.ts"

/** How many frequencies n real elements have. */
export type Frequencies<N> = Literals<N, 2> extends true ? Add<Floor<N, 2>, 1> : number
export type RfftShape<S, N> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Ok<Shape>
        : Ok<SetAxes<S, Axis<S, N>, Frequencies<S[Axis<S, N> & keyof S]>>>

type Twice<M> = Literals<M, 2> extends true ? Multiply<Subtract<M, 1>, 2> : number
type Checked<S, N, M, L> = number extends L
  ? Ok<SetAxes<S, Axis<S, N>, number>>
  : number extends M
    ? Ok<SetAxes<S, Axis<S, N>, L>>
    : Exact<Frequencies<L>> extends Exact<M>
      ? Ok<SetAxes<S, Axis<S, N>, L>>
      : Literals<M, L> extends true
        ? Mismatch<`irfft: ${M & number} frequencies on axis ${N & number} of ${Show<S>} make no ${L & number} elements`>
        : Ok<SetAxes<S, Axis<S, N>, L>>
/** The length on the axis; two of them have M frequencies. */
export type IrfftShape<S, N, L> =
  Ranked<S> extends false
    ? Ok<Shape>
    : number extends N
      ? Ok<Shape>
      : [Axis<S, N>] extends [never]
        ? Ok<Shape>
        : L extends undefined
          ? Ok<SetAxes<S, Axis<S, N>, Twice<S[Axis<S, N> & keyof S]>>>
          : Checked<S, N, S[Axis<S, N> & keyof S], L>
