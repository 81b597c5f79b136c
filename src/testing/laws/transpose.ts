/** Reverse mode is the transpose of forward mode. */
import { functionArgument } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { inner } from "../numbers.ts"
import { broken, magnitudeOf, type Tolerance, toleranceOf } from "./agreement.ts"
import { type Arbitraries, atPoint, type Law } from "./draw.ts"
import { backward, directionAt, forward, movedLeaves, pointOf, weightsAt } from "./point.ts"

/**
 * `<J u, v> = <u, J' v>` for a direction u and a weight v: forward and reverse mode are one linear map and its transpose.
 * Says nothing about whether J is right, and so holds at kinks too.
 *
 * @param options `tolerance`: relative to the sum of the sizes of all products.
 * @example
 * ```ts
 * import { cumsum, type F32 } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * fc.assert(laws.transpose((x: F32<[4]>) => cumsum(x), [tensors({ shape: [4] })]))
 * ```
 */
export function transpose<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: Tolerance = {},
): Law<A> {
  const law = "laws.transpose"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance"])
  return atPoint(args, (...drawn) => {
    const point = pointOf(drawn)
    const moved = movedLeaves(point, undefined)
    const all = directionAt(point, moved)
    // One leaf at a time, so that a failure says which.
    moved.forEach((moves, k) => {
      if (!moves) return
      const direction = all.map((d, j) => (j === k ? d : undefined))
      const { leaves } = forward(law, call, point, direction)
      const { cotangents, weights } = backward(law, call, point, weightsAt)
      const [found, wanted] = [inner(direction, cotangents), inner(leaves, weights)]
      const widest = leaves.some((x) => x.dtype === "f32") ? "f32" : "f64"
      const count = leaves.reduce((sum, x) => sum + x.shape.reduce((a, b) => a * b, 1), 0)
      const scale = Math.max(1, magnitudeOf(leaves) * Math.sqrt(count), magnitudeOf(cotangents))
      const allowed = toleranceOf(widest, options.tolerance) * scale
      const off = Math.abs(found - wanted)
      if (off <= allowed || (Number.isNaN(found) && Number.isNaN(wanted))) return
      throw broken(
        {
          law,
          sides: ["<u, J' v>", "<J u, v>"],
          facts: [`u a random direction in ${point.paths[k]}, v a random weight on each result`],
          perhaps: "the transpose of a definePrimitive is wrong, or the function differs from call to call",
        },
        { at: point.paths[k] ?? "", found, wanted, off, allowed },
      )
    })
  })
}
