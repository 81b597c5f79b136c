/**
 * Shares: the part of a kernel's results that one of several threads computes. Some output indices, taken together as one
 * number, are cut into ranges of whole units; whoever has a range computes exactly what has those indices.
 */
import { type Fold, freeVars, type Scalar, type Var } from "../../../autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../../autodiff/program/loop/walk.ts"
import {
  add,
  type Code,
  divU,
  either,
  get,
  geU,
  i32,
  i32Const,
  leave,
  lesser,
  leU,
  ltS,
  mul,
  remU,
  select,
  set,
  sub,
  when,
} from "../encode.ts"
import { type Emitter, keepI32, type Nest } from "./emitter.ts"

/** One digit of the number that is cut: an index in steps of `unit`, of which there are `count`. */
export interface Level {
  /** Undefined for the last level of a kernel that makes its own use of its range. */
  readonly index: Var | undefined
  /** 1 for every level but the last. */
  readonly unit: number
  readonly count: number
}
/** The units from..to of the levels' combined number, outermost level first; never none. */
export interface Share {
  readonly levels: readonly Level[]
  readonly from: Code
  readonly to: Code
  /** The block in which they are known. */
  readonly home: Nest
}

/** Ranges are cut from no more indices than this many units need: with few of them, some threads have one more to do. */
export const enoughUnits = 64
/** Elements of a cache line of words: no two threads write to one line, where results are flat. */
export const lineOfWords = 16

/** Whole steps of the loop over vectors, so that an element is in a vector or behind them all, whoever computes it. */
export const unitOfLanes = (wide: number): number => Math.max(lineOfWords, 4 * wide)
export const levelOf = (index: Var, unit = 1): Level => ({ index, unit, count: Math.ceil(index.size / unit) })
export const unitsOf = (levels: readonly Level[]): number => levels.reduce((n, level) => n * level.count, 1)

/** The outermost of these indices, as many as it takes. */
export function leadingLevels(indices: readonly Var[]): readonly Level[] {
  const levels: Level[] = []
  for (const v of indices) if (v.size > 1 && unitsOf(levels) < enoughUnits) levels.push(levelOf(v))
  return levels
}
/**
 * The levels for a nest that computes `computed` for every value of `indices`, the last of them `wide` vectors at a time
 * (0: one by one, `alone` of them at least to a thread, unless each is a fold's worth of work).
 */
export function levelsFor(
  indices: readonly Var[],
  computed: readonly Scalar[],
  wide: number,
  alone = lineOfWords,
): readonly Level[] {
  const folds = nodesOf(...computed).filter((n): n is Fold => n.op === "fold")
  // What depends on no index, everyone computes: where that is most of the work, nobody gains by a share of the rest.
  const points = indices.reduce((n, v) => n * v.size, 1)
  if (folds.some((n) => freeVars(n).size === 0 && n.index.size > 2 * points)) return []
  const levels: Level[] = []
  for (const v of indices) {
    if (v.size === 0) return []
    const had = unitsOf(levels)
    if (had >= enoughUnits) break
    // What does not depend on an index is computed once for all its values, so by everyone who has some of them.
    if (had > 1 && folds.some((n) => !freeVars(n).has(v))) break
    const isLast = v === indices.at(-1)
    const unit = !isLast ? 1 : wide > 0 ? unitOfLanes(wide) : folds.length > 0 ? 1 : alone
    const level = levelOf(v, unit)
    if (level.count > 1) levels.push(level)
  }
  return levels
}

/**
 * Finds this part's share at the entry of the kernel, which it leaves where there is none. Without levels, or with one
 * unit of them, the first part has everything.
 */
export function claim(e: Emitter, levels: readonly Level[]): Share | undefined {
  const units = unitsOf(levels)
  const { code } = e.root
  const [part, parts] = [get(e.part), get(e.parts)]
  if (units < 2) {
    code.push(when(part, [leave]))
    return undefined
  }
  const [from, to, each, more] = [e.local(i32), e.local(i32), e.local(i32), e.local(i32)]
  // The first parts have one more, where it does not come out even.
  const start = (of: Code): Code => [of, get(each), mul, lesser(of, get(more)), add]
  code.push(
    either(
      [parts, i32Const(1), leU],
      [i32Const(units), set(to)],
      [
        [i32Const(units), parts, divU, set(each)],
        [i32Const(units), parts, remU, set(more)],
        [start(part), set(from)],
        [start([part, i32Const(1), add]), set(to)],
        when([get(from), get(to), geU], [leave]),
      ],
    ),
  )
  return { levels, from: get(from), to: get(to), home: e.root }
}

/** The values from..to of the first level's index, some of which may be shared. */
export function valuesOf(e: Emitter, { levels, from, to, home }: Share): readonly [from: Code, to: Code] {
  const [level, ...rest] = levels
  const inside = unitsOf(rest)
  const { unit, index } = level!
  if (rest.length > 0)
    return [
      keepI32(e, home, inside === 1 ? from : [from, i32Const(inside), divU]),
      keepI32(e, home, inside === 1 ? to : [to, i32Const(inside - 1), add, i32Const(inside), divU]),
    ]
  const size = index?.size ?? 0
  return [
    unit === 1 ? from : keepI32(e, home, [from, i32Const(unit), mul]),
    unit === 1 && size >= level!.count ? to : keepI32(e, home, lesser([to, i32Const(unit), mul], i32Const(size))),
  ]
}

/** What is left to be shared out inside one value of the first level's index. */
export function shareInside(e: Emitter, b: Nest, { levels, from, to }: Share, value: Code): Share | undefined {
  const [, ...rest] = levels
  if (rest.length === 0) return undefined
  const units = unitsOf(rest)
  const before = keepI32(e, b, [value, i32Const(units), mul])
  const low = keepI32(e, b, [from, before, sub])
  const greaterThan0: Code = [low, i32Const(0), i32Const(0), low, ltS, select]
  return {
    levels: rest,
    home: b,
    from: keepI32(e, b, greaterThan0),
    to: keepI32(e, b, lesser([to, before, sub], i32Const(units))),
  }
}
