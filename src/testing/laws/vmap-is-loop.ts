/** One call on a batch gives what a loop over its examples gives. */
import fc from "fast-check"
import { type AnyFunction, functionArgument, typed } from "../../autodiff/boundary.ts"
import { stack } from "../../autodiff/functions/shaping.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { vmap } from "../../autodiff/transforms/vmap.ts"
import type { Flat } from "../../autodiff/tree.ts"
import type { Value } from "../../autodiff/value.ts"
import { expectEqual, type Tolerance } from "./agreement.ts"
import { type Arbitraries, tupleOf } from "./draw.ts"
import { argumentsAt, matching, pointOf, resultAt, withLeaves } from "./point.ts"

export interface VmapIsLoopOptions<A extends readonly unknown[]> extends Tolerance {
  /** As of vmap, one entry per argument: null for what all examples share. 0 for all unless given. */
  readonly inAxes?: { readonly [K in keyof A]: number | null }
  /** The most examples in a batch; 4 unless given. */
  readonly maxBatch?: number
  /**
   * A function that takes batches, written by hand: it is compared with the loop instead of `vmap(f)`. Its results have
   * the examples on their first axis.
   */
  readonly batched?: (...args: never) => unknown
}

/**
 * `vmap(f)` of a batch is the stack of what f gives for each example. With `batched`, a function of whole batches is held
 * to that instead: what one example gives must not depend on its neighbours.
 *
 * @example
 * ```ts
 * import { type F32, mean, softmax, sub } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const rows = [tensors({ shape: [3] })] as const
 * fc.assert(laws.vmapIsLoop((x: F32<[3]>) => softmax(x), rows))
 * const centred = (xs: F32<[number, 3]>) => sub(xs, mean(xs, { axis: 0 }))
 * const law = laws.vmapIsLoop((x: F32<[3]>) => sub(x, mean(x)), rows, { batched: centred })
 * console.log(fc.check(law).failed)
 * ```
 */
export function vmapIsLoop<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: VmapIsLoopOptions<A> = {},
): fc.IPropertyWithHooks<[examples: A[]]> {
  const law = "laws.vmapIsLoop"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "inAxes", "maxBatch", "batched"])
  const { maxBatch = 4, tolerance } = options
  const axes: readonly (number | null)[] = args.map((_, k) => options.inAxes?.[k] ?? (options.inAxes ? null : 0))
  const batched: AnyFunction =
    options.batched === undefined ? vmap(call, { inAxes: axes }) : functionArgument(`${law}: batched`, options.batched)
  const examples = fc.array(tupleOf(args), { minLength: 1, maxLength: maxBatch })
  return fc.property(typed<fc.Arbitrary<A[]>>(examples), (rows) => {
    const first = pointOf(rows[0] ?? [])
    const points = rows.map((row, k) => (k === 0 ? first : shared(first, matching(first, pointOf(row)), axes)))
    const results = points.map((point) => resultAt(law, call, point))
    const out = results[0] ?? first
    const wanted = withLeaves(
      out,
      out.leaves.map((_, k) => stacked(results.map((result) => result.leaves[k]))),
    )
    const batch = withLeaves(
      first,
      first.leaves.map((leaf, k) => {
        const axis = axes[argumentOf(first, k)] ?? null
        return axis === null
          ? leaf
          : stacked(
              points.map((point) => point.leaves[k]),
              axis,
            )
      }),
    )
    const found = resultAt(law, batched, pointOf(argumentsAt(batch)))
    const perhaps =
      options.batched === undefined
        ? "a batch rule of definePrimitive or gpuKernel is wrong, or f differs from call to call: a counter, Math.random(), a value that it keeps"
        : "it mixes examples: a reduction over the batch axis, a shape that was read from the whole batch, an axis counted from the wrong end"
    expectEqual(
      {
        law,
        sides: [options.batched === undefined ? "vmap(f)" : "batched", "the loop over f"],
        facts: [`a batch of ${points.length}, in axes ${JSON.stringify(axes)}`],
        perhaps,
      },
      found,
      wanted,
      tolerance,
    )
  })
}

/** The argument that a leaf belongs to. */
const argumentOf = (point: Flat, k: number): number => Number(/\[(\d+)\]/.exec(point.paths[k] ?? "")?.[1])
/** A point with the first one's leaves where an argument is shared. */
const shared = (first: Flat, point: Flat, axes: readonly (number | null)[]): Flat =>
  withLeaves(
    point,
    point.leaves.map((x, k) => ((axes[argumentOf(point, k)] ?? null) === null ? (first.leaves[k] ?? x) : x)),
  )
const stacked = (leaves: readonly (Value | undefined)[], axis = 0): Value =>
  typed(Reflect.apply(stack, undefined, [leaves, { axis }]))
