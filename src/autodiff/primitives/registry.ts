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
import { and, not, or, popCount, shiftLeft, shiftRight, xor } from "./bitwise.ts"
import { broadcast } from "./broadcast.ts"
import { cast } from "./cast.ts"
import { ceil } from "./ceil.ts"
import { equal, less, lessEqual, notEqual } from "./compare.ts"
import { concat } from "./concat.ts"
import { contraction } from "./contraction.ts"
import { convolution } from "./convolution.ts"
import { convolutionTranspose } from "./convolution-transpose.ts"
import { cos } from "./cos.ts"
import { cummax, cummin } from "./cummax.ts"
import { cumprod } from "./cumprod.ts"
import { cumsum } from "./cumsum.ts"
import { div } from "./div.ts"
import { dynamicSlice } from "./dynamic-slice.ts"
import { erf, erfc, erfinv } from "./error-functions.ts"
import { exp } from "./exp.ts"
import { floor } from "./floor.ts"
import { lgamma, polygamma } from "./gamma.ts"
import { acosh, asinh, atanh, cosh, sinh } from "./hyperbolic.ts"
import { iota } from "./iota.ts"
import { keyToWords, wordsToKey } from "./key-words.ts"
import { cholesky } from "./linalg/cholesky.ts"
import { cofactor, det, slogdet } from "./linalg/det.ts"
import { eigh } from "./linalg/eigh.ts"
import { expm, expmSlope } from "./linalg/expm.ts"
import { lu } from "./linalg/lu.ts"
import { pinv } from "./linalg/pinv.ts"
import { qr } from "./linalg/qr.ts"
import { solve } from "./linalg/solve.ts"
import { svd } from "./linalg/svd.ts"
import { triangle } from "./linalg/triangle.ts"
import { triangularSolve } from "./linalg/triangular-solve.ts"
import { log } from "./log.ts"
import { cbrt, exp2, expm1, log1p, log2, log10 } from "./logarithms.ts"
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
import { resizeWeights } from "./resize-weights.ts"
import { rootsOfUnity } from "./roots-of-unity.ts"
import { round, trunc } from "./rounding.ts"
import { scatterAdd } from "./scatter-add.ts"
import { sin } from "./sin.ts"
import { sinc } from "./sinc.ts"
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
import { acos, asin, atan, atan2, tan } from "./trigonometric.ts"
import { dynamicUpdateSlice, updateSlice } from "./update-slice.ts"
import { where } from "./where.ts"
import { windowReduce } from "./window-reduce.ts"
import { winner } from "./winner.ts"

export const registry = {
  polygamma,
  popCount,
  lgamma,
  erfinv,
  erfc,
  erf,
  trunc,
  round,
  log2,
  log1p,
  log10,
  expm1,
  exp2,
  cbrt,
  sinh,
  cosh,
  atanh,
  asinh,
  acosh,
  tan,
  atan2,
  atan,
  asin,
  acos,
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
  cholesky,
  cofactor,
  concat,
  contraction,
  convolution,
  convolutionTranspose,
  cos,
  cummax,
  cummin,
  cumprod,
  cumsum,
  det,
  div,
  dynamicSlice,
  dynamicUpdateSlice,
  eigh,
  equal,
  exp,
  expm,
  expmSlope,
  floor,
  iota,
  keyToWords,
  less,
  lessEqual,
  log,
  lu,
  maximum,
  minimum,
  mul,
  neg,
  not,
  notEqual,
  or,
  pad,
  pinv,
  pow,
  prod,
  qr,
  reduceMax,
  reduceMin,
  rem,
  reshape,
  resizeWeights,
  rootsOfUnity,
  scatterAdd,
  shiftLeft,
  shiftRight,
  sin,
  sinc,
  slice,
  slogdet,
  solve,
  sort,
  sqrt,
  stopGradient,
  sub,
  sum,
  svd,
  take,
  takeAlongAxis,
  tanh,
  threefry,
  transpose,
  triangle,
  triangularSolve,
  updateSlice,
  where,
  windowReduce,
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
