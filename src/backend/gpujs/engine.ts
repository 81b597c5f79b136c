/**
 * The gpu.js engine: every Loop as generated kernel source. Numbers are f32; 32-bit integers and keys live as two planes
 * of 16 bits and are exact; a bool is 0 or 1. There is no f64, weak scalars apart, which count as f32.
 */
import type { Engine, EngineBuffer, Executable, TimedRun } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import type { Loop } from "../../autodiff/program/loop/loop.ts"
import { fuse } from "../compile/fuse.ts"
import type { Plan } from "../compile/plan.ts"
import { subPlans } from "../compile/plan.ts"
import { runPlan, runPlanLater } from "../compile/run.ts"
import { simplifiedPlan } from "../compile/stages.ts"
import { timed } from "../compile/timed.ts"
import { buffersOf, type GpujsBuffer } from "./buffers.ts"
import type { KernelCounts } from "./counts.ts"
import { deviceOver } from "./device.ts"
import { type GpujsMode, type Machine, openGpu } from "./gpu.ts"
import { assertIndexable, assertNoDoubles, noDoubles } from "./limits.ts"
import { orderScatters } from "./order-scatters.ts"
import { after, join, keep, nothing, onHost, split } from "./planes.ts"
import { type Stretch, stretched } from "./stretch.ts"

export interface GpujsEngine extends Engine {
  /** What has run where until now. */
  readonly kernelCounts: () => KernelCounts
}
interface Compiled extends Executable {
  readonly plan: Plan
}

/**
 * Runs on gpu.js in the mode asked for, or fails; what gpu.js cannot run in that mode is an error, never a fallback.
 *
 * ```ts
 * const engine = await createGpujs({ mode: "webasm" })
 * ```
 */
export const createGpujs = async ({ mode }: { readonly mode: GpujsMode }): Promise<GpujsEngine> =>
  engineOver(await openGpu(mode), mode)

/** A pipeline takes longer to compile than its kernels: it is made for what runs more often than this. */
const runsBeforePipelines = 3

/** The engine over kernels compiled by the machine; in mode webgpu they give promises. */
export function engineOver(machine: Machine, mode: GpujsMode, warmUp = runsBeforePipelines): GpujsEngine {
  const buffers = buffersOf(() => engine)
  const { make, each, free, mine, planesIn, kept, drop } = buffers
  const stretches = new WeakMap<Loop, Stretch>()
  const device = deviceOver(machine, buffers, (loop) => stretches.get(loop), warmUp)
  const runnable = new WeakMap<Plan, Plan>()

  /** The plan with stretches of it as pipelines, where the machine has them. */
  const prepared = (plan: Plan): Plan => {
    if (machine.compilePipeline === undefined) return plan
    let made = runnable.get(plan)
    if (made === undefined) {
      const { plan: inStretches, stretchOf } = stretched(plan, device.lowered)
      for (const [loop, stretch] of stretchOf) stretches.set(loop, stretch)
      made = inStretches
      runnable.set(plan, made)
    }
    return made
  }
  const isThere = (b: GpujsBuffer): boolean => planesIn(b).every((x) => !(x instanceof Promise))
  const firstOf = ({ type }: GpujsBuffer, planes: readonly Float32Array[]): number => join(type.dtype, planes)[0] ?? 0

  const submit = (plan: Plan, inputs: readonly GpujsBuffer[], donated: ReadonlySet<number>): readonly GpujsBuffer[] => {
    const promises = mode === "webgpu" || !inputs.every(isThere) || hasStretch(plan, stretches)
    if (!promises || !asks(plan))
      return runPlan(plan, device, inputs, donated, (b) =>
        firstOf(
          b,
          planesIn(b)
            .map(onHost)
            .filter((x) => x instanceof Float32Array),
        ),
      )
    // Where a scalar decides what runs next, results can only be promised, and so stand in buffers of their own.
    const own = inputs.map(kept)
    inputs.forEach((b, k) => {
      if (donated.has(k) && !inputs.some((other, j) => other === b && !donated.has(j))) free(b)
    })
    const running = runPlanLater(plan, device, own, new Set(), async (b) =>
      firstOf(b, await Promise.all(planesIn(b).map(onHost))),
    )
    const planes = running.then((made) => {
      const found = made.map(planesIn)
      // Every result owns what it holds, whoever made it.
      for (const x of found.flat()) keep(x)
      for (const b of new Set(made)) if (!own.includes(b)) free(b)
      return found
    })
    const done = (): void => own.forEach(drop)
    planes.then(done, done)
    return plan.outputs.map((slot, k) =>
      each(plan.slots[slot] ?? unknownType(), (p) => after(planes, (all) => all[k]?.[p] ?? nothing)),
    )
  }
  /** Kernel by kernel, without pipelines: their time cannot be divided among what they fused. */
  const profile = (executable: Executable, inputs: readonly EngineBuffer[]): TimedRun => {
    if (executable.engine !== engine) throw internal("an executable of another engine")
    const operands = inputs.map(mine)
    if (!operands.every(isThere))
      throw new EngineError(
        "promised",
        `profile: an argument is still being computed by ${engine.name}; read it first, as in await x.data()`,
      )
    const { device: watched, kernels } = timed(device)
    const outputs = runPlan((executable as Compiled).plan, watched, operands, new Set(), (b) =>
      firstOf(
        b,
        planesIn(b).filter((x) => x instanceof Float32Array),
      ),
    )
    return { outputs, kernels }
  }
  const engine: GpujsEngine = {
    name: `gpujs/${mode}`,
    compile: (program) => {
      assertNoDoubles(program, engine.name)
      // Fused kernels read more arrays, and WebGPU's take few.
      const plan = simplifiedPlan(program)
      const compiled: Compiled = { engine, program, plan: orderScatters(mode === "webgpu" ? plan : fuse(plan)) }
      return compiled
    },
    submit: (executable, inputs, donated) => {
      if (executable.engine !== engine) throw internal("an executable of another engine")
      return submit(prepared((executable as Compiled).plan), inputs.map(mine), donated)
    },
    // On WebGPU nothing tells when a kernel has run.
    ...(mode === "webgpu" ? {} : { profile }),
    upload: (values, type) => {
      if (type.dtype === "f64" && type.shape.length > 0)
        throw noDoubles(engine.name, `a tensor f64[${type.shape.join(", ")}]`)
      assertIndexable(type)
      return make(type, split(type.dtype, values))
    },
    read: async (buffer) => join(buffer.type.dtype, await Promise.all(planesIn(mine(buffer)).map(onHost))),
    readSync: undefined,
    release: (buffer) => free(mine(buffer)),
    bytesHeld: buffers.bytesHeld,
    kernelCounts: () => machine.counter.counts(machine.compiled()),
  }
  return engine
}

/** Whether a scalar decides what runs next. */
const asks = (plan: Plan): boolean =>
  plan.steps.some((step) => step.kind === "while" || step.kind === "cond" || subPlans(step).some(asks))
const hasStretch = (plan: Plan, stretches: WeakMap<Loop, Stretch>): boolean =>
  plan.steps.some(
    (step) =>
      (step.kind === "loop" && stretches.has(step.loop)) || subPlans(step).some((p) => hasStretch(p, stretches)),
  )
const unknownType = (): never => {
  throw internal("a result without a type")
}
