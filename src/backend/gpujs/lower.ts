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
  sizeOf,
} from "../../autodiff/program/loop/loop.ts"
import { constant } from "../../autodiff/program/loop/scalar.ts"
import { substitute } from "../../autodiff/program/loop/walk.ts"
import { collapse } from "../compile/collapse.ts"
import { foldConstants } from "../compile/fold-constants.ts"
import { hoistFolds } from "../compile/hoist-folds.ts"
import { limbLoop, planesOf } from "../compile/limbs.ts"
import { withScalars } from "../compile/narrow.ts"
import { prefixSteps } from "../compile/prefix-steps.ts"
import { type Sequence, sequenceOf } from "../compile/sequence.ts"
import { hoistShared } from "./hoist-shared.ts"
import { lowerForGpu, lowerForShaders } from "./polynomials.ts"
import { type Dialect, type KernelSource, printKernel } from "./print.ts"
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

/** How many elements each argument of the kernel has. */
export const sizesOf = ({ arrays }: Lowered, kernel: LoweredKernel): readonly number[] =>
  kernel.inputs.map(({ array }) => sizeOf(arrays[array]?.shape ?? []))

export function lower(loop: MapLoop | PrefixLoop | ScatterLoop, dialect: Dialect = {}): Lowered {
  const { arrays, steps, outputs } = asMaps(loop, dialect)
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
    // The only value of an index of size 1: gpu.js reads `a0[0 + 0]` as an address in floats, which GLSL refuses.
    const known = new Map(limbs.indices.flatMap((v) => (v.size === 1 ? [[v, constant(0)] as const] : [])))
    const bodies = limbs.bodies.map((body) => foldConstants(substitute(body, known)))
    return results.map((result, k): LoweredKernel => {
      const single = prune(mapLoop(limbs.inputs, limbs.shape, () => bodies.slice(k, k + 1)))
      if (single.loop.form !== "map") throw internal("a map became something else")
      const inputs = single.from.map((p) => planes[p] ?? missing())
      return {
        ...printKernel(dialect.webasm === true ? collapse(single.loop) : single.loop, dialect),
        inputs,
        result,
        empty: limbs.shape.includes(0),
      }
    })
  })
  return { arrays, kernels, outputs }
}

function asMaps(loop: MapLoop | PrefixLoop | ScatterLoop, dialect: Dialect): Sequence {
  const { webasm = false, shader = false } = dialect
  const { splice, finish } = sequenceOf(loop.inputs.map((x) => ({ dtype: single(x.dtype), shape: x.shape })))
  const own = loop.inputs.map((_, k) => k)
  const f32 = withScalars(retypeLoop(loop, "f32"), (n) => {
    const whole = lowerForGpu(lowerRemainders(foldConstants(n)))
    return shader ? lowerForShaders(whole) : whole
  })
  const hoisted = (map: MapLoop, from: readonly number[]): readonly number[] => {
    if (!webasm) return splice(hoistFolds(map), from)
    const { steps, outputs } = hoistFolds(map)
    const named = [...from]
    for (const step of steps)
      named.push(
        ...splice(
          hoistShared(step.loop),
          step.from.map((k) => named[k] ?? missing()),
        ),
      )
    return outputs.map((k) => named[k] ?? missing())
  }
  switch (f32.form) {
    case "map":
      return finish(hoisted(f32, own))
    case "scatter":
      return finish(hoisted(gatherSide(f32) ?? gatherBySum(f32), own))
    case "prefix": {
      let from: readonly number[] = own
      for (const step of prefixSteps(f32)) from = hoisted(step, from)
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
