/** Any Loop as kernels that gpu.js can run: every rewrite that its numbers, its threads and its one output ask for. */
import { internal } from "../../autodiff/errors.ts"
import { prune } from "../../autodiff/program/loop/derive/inputs.ts"
import { retypeLoop } from "../../autodiff/program/loop/derive/retype.ts"
import { gatherBySum, gatherSide } from "../../autodiff/program/loop/gather-side.ts"
import {
  type ArrayType,
  type MapLoop,
  mapLoop,
  type PrefixLoop,
  type ScatterLoop,
} from "../../autodiff/program/loop/loop.ts"
import { foldConstants } from "../compile/fold-constants.ts"
import { hoistFolds } from "../compile/hoist-folds.ts"
import { limbLoop, planesOf } from "../compile/limbs.ts"
import { withScalars } from "../compile/narrow.ts"
import { prefixSteps } from "../compile/prefix-steps.ts"
import { type Sequence, sequenceOf } from "../compile/sequence.ts"
import { type KernelSource, printKernel } from "./print.ts"
import { lowerRemainders } from "./remainder.ts"

/** One plane of an array: an i32 or u32 has two, hi then lo, of 16 bits each. */
export interface Plane {
  readonly array: number
  readonly plane: number
}
export interface LoweredKernel extends KernelSource {
  readonly inputs: readonly Plane[]
  readonly result: Plane
  /** No elements: nothing to run. */
  readonly empty: boolean
}
/** Kernels in order over numbered arrays: the Loop's inputs first. */
export interface Lowered {
  readonly arrays: readonly ArrayType[]
  readonly kernels: readonly LoweredKernel[]
  readonly outputs: readonly number[]
}

export function lower(loop: MapLoop | PrefixLoop | ScatterLoop): Lowered {
  const { arrays, steps, outputs } = asMaps(loop)
  let made = arrays.length
  for (const step of steps) made -= step.loop.bodies.length
  const kernels = steps.flatMap((step) => {
    const planes = step.from.flatMap((array, k) =>
      Array.from({ length: planesOf(step.loop.inputs[k]?.dtype ?? "f32") }, (_, plane) => ({ array, plane })),
    )
    const results = step.loop.bodies.flatMap((body) => {
      const array = made++
      return Array.from({ length: planesOf(body.dtype) }, (_, plane) => ({ array, plane }))
    })
    const limbs = limbLoop(step.loop)
    const bodies = limbs.bodies.map(foldConstants)
    return results.map((result, k): LoweredKernel => {
      const single = prune(mapLoop(limbs.inputs, limbs.shape, () => bodies.slice(k, k + 1)))
      if (single.loop.form !== "map") throw internal("a map became something else")
      const inputs = single.from.map((p) => planes[p] ?? missing())
      return { ...printKernel(single.loop), inputs, result, empty: limbs.shape.includes(0) }
    })
  })
  return { arrays, kernels, outputs }
}

function asMaps(loop: MapLoop | PrefixLoop | ScatterLoop): Sequence {
  const { splice, finish } = sequenceOf(loop.inputs.map((x) => ({ dtype: single(x.dtype), shape: x.shape })))
  const own = loop.inputs.map((_, k) => k)
  const f32 = withScalars(retypeLoop(loop, "f32"), (n) => lowerRemainders(foldConstants(n)))
  switch (f32.form) {
    case "map":
      return finish(splice(hoistFolds(f32), own))
    case "scatter":
      return finish(splice(hoistFolds(gatherSide(f32) ?? gatherBySum(f32)), own))
    case "prefix": {
      let from: readonly number[] = own
      for (const step of prefixSteps(f32)) from = splice(hoistFolds(step), from)
      return finish(from)
    }
    default:
      throw internal(`no kernels for a ${f32.form}`)
  }
}
const single = (dtype: ArrayType["dtype"]): ArrayType["dtype"] => (dtype === "f64" ? "f32" : dtype)
const missing = (): never => {
  throw internal("a kernel reads a plane that no array has")
}
