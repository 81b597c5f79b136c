/**
 * Every primitive with a meaning, by name: what the tests enumerate. A name without an entry, or an entry without cases to
 * try, does not compile.
 */
import { abs } from "./abs.ts"
import { add } from "./add.ts"
import { all } from "./all.ts"
import { any } from "./any.ts"
import { argmax } from "./argmax.ts"
import { argmin } from "./argmin.ts"
import { and, not, or, shiftLeft, shiftRight, xor } from "./bitwise.ts"
import { broadcast } from "./broadcast.ts"
import { cast } from "./cast.ts"
import { ceil } from "./ceil.ts"
import { equal, less, lessEqual, notEqual } from "./compare.ts"
import { concat } from "./concat.ts"
import { contraction } from "./contraction.ts"
import { convolution } from "./convolution.ts"
import { cos } from "./cos.ts"
import { cumsum } from "./cumsum.ts"
import { div } from "./div.ts"
import { dynamicSlice } from "./dynamic-slice.ts"
import { exp } from "./exp.ts"
import { floor } from "./floor.ts"
import { iota } from "./iota.ts"
import { keyToWords, wordsToKey } from "./key-words.ts"
import { log } from "./log.ts"
import { maximum } from "./maximum.ts"
import { minimum } from "./minimum.ts"
import { mul } from "./mul.ts"
import { neg } from "./neg.ts"
import { pad } from "./pad.ts"
import { pow } from "./pow.ts"
import type { Case, Entry } from "./primitive.ts"
import { prod } from "./prod.ts"
import { reduceMax } from "./reduce-max.ts"
import { reduceMin } from "./reduce-min.ts"
import { rem } from "./rem.ts"
import { reshape } from "./reshape.ts"
import { scatterAdd } from "./scatter-add.ts"
import { sin } from "./sin.ts"
import { slice } from "./slice.ts"
import { sort } from "./sort.ts"
import { sqrt } from "./sqrt.ts"
import { stopGradient } from "./stop-gradient.ts"
import { sub } from "./sub.ts"
import { sum } from "./sum.ts"
import { take } from "./take.ts"
import { takeAlongAxis } from "./take-along-axis.ts"
import { tanh } from "./tanh.ts"
import { threefry } from "./threefry.ts"
import { transpose } from "./transpose.ts"
import { dynamicUpdateSlice, updateSlice } from "./update-slice.ts"
import { where } from "./where.ts"
import { winner } from "./winner.ts"

export const registry = {
  abs,
  add,
  all,
  and,
  any,
  argmax,
  argmin,
  broadcast,
  cast,
  ceil,
  concat,
  contraction,
  convolution,
  cos,
  cumsum,
  div,
  dynamicSlice,
  dynamicUpdateSlice,
  equal,
  exp,
  floor,
  iota,
  keyToWords,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  not,
  notEqual,
  or,
  pad,
  pow,
  prod,
  reduceMax,
  reduceMin,
  rem,
  reshape,
  scatterAdd,
  shiftLeft,
  shiftRight,
  sin,
  slice,
  sort,
  sqrt,
  stopGradient,
  sub,
  sum,
  take,
  takeAlongAxis,
  tanh,
  threefry,
  transpose,
  updateSlice,
  where,
  winner,
  wordsToKey,
  xor,
} as const satisfies Readonly<Record<string, Entry>>

export type PrimitiveName = keyof typeof registry

/** Every case of every primitive, with its name. */
export const allCases = (): readonly (Case & { readonly name: PrimitiveName })[] =>
  names.flatMap((name) => registry[name].cases.map((c) => ({ ...c, name })))
const isName = (name: string): name is PrimitiveName => name in registry
const names: readonly PrimitiveName[] = Object.keys(registry).filter(isName)
