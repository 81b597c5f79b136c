/** All that a function should be that is differentiated, mapped and compiled. */

import type fc from "fast-check"
import { functionArgument, typed } from "../../autodiff/boundary.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { CheckGradsOptions } from "../check-grads.ts"
import type { Arbitraries, Drawn, Law } from "./draw.ts"
import { gradients } from "./gradients.ts"
import { jitIsEager } from "./jit-is-eager.ts"
import { backward, forward, movedLeaves, pointOf, weightsAt } from "./point.ts"
import { transpose } from "./transpose.ts"
import { vmapIsLoop } from "./vmap-is-loop.ts"

export interface DifferentiableOptions extends Pick<CheckGradsOptions, "order" | "modes"> {
  /** What gradients may be off by, as for laws.gradients. */
  readonly gradients?: number
  /** What the other laws may be off by, as everywhere. */
  readonly tolerance?: number
}
/** Laws by name, for `test.each(Object.entries(…))`. */
export type LawsByName = Readonly<Record<string, fc.IProperty<unknown>>>

/**
 * The laws of a function that is to be differentiated, mapped and compiled, by name: gradients, transpose, vmap and jit of
 * the function and of its derivative in each mode.
 *
 * @example
 * ```ts
 * import { type F32, tanh } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * for (const [name, law] of Object.entries(laws.differentiable((x: F32<[3]>) => tanh(x), [tensors({ shape: [3] })]))) {
 *   fc.assert(law, { numRuns: 10 })
 *   console.log(name)
 * }
 * ```
 */
export function differentiable<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: DifferentiableOptions = {},
): LawsByName {
  const law = "laws.differentiable"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["order", "modes", "tolerance", "gradients"])
  const { modes = ["fwd", "rev"], tolerance, order } = options
  const bound = tolerance === undefined ? {} : { tolerance }
  const pullback = (...xs: Drawn): unknown => floats(backward(law, call, pointOf(xs), weightsAt).cotangents)
  const pushforward = (...xs: Drawn): unknown => {
    const point = pointOf(xs)
    // Of fixed weights, for a direction that depends on the numbers could not be traced.
    const moved = movedLeaves(point, undefined)
    const direction = weightsAt(point).map((d, k) => (moved[k] === true ? d : undefined))
    return floats(forward(law, call, point, direction).leaves)
  }
  const derivatives: Readonly<Record<string, (...xs: Drawn) => unknown>> = {
    ...(modes.includes("fwd") && { "the forward derivative": pushforward }),
    ...(modes.includes("rev") && { "the pullback": pullback }),
  }
  const drawn: Arbitraries<Drawn> = typed(args)
  return typed({
    gradients: gradients(f, args, {
      modes,
      ...(order !== undefined && { order }),
      ...(options.gradients !== undefined && { tolerance: options.gradients }),
    }),
    ...(modes.length === 2 && { transpose: transpose(f, args, bound) }),
    vmapIsLoop: vmapIsLoop(f, args, bound),
    jitIsEager: jitIsEager(f, args, bound),
    ...Object.fromEntries(
      Object.entries(derivatives).flatMap(([name, derivative]): (readonly [string, unknown])[] => [
        [`vmapIsLoop of ${name}`, vmapIsLoop(derivative, drawn, bound)],
        [`jitIsEager of ${name}`, jitIsEager(derivative, drawn, bound) satisfies Law<Drawn>],
      ]),
    ),
  })
}
const floats = (leaves: readonly ({ readonly dtype: string } | undefined)[]): unknown =>
  leaves.filter((x) => x !== undefined && (x.dtype === "f32" || x.dtype === "f64"))
