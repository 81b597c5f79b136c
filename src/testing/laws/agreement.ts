/** What a law says where two sides of it differ. */
import { isFloat } from "../../autodiff/dtype.ts"
import { showType } from "../../autodiff/program/type.ts"
import { type Flat, showStructure } from "../../autodiff/tree.ts"
import type { Value } from "../../autodiff/value.ts"
import { close } from "../close/close.ts"

export interface Tolerance {
  /**
   * The error allowed, relative to the largest number of that result where it is above 1: 1e-5 for f32 and 1e-12 for f64.
   * 0 demands equality. Integers and truths must be equal.
   */
  readonly tolerance?: number
}
export const toleranceOf = (dtype: string, tolerance: number | undefined): number =>
  dtype === "f32" ? (tolerance ?? 1e-5) : dtype === "f64" ? (tolerance ?? 1e-12) : 0

/** What is claimed to be equal, in words. */
export interface Claim {
  /** "laws.linear". */
  readonly law: string
  /** How the two sides are called: ["f(a x + b y)", "a f(x) + b f(y)"]. */
  readonly sides: readonly [found: string, wanted: string]
  /** Numbers and places that belong to the case: `a = 2`. */
  readonly facts?: readonly string[]
  readonly perhaps: string | ((found: number, wanted: number) => string)
}

export interface Disagreement {
  /** `result.w[1, 2]`. */
  readonly at: string
  readonly found: number
  readonly wanted: number
  readonly off: number
  readonly allowed: number
}

/** `[1, 2]`; nothing for a scalar. */
export const showIndex = (index: readonly number[]): string => (index.length === 0 ? "" : `[${index.join(", ")}]`)

/** The element that is furthest off beyond what is allowed, of two tensors of one type. */
function worstOf(
  path: string,
  found: Value,
  wanted: Value,
  tolerance: number | undefined,
  magnitude: number,
): Disagreement | undefined {
  const allowed = toleranceOf(found.dtype, tolerance) * Math.max(1, magnitude, magnitudeOf([wanted]))
  const { close: agree, worst } = close(found, wanted, { ulps: 0, atol: allowed })
  if (agree || worst === undefined) return undefined
  return {
    at: `${path}${showIndex(worst.index)}`,
    found: worst.found,
    wanted: worst.expected,
    off: worst.error,
    allowed,
  }
}

/** Throws, naming the law, unless two results have one structure, the same types and close elements. */
export function expectEqual(
  claim: Claim,
  found: Flat,
  wanted: Flat,
  tolerance: number | undefined,
  magnitude = 1,
): void {
  const differ = found.leaves.findIndex((x, k) => x.type !== wanted.leaves[k]?.type)
  if (found.key !== wanted.key || differ >= 0) {
    const [a, b] = [found.leaves[differ], wanted.leaves[differ]]
    const [x, y] =
      a === undefined || b === undefined || found.key !== wanted.key
        ? [showStructure(found), showStructure(wanted)]
        : [showType(a.type), showType(b.type)]
    throw new Error(`${claim.law}: ${claim.sides[0]} is ${x}, ${claim.sides[1]} is ${y}${rest(claim, Number.NaN, 0)}`)
  }
  for (const [k, x] of found.leaves.entries()) {
    const y = wanted.leaves[k]
    const worst = y && worstOf(found.paths[k] ?? "the result", x, y, tolerance, magnitude)
    if (worst !== undefined) throw broken(claim, worst)
  }
}

export const broken = (claim: Claim, { at, found, wanted, off, allowed }: Disagreement): Error =>
  new Error(
    `${claim.law}: ${claim.sides[0]} is not ${claim.sides[1]} at ${at}: ${found} against ${wanted} (off by ${Number(off.toPrecision(3))}, allowed ${Number(allowed.toPrecision(3))})${rest(claim, found, wanted)}`,
  )
/** An inequality that does not hold. */
export const exceeded = (claim: Claim, at: string, found: number, bound: number, slack: number): Error =>
  new Error(
    `${claim.law}: ${claim.sides[0]} is ${found} at ${at}, ${claim.sides[1]} is ${bound} (rounding allows ${Number(slack.toPrecision(3))})${rest(claim, found, bound)}`,
  )
const rest = ({ facts = [], perhaps }: Claim, found: number, wanted: number): string =>
  `${facts.map((fact) => `\n  with ${fact}`).join("")}\n  perhaps: ${typeof perhaps === "string" ? perhaps : perhaps(found, wanted)}`

/** The largest finite number in a list of tensors: what rounding is relative to where terms cancel. */
export function magnitudeOf(leaves: readonly (Value | undefined)[]): number {
  let largest = 0
  for (const x of leaves)
    if (x !== undefined && isFloat(x.dtype))
      for (const v of x.dataSync()) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v))
  return largest
}
