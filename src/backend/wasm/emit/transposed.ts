/** Permutations of axes, in squares of 4 by 4: read along one axis, written along another, in whole vectors both. */
import { type Affine, flat, unproved } from "../../../autodiff/program/loop/affine.ts"
import { input, type MapLoop } from "../../../autodiff/program/loop/loop.ts"
import type { Load, Var } from "../../../autodiff/program/loop/scalar.ts"
import { block } from "../../compile/place.ts"
import {
  add,
  type Code,
  counted,
  get,
  i32,
  i32Const,
  lesser,
  loadFrom,
  ltS,
  mul,
  select,
  set,
  simd,
  storeTo,
  v128,
} from "../encode.ts"
import { type Emitter, keepI32, type Nest } from "./emitter.ts"
import { addressOf } from "./memory.ts"
import { nest } from "./nest.ts"
import { claim, enoughUnits, type Level, leadingLevels, lineOfWords, type Share, unitsOf } from "./share.ts"

interface Permutation {
  readonly from: Load
  readonly source: Affine
  /** What lies in order where it is read; the innermost index is what lies in order where it is written. */
  readonly along: Var
}

/** The permutation that a map is: one read of words, in order along an output index that is not the innermost. */
export function asPermutation(loop: MapLoop): Permutation | undefined {
  const [from] = loop.bodies
  const inner = loop.indices.at(-1)
  if (from?.op !== "load" || loop.bodies.length !== 1 || inner === undefined || inner.size < 4) return undefined
  if (from.dtype === "f64" || unproved(from).length > 0) return undefined
  const source = flat(from.from.shape, from.at)
  if ([...source.terms.keys()].some((term) => term.op !== "var")) return undefined
  const along = loop.indices.find((v) => v !== inner && v.size >= 4 && source.terms.get(v) === 1)
  const step = source.terms.get(inner)
  return along === undefined || step === undefined || step < 2 ? undefined : { from, source, along }
}

/** Rows of one pass: few enough to be in cache still when the next squares of their lines are read. */
const rowsInCache = 64

export function emitPermutation(e: Emitter, loop: MapLoop, { from, source, along }: Permutation): number {
  const { shape, indices } = loop
  const inner = indices.at(-1)!
  const target = flat(shape, indices)
  const outside = ({ base, terms }: Affine): Affine => ({
    base,
    terms: new Map([...terms].filter(([term]) => term !== inner && term !== along)),
  })
  const [rowBytes, columnBytes] = [(source.terms.get(inner) ?? 0) * 4, (target.terms.get(along) ?? 0) * 4]
  // Two squares: eight lines are written side by side, which a cache of that many ways can hold at any stride.
  const squares = along.size >= 8 ? 2 : 1
  const others = indices.filter((v) => v !== inner && v !== along)
  const levels = levelsOf(others, along, inner, 4 * squares)
  const planes = (b: Nest, _: number, share: Share | undefined): void => {
    const start = (form: Affine, slot: number): Code => {
      const { code, offset } = addressOf(e, outside(form), input(slot, from.dtype, shape), b)
      return keepI32(e, b, [code, i32Const(offset), add])
    }
    const [read, write] = [start(source, from.from.slot), start(target, loop.inputs.length)]
    const [tile, u, v] = [e.local(i32), e.local(i32), e.local(i32)]
    const body = block(b)
    // The last square starts early enough to be whole: what it shares with the one before is written twice.
    const firstU = keepI32(e, body, lesser(get(u), i32Const(along.size - 4 * squares)))
    const firstV = keepI32(e, body, lesser(get(v), i32Const(inner.size - 4)))
    const scaled = (index: Code, by: number): Code => [index, i32Const(by), mul]
    const source0 = keepI32(e, body, [read, scaled(firstV, rowBytes), add, scaled(firstU, 4), add])
    const target0 = keepI32(e, body, [write, scaled(firstU, columnBytes), add, scaled(firstV, 4), add])
    for (let s = 0; s < squares; s++) {
      const rows = [0, 1, 2, 3].map((r) => {
        const local = e.local(v128)
        body.code.push(loadFrom(v128, source0, r * rowBytes + 16 * s), set(local))
        return get(local)
      })
      transposed(e, rows, body.code).forEach((column, c) => {
        body.code.push(storeTo(v128, target0, column, (4 * s + c) * columnBytes))
      })
    }
    const rangeOf = (index: Var): readonly [from: Code, to: Code] =>
      share?.levels[0]?.index === index ? wholeSquares(e, b, share, index) : [i32Const(0), i32Const(index.size)]
    const [fromV, toV] = rangeOf(inner)
    const end = lesser([get(tile), i32Const(rowsInCache), add], toV)
    const across = counted(v, get(tile), end, 4, body.code)
    const down = counted(u, ...rangeOf(along), 4 * squares, across)
    b.code.push(counted(tile, fromV, toV, rowsInCache, down))
  }
  nest(e, others, undefined, e.root, planes, claim(e, levels))
  return unitsOf(levels)
}

/** The other indices; where they are few, also squares of that one of the two that has more of them. */
function levelsOf(others: readonly Var[], along: Var, inner: Var, rows: number): readonly Level[] {
  if (others.some((v) => v.size === 0)) return []
  const levels = leadingLevels(others)
  if (unitsOf(levels) >= enoughUnits) return levels
  // Rounded down: a square that is not whole shares elements with the one before, so one part has both.
  const level = (index: Var, unit: number): Level => ({ index, unit, count: Math.floor(index.size / unit) })
  const [down, across] = [level(along, rows), level(inner, lineOfWords)]
  const more = down.count >= Math.min(across.count, enoughUnits) ? down : across
  return more.count > 1 ? [...levels, more] : levels
}
function wholeSquares(e: Emitter, b: Nest, share: Share, index: Var): readonly [from: Code, to: Code] {
  const { unit, count } = share.levels[0]!
  const end: Code = [[share.to, i32Const(unit), mul], i32Const(index.size), share.to, i32Const(count), ltS, select]
  return [keepI32(e, b, [share.from, i32Const(unit), mul]), keepI32(e, b, end)]
}

/** Four columns of four rows. */
export function transposed(e: Emitter, rows: readonly Code[], code: Code[]): readonly Code[] {
  const [a = [], b = [], c = [], d = []] = rows
  const words = (x: Code, y: Code, ...lanes: readonly number[]): Code => [
    x,
    y,
    simd(0x0d),
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  ]
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const
  const kept = [words(a, b, ...low), words(c, d, ...low), words(a, b, ...high), words(c, d, ...high)].map((x) => {
    const local = e.local(v128)
    code.push(x, set(local))
    return get(local)
  })
  const [ab = [], cd = [], abHigh = [], cdHigh = []] = kept
  return [
    words(ab, cd, 0, 1, 4, 5),
    words(ab, cd, 2, 3, 6, 7),
    words(abHigh, cdHigh, 0, 1, 4, 5),
    words(abHigh, cdHigh, 2, 3, 6, 7),
  ]
}
