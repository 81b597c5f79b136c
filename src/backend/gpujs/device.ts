/** One step of a plan at a time: as kernels, as a pipeline, or on the host. */
import { allocate } from "../../autodiff/dtype.ts"
import { internal } from "../../autodiff/errors.ts"
import { type Loop, type RoutineLoop, resultsOf, sizeOf } from "../../autodiff/program/loop/loop.ts"
import type { Device } from "../compile/run.ts"
import type { Buffers, GpujsBuffer } from "./buffers.ts"
import type { Machine, RunKernel } from "./gpu.ts"
import { assertIndexable } from "./limits.ts"
import { type Lowered, lower, sizesOf } from "./lower.ts"
import type { RunPipeline } from "./pipeline.ts"
import {
  after,
  afterAll,
  join,
  keep,
  letGo,
  nothing,
  onHost,
  type Plane,
  padded,
  reportedWhenRead,
  split,
  type Values,
} from "./planes.ts"
import type { Stretch } from "./stretch.ts"

export interface GpujsDevice extends Device<GpujsBuffer> {
  /** The kernels of a Loop; undefined for one that has none. */
  readonly lowered: (loop: Loop) => Lowered | undefined
}
interface Ready extends Lowered {
  readonly run: readonly (RunKernel | undefined)[]
}
interface StretchState {
  runs: number
  pipeline: RunPipeline | undefined
  readonly kernels: RunKernel[]
}

