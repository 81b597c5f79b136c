/** Vectorisation: a function of one example becomes a function of a batch. */

import { functionArgument, typed } from "../boundary.ts"
import { CotangentError, ShapeError } from "../errors.ts"
import { batchValues, moveAxis, repeat } from "../interpreters/batch.ts"
import { checkOptions } from "../options.ts"
import { axisOutOfRange, lengthsDiffer } from "../shape/messages.ts"
import type { Vmap } from "../signatures/transforms.ts"
import { flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { overLeaves } from "./arguments.ts"

type AxisSpec = number | null | readonly AxisSpec[] | { readonly [key: string]: AxisSpec }
interface Options {
  readonly inAxes?: AxisSpec
  readonly outAxes?: AxisSpec
  readonly axisName?: string
}

/** One axis (or null) per leaf of a tree: a specification stands for everything below where it stops. */
function axesOfLeaves(tree: unknown, spec: AxisSpec, what: string): readonly (number | null)[] {
  if (spec === null || typeof spec === "number") return flatten(tree, what, { keep: true }).leaves.map(() => spec)
  if (typeof tree !== "object" || tree === null)
    throw new CotangentError("axes", `vmap: ${what} describes a tree where there is a ${typeof tree}`, { spec })
  return Object.entries(tree).flatMap(([name, child]) => {
    const below: AxisSpec | undefined = Array.isArray(spec) ? spec[Number(name)] : Reflect.get(spec, name)
    if (below === undefined)
      throw new CotangentError(
        "axes",
        `vmap: ${what} says nothing about ${name}; give it an axis, or null for what is not mapped`,
        { spec },
      )
    return axesOfLeaves(child, below, `${what}.${name}`)
  })
}
function normalised(axis: number, rank: number, shape: readonly number[]): number {
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || at < 0 || at >= rank)
    throw new ShapeError("shape-axis", axisOutOfRange("vmap", axis, shape), { axis, shape })
  return at
}

/**
 * Maps a function over an axis of its arguments, without a loop: the function sees one example, every operation runs on all.
 *
 * @param options `inAxes`: the axis to map, for all arguments or one per argument; null for an argument that all examples
 * share; a tree of axes for a tree. `outAxes`: where the axis goes in the results. `axisName`: lets the function use
 * `psum`, `pmean`, `pmax`, `pmin` and `axisIndex` over the axis.
 * @throws ShapeError where the mapped sizes differ or an axis is out of range.
 * @example
 * ```ts
 * import { type F32, grad, mul, sum, tensor, vmap } from "cotangent"
 * const loss = (w: F32<[2]>, x: F32<[2]>) => sum(mul(w, mul(x, x)))
 * const perExample = vmap(grad(loss), { inAxes: [null, 0] })
 * console.log(await perExample(tensor([1, 1]), tensor([[1, 2], [3, 4], [5, 6]])).array())
 * ```
 */
export const vmap: Vmap = typed((f: unknown, options: Options = {}) => {
  checkOptions("vmap", options, ["inAxes", "outAxes", "axisName"])
  const call = functionArgument("vmap", f)
  const { inAxes = 0, outAxes = 0, axisName } = options
  return (...args: readonly unknown[]) => {
    const flat = flatten(args, "arguments", { keep: true })
    const axes = axesOfLeaves(args, inAxes, "inAxes")
    let size: number | undefined
    const values = flat.leaves.map((x, k) => {
      const axis = axes[k] ?? null
      // A number among the arguments has no axis to map: every example gets the same.
      if (axis === null || (x.shape.length === 0 && typeof args[k] === "number")) return { value: x, batched: false }
      const at = normalised(axis, x.shape.length, x.shape)
      const found = x.shape[at] ?? 0
      if (size !== undefined && size !== found)
        throw new ShapeError("vmap-size", lengthsDiffer("vmap", size, found), { sizes: [size, found] })
      size = found
      return { value: moveAxis(x, at, 0), batched: true }
    })
    if (size === undefined)
      throw new CotangentError(
        "vmap-nothing",
        "vmap: no argument is mapped; at least one entry of inAxes must be an axis",
        { inAxes },
      )
    const batch = size
    const { run, result } = overLeaves("vmap", call, flat)
    const made = batchValues(
      run,
      values.map((x) => x.value),
      values.map((x) => x.batched),
      { size: batch, name: axisName },
    )
    const out = result()
    const places = axesOfLeaves(out.build(made.values), outAxes, "outAxes")
    return out.build(made.values.map((x, k) => place(x, made.batched[k] === true, places[k] ?? null, batch)))
  }
})

function place(x: Value, batched: boolean, axis: number | null, size: number): Value {
  if (axis === null) {
    if (batched)
      throw new CotangentError(
        "axes",
        "vmap: outAxes is null for a result that differs between examples; give it an axis",
      )
    return x
  }
  const whole = batched ? x : repeat(x, size)
  return moveAxis(whole, 0, normalised(axis, whole.shape.length, whole.shape))
}
