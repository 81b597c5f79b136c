/** Nothing is known before its time. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { isFloat } from "../../autodiff/dtype.ts"
import { checkOptions, requireOptions } from "../../autodiff/options.ts"
import type { Maybe } from "../../autodiff/program/operation.ts"
import type { Flat } from "../../autodiff/tree.ts"
import type { Value } from "../../autodiff/value.ts"
import { indexAt } from "../close/leaf.ts"
import { broken, type Claim, expectEqual, showIndex, type Tolerance, toleranceOf } from "./agreement.ts"
import { type Arbitraries, atPoints, type LawOfMany } from "./draw.ts"
import type { ArgumentChoice } from "./linear.ts"
import {
  backward,
  computed,
  directionAt,
  forward,
  matching,
  pointOf,
  resultAt,
  weightsAt,
  withLeaves,
} from "./point.ts"

export interface CausalOptions extends Tolerance, ArgumentChoice {
  /** The axis of time in the arguments, the same for all; negative ones count from the end. */
  readonly axis: number
  /** The axis of time in the results; `axis` unless given. */
  readonly outputAxis?: number
  /** The derivatives that must not look ahead either; both unless given, none for a function without. */
  readonly modes?: readonly ("fwd" | "rev")[]
}

/**
 * What f gives for time t depends on no input of a later time: later inputs are exchanged for others, at every t, and
 * nothing up to t changes; and the derivative of the results up to t by inputs after t is zero, in both modes. A leak that
 * is too small to show in a value (a mask of -10 where it should be -Infinity) shows in the derivative.
 *
 * @param options `argnums`: the arguments that have time, all unless given. Leaves without the axis are left alone.
 * @example
 * ```ts
 * import { cumsum, type F32, flip } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const xs = [tensors({ shape: [5] })] as const
 * fc.assert(laws.causal((x: F32<[5]>) => cumsum(x), xs, { axis: 0 }))
 * console.log(fc.check(laws.causal((x: F32<[5]>) => flip(x), xs, { axis: 0 })).failed)
 * ```
 */
export function causal<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: CausalOptions,
): LawOfMany<A> {
  const law = "laws.causal"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "argnums", "axis", "outputAxis", "modes"])
  requireOptions(law, options, ["axis"])
  const { axis, outputAxis = axis, modes = ["fwd", "rev"], tolerance } = options
  const chosen = options.argnums === undefined ? undefined : [options.argnums].flat()
  return atPoints(args, [], (first, second) => {
    const x = pointOf(first)
    const y = matching(x, pointOf(second))
    const timed = x.leaves.map(
      (leaf, k) =>
        leaf.dtype !== "key" &&
        axisOf(leaf, axis) !== undefined &&
        (chosen === undefined || chosen.some((n) => x.paths[k]?.startsWith(`argument[${n}]`) === true)),
    )
    const steps = Math.max(0, ...x.leaves.map((leaf, k) => (timed[k] === true ? lengthOn(leaf, axis) : 0)))
    const fx = resultAt(law, call, x)
    const claim = (t: number, sides: readonly [string, string]): Claim => ({
      law,
      sides,
      facts: [`inputs after time ${t} exchanged for others, of ${steps} on axis ${axis}`],
      perhaps:
        "a mask that is off by one, adds too little (-Infinity keeps out, -10 does not) or masks the wrong axis; a statistic over all times",
    })
    for (let t = 0; t < steps - 1; t++) {
      const later = withLeaves(
        x,
        x.leaves.map((leaf, k) => (timed[k] === true ? spliced(leaf, y.leaves[k] ?? leaf, axis, t) : leaf)),
      )
      const upTo = (result: Flat): Flat =>
        withLeaves(
          result,
          result.leaves.map((leaf) => masked(leaf, outputAxis, (s) => s <= t)),
        )
      expectEqual(
        claim(t, [`f up to time ${t}`, "what it was before later inputs were exchanged"]),
        upTo(resultAt(law, call, later)),
        upTo(fx),
        tolerance,
      )
      const active = x.leaves.map((leaf, k) => timed[k] === true && isFloat(leaf.dtype))
      if (!active.includes(true)) continue
      if (modes.includes("fwd")) {
        const direction = directionAt(x, active).map((d) => d && masked(d, axis, (s) => s > t))
        const tangents = upTo(forward(law, call, x, direction))
        expectZero(
          claim(t, [`the derivative of f up to time ${t} by later inputs (forward)`, "0"]),
          tangents.leaves,
          tangents.paths,
          tolerance,
        )
      }
      if (modes.includes("rev")) {
        const { cotangents } = backward(law, call, x, (result) =>
          weightsAt(result).map((w) => w && masked(w, outputAxis, (s) => s <= t)),
        )
        expectZero(
          claim(t, [`the derivative of f up to time ${t} by later inputs (reverse)`, "0"]),
          cotangents.map((c, k) => (active[k] === true && c !== undefined ? masked(c, axis, (s) => s > t) : undefined)),
          x.paths,
          tolerance,
        )
      }
    }
  })
}

const axisOf = (x: Value, axis: number): number | undefined => {
  const at = axis < 0 ? axis + x.shape.length : axis
  return at >= 0 && at < x.shape.length ? at : undefined
}
const lengthOn = (x: Value, axis: number): number => x.shape[axisOf(x, axis) ?? -1] ?? 1
/** The time of the element at a row-major position. */
const timeOf = (x: Value, axis: number, i: number): number => indexAt(x.shape, i)[axisOf(x, axis) ?? -1] ?? 0

/** 0 outside of the times chosen. */
function masked(x: Value, axis: number, keeps: (time: number) => boolean): Value {
  const numbers = x.dataSync()
  return x.dtype === "key" ? x : computed(x, (i) => (keeps(timeOf(x, axis, i)) ? (numbers[i] ?? 0) : 0))
}
function spliced(x: Value, y: Value, axis: number, t: number): Value {
  const [before, after] = [x.dataSync(), y.dataSync()]
  return computed(x, (i) => (timeOf(x, axis, i) <= t ? before[i] : after[i]) ?? 0)
}
/** A derivative that should not be there counts whole: what it is compared with is 0, at the scale of the weights, 1. */
function expectZero(
  claim: Claim,
  leaves: readonly Maybe[],
  paths: readonly string[],
  tolerance: number | undefined,
): void {
  leaves.forEach((leaf, k) => {
    const allowed = toleranceOf(leaf?.dtype ?? "", tolerance) / 10
    leaf?.dataSync().forEach((found, i) => {
      if (Math.abs(found) <= allowed) return
      throw broken(claim, {
        at: `${paths[k]}${showIndex(indexAt(leaf.shape, i))}`,
        found,
        wanted: 0,
        off: Math.abs(found),
        allowed,
      })
    })
  })
}