export function deviceOver(
  machine: Machine,
  buffers: Buffers,
  stretchOf: (loop: Loop) => Stretch | undefined,
  warmUp: number,
): GpujsDevice {
  const { make, each, free, planesIn } = buffers
  const dialect = { webasm: machine.mode === "webasm", shader: machine.mode !== "webasm" && machine.mode !== "cpu" }
  const ready = new WeakMap<Loop, Ready>()
  const states = new WeakMap<Stretch, StretchState>()

  const lowered = (loop: Loop): Ready | undefined => {
    if (loop.form === "view" || loop.form === "routine") return undefined
    let made = ready.get(loop)
    if (made === undefined) {
      const kernels = lower(loop, dialect)
      for (const type of kernels.arrays) assertIndexable(type)
      made = {
        ...kernels,
        run: kernels.kernels.map((k) => (k.empty ? undefined : machine.compileKernel(k, sizesOf(kernels, k)))),
      }
      ready.set(loop, made)
    }
    return made
  }
  /** Operands on the GPU live at least until the kernel has read them. */
  const runKernel = (kernel: RunKernel, operands: readonly Values[]): Values => {
    const run = (xs: readonly Plane[]): Values => kernel(xs.map(padded))
    if (!machine.resident) return afterAll(operands, run)
    operands.forEach(keep)
    const done = (): void => operands.forEach(letGo)
    const result = afterAll(operands, run)
    if (result instanceof Promise) result.then(done, done)
    else done()
    return result
  }
  const runKernels = (loop: Loop, inputs: readonly GpujsBuffer[]): readonly GpujsBuffer[] => {
    const { kernels, outputs, run } = lowered(loop) ?? noKernels(loop)
    const planes: (readonly Values[] | undefined)[] = inputs.map(planesIn)
    kernels.forEach(({ inputs: from, result }, k) => {
      const operands = from.map(({ array, plane }) => planes[array]?.[plane] ?? nothing)
      const kernel = run[k]
      const values = kernel === undefined ? nothing : runKernel(kernel, operands)
      planes[result.array] = [...(planes[result.array] ?? []), values]
    })
    planes.forEach((between, array) => {
      if (array >= inputs.length && !outputs.includes(array)) for (const x of between ?? []) letGo(x)
    })
    // Two results may be one array: each owns it.
    outputs.forEach((array, k) => {
      if (outputs.indexOf(array) < k) for (const x of planes[array] ?? []) keep(x)
    })
    return resultsOf(loop).map((type, k) => make(type, planes[outputs[k] ?? -1] ?? []))
  }
  const runRoutine = (loop: RoutineLoop, inputs: readonly GpujsBuffer[]): readonly GpujsBuffer[] => {
    const planes = inputs.map(planesIn)
    const { name, kernel, run } = loop.routine
    if (kernel === undefined) machine.counter.onHost(name)
    const results = afterAll(planes.flat().map(onHost), (flat) => {
      const rest = [...flat]
      const whole = loop.inputs.map((t, k) => join(t.dtype, rest.splice(0, planes[k]?.length ?? 0)))
      if (kernel === undefined) return run(whole, loop.inputs)
      return after(
        machine.runNative(
          loop,
          kernel,
          whole.map((x) => Float32Array.from(x)),
        ),
        (made) => [made],
      )
    })
    return loop.results.map((type, k) =>
      each(type, (p) => after(results, (all) => split(type.dtype, all[k] ?? nothing)[p] ?? nothing)),
    )
  }
  const runStretch = (stretch: Stretch, loop: Loop, inputs: readonly GpujsBuffer[]): readonly GpujsBuffer[] => {
    let state = states.get(stretch)
    if (state === undefined) {
      state = { runs: 0, pipeline: undefined, kernels: [] }
      states.set(stretch, state)
    }
    const { kernels } = state
    const values = inputs.flatMap(planesIn)
    let results: readonly Values[]
    if (machine.compilePipeline === undefined || state.runs++ < warmUp) results = oneByOne(stretch, kernels, values)
    else {
      const pipeline = state.pipeline ?? machine.compilePipeline(stretch.source)
      state.pipeline = pipeline
      const all = reportedWhenRead(
        Promise.resolve(
          afterAll(
            values.map(onHost),
            async (xs) => (await pipeline(xs)) ?? (await Promise.all(oneByOne(stretch, kernels, xs).map(onHost))),
          ),
        ),
      )
      results = stretch.source.results.map((_, k) => after(all, (xs) => xs[k] ?? nothing))
    }
    return resultsOf(loop).map((type, k) =>
      each(type, (p) => {
        const place = stretch.outputs[k]?.[p]
        return place === undefined ? nothing : (results[place] ?? nothing)
      }),
    )
  }
  /** What a pipeline computes: before it is worth compiling, and where gpu.js would not fuse it. */
  const oneByOne = ({ source }: Stretch, kernels: RunKernel[], inputs: readonly Values[]): readonly Values[] => {
    const made: Values[] = []
    source.calls.forEach(({ kernel, sizes, operands }, k) => {
      const run = kernels[k] ?? machine.compileKernel(kernel, sizes)
      kernels[k] = run
      const values = operands.map(
        (o): Values => (o.from === "input" ? inputs[o.input] : o.from === "call" ? made[o.call] : o.values) ?? nothing,
      )
      made.push(runKernel(run, values))
    })
    return source.results.map((call) => made[call] ?? nothing)
  }

  /** Rows are taken on the host, round after round: what is on the GPU is copied once. */
  const broughtHome = (buffer: GpujsBuffer): readonly (Float32Array | Promise<Float32Array>)[] => {
    const planes = planesIn(buffer)
    const home = planes.map(onHost)
    for (const x of planes) letGo(x)
    buffer.planes = home
    return home
  }

  return {
    lowered,
    loop: ({ loop }, inputs) => {
      if (loop.form !== "routine") return runKernels(loop, inputs)
      const stretch = stretchOf(loop)
      return stretch === undefined ? runRoutine(loop, inputs) : runStretch(stretch, loop, inputs)
    },
    constant: (type, value) => make(type, split(type.dtype, allocate(type.dtype, sizeOf(type.shape)).fill(value))),
    allocate: (type) => each(type, () => new Float32Array(sizeOf(type.shape))),
    row: (from, type, index) => {
      const [planes, size] = [broughtHome(from), sizeOf(type.shape)]
      return each(type, (p) => after(planes[p] ?? nothing, (x) => x.slice(index * size, (index + 1) * size)))
    },
    store: (into, type, index, row) => {
      const [whole, parts] = [planesIn(into), planesIn(row)]
      into.planes = whole.map((x, p) =>
        afterAll([x, parts[p] ?? nothing].map(onHost), ([all = nothing, part = nothing]) => {
          all.set(part, index * sizeOf(type.shape))
          return all
        }),
      )
    },
    free,
  }
}
const noKernels = ({ form }: Loop): never => {
  throw internal(`a ${form} has no kernels`)
}
