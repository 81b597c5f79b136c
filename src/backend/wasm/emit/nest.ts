/** The loops over output indices. */
import type { Scalar, Var } from "../../../autodiff/program/loop/scalar.ts"
import { block } from "../../compile/place.ts"
import { and, type Code, counted, get, i32, i32Const, leS, lesser, ltS, mul, set, when } from "../encode.ts"
import { type Emitter, held, indexOver, keepI32, type Nest } from "./emitter.ts"
import { type Level, type Share, shareInside, valuesOf } from "./share.ts"
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

/**
 * `inside` makes the code for one point, or for `wide` vectors of points; it is asked for as often as loops are needed. Of
 * indices that are shared out, the loops run over the values of `share`; what is not used of it is left to `inside`.
 */
export function nest(
  e: Emitter,
  indices: readonly Var[],
  lanes: Lanes | undefined,
  b: Nest,
  inside: (b: Nest, wide: number, share: Share | undefined) => void,
  share?: Share,
): void {
  const [v, ...rest] = indices
  if (v === undefined) {
    inside(b, 0, share)
    return
  }
  if (v.size === 0) return
  const mine = share?.levels[0]?.index === v ? share : undefined
  if (rest.length > 0 || lanes === undefined) {
    const local = e.local(i32)
    const inner = block(b, [[v, held(local)]])
    if (mine === undefined) {
      nest(e, rest, lanes, inner, inside, share)
      b.code.push(counted(local, i32Const(0), i32Const(v.size), 1, inner.code))
      return
    }
    const [from, to] = valuesOf(e, mine)
    nest(e, rest, lanes, inner, inside, shareInside(e, inner, mine, get(local)))
    const run = counted(local, from, to, 1, inner.code)
    b.code.push(mayBeEmpty(mine.levels[0]!, v) ? when([from, to, ltS], run) : run)
    return
  }
  const { padded } = lanes
  const wide = Math.min(lanes.wide, Math.ceil(v.size / 4))
  const main = v.size - (v.size % (4 * wide))
  const vectors = (padded ? Math.ceil : Math.floor)((v.size - main) / 4)
  const pointsOf = (wide: number, local: number): Nest => {
    const inner = block(b, [[v, wide > 0 ? indexOver(local, wide) : held(local)]])
    inside(inner, wide, mine === undefined ? share : undefined)
    return inner
  }
  const segment = (from: number, to: number, wide: number, into: Code[]): void => {
    if (from >= to) return
    const local = e.local(i32)
    const { code } = pointsOf(wide, local)
    const step = Math.max(1, 4 * wide)
    if (to - from <= step) into.push(i32Const(from), set(local), code)
    else into.push(counted(local, i32Const(from), i32Const(to), step, code))
  }
  const behind = (into: Code[]): void => {
    segment(main, main + 4 * vectors, vectors, into)
    if (!padded) segment(main + 4 * vectors, v.size, 0, into)
  }
  if (mine === undefined) {
    segment(0, main, wide, b.code)
    behind(b.code)
    return
  }
  // Units are whole steps, so only what is behind them all is done by whoever has the last of them.
  const { unit } = mine.levels[0]!
  const from = keepI32(e, mine.home, [mine.from, i32Const(unit), mul])
  const end = keepI32(e, mine.home, [mine.to, i32Const(unit), mul])
  if (main > 0) {
    const to = keepI32(e, mine.home, lesser(end, i32Const(main)))
    const local = e.local(i32)
    const { code } = pointsOf(wide, local)
    b.code.push(when([from, to, ltS], counted(local, from, to, 4 * wide, code)))
  }
  if (main < v.size) {
    const last: Code[] = []
    behind(last)
    b.code.push(when([from, i32Const(main), leS, i32Const(main), end, ltS, and], last))
  }
}

/** Whether some units are beyond the index: those of a scatter are units of its result, and its sources may be fewer. */
const mayBeEmpty = ({ unit, count }: Level, v: Var): boolean => Math.ceil(v.size / unit) < count
