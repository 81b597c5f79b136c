/** The loops over output indices. */
import type { Scalar, Var } from "../../../autodiff/program/loop/scalar.ts"
import { block } from "../../compile/place.ts"
import { counted, i32, i32Const, set } from "../encode.ts"
import { type Emitter, held, indexOver, type Nest } from "./emitter.ts"
import { vectorises, weight } from "./vectorise.ts"

export interface Lanes {
  /** The innermost index, as four lanes at a time. */
  readonly index: Var
  /** Whether vectors may run over the end of the index: what lies there is nobody's. */
  readonly padded: boolean
  /** Vectors side by side: they share addresses and hide latencies. */
  readonly wide: number
}

/** The lanes for a nest over `indices`, if everything computed in it has them. */
export function lanesFor(indices: readonly Var[], computed: readonly Scalar[], padded: boolean): Lanes | undefined {
  const index = indices.at(-1)
  if (index === undefined || index.size < (padded ? 2 : 4) || !computed.every((x) => vectorises(x, index)))
    return undefined
  const cost = weight(computed, index)
  // A long polynomial has work enough of its own, and four of it are more constants and values than registers. What only
  // adds up columns reads two lines of each row: 1024 floats by 1024x1024 in 179 us, with one line in 330.
  return { index, padded, wide: cost > 60 ? 1 : cost > 4 ? 4 : 8 }
}

/** `inside` makes the code for one point, or for `wide` vectors of points; it is asked for as often as loops are needed. */
export function nest(
  e: Emitter,
  indices: readonly Var[],
  lanes: Lanes | undefined,
  b: Nest,
  inside: (b: Nest, wide: number) => void,
): void {
  const [v, ...rest] = indices
  if (v === undefined) {
    inside(b, 0)
    return
  }
  if (v.size === 0) return
  if (rest.length > 0 || lanes === undefined) {
    const local = e.local(i32)
    const inner = block(b, [[v, held(local)]])
    nest(e, rest, lanes, inner, inside)
    b.code.push(counted(local, i32Const(0), i32Const(v.size), 1, inner.code))
    return
  }
  const segment = (from: number, to: number, wide: number): void => {
    if (from >= to) return
    const local = e.local(i32)
    const inner = block(b, [[v, wide > 0 ? indexOver(local, wide) : held(local)]])
    inside(inner, wide)
    const step = Math.max(1, 4 * wide)
    if (to - from <= step) b.code.push(i32Const(from), set(local), inner.code)
    else b.code.push(counted(local, i32Const(from), i32Const(to), step, inner.code))
  }
  const { padded } = lanes
  const wide = Math.min(lanes.wide, Math.ceil(v.size / 4))
  const main = v.size - (v.size % (4 * wide))
  const vectors = (padded ? Math.ceil : Math.floor)((v.size - main) / 4)
  segment(0, main, wide)
  segment(main, main + 4 * vectors, vectors)
  if (!padded) segment(main + 4 * vectors, v.size, 0)
}
