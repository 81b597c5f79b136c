/** The reference engine: one element at a time, each dtype exactly, results in fresh arrays. The oracle of every test. */
import { allocate, bytesOf, type Numbers } from "../../autodiff/dtype.ts"
import type { Engine, EngineBuffer, Executable } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, sizeOf } from "../../autodiff/program/loop/loop.ts"
import type { Plan } from "../compile/plan.ts"
import { planOf } from "../compile/plan-of.ts"
import { type Device, runPlan } from "../compile/run.ts"
import { timed } from "../compile/timed.ts"
import { kernelOf } from "./kernel.ts"

class ReferenceBuffer implements EngineBuffer {
  readonly engine: Engine
  readonly type: ArrayType
  /** Gone once released, so that a use after that is found out. */
  values: Numbers | undefined

  constructor(engine: Engine, type: ArrayType, values: Numbers) {
    this.engine = engine
    this.type = type
    this.values = values
  }
}
interface Compiled extends Executable {
  readonly plan: Plan
}

/**
 * An engine that interprets Loops, slowly and exactly: `fround` after every f32 operation, wrapping 32-bit integers, sums
 * in the order of their index.
 *
 * ```ts
 * const engine = createReference()
 * engine.readSync?.(engine.upload(new Float32Array([1, 2]), { dtype: "f32", shape: [2] }))
 * ```
 */
export function createReference(): Engine {
  let held = 0
  const sizeInBytes = (type: ArrayType): number => sizeOf(type.shape) * bytesOf(type.dtype)
  const make = (type: ArrayType, values: Numbers): ReferenceBuffer => {
    held += sizeInBytes(type)
    return new ReferenceBuffer(engine, type, values)
  }
  const free = (buffer: ReferenceBuffer): void => {
    if (buffer.values !== undefined) held -= sizeInBytes(buffer.type)
    buffer.values = undefined
  }
  const mine = (buffer: EngineBuffer): ReferenceBuffer => {
    if (buffer instanceof ReferenceBuffer && buffer.engine === engine) return buffer
    throw new EngineError(
      "foreign-buffer",
      `a tensor of engine ${buffer.engine.name} was handed to engine reference: move it first with await x.to("reference")`,
    )
  }
  const valuesOf = (buffer: ReferenceBuffer): Numbers => {
    if (buffer.values === undefined) throw internal("a buffer of the reference engine is used after its release")
    return buffer.values
  }

  const device: Device<ReferenceBuffer> = {
    loop: (step, inputs) => {
      const kernel = kernelOf(step.loop)
      const made = kernel.run(inputs.map(valuesOf))
      return kernel.results.map((type, k) => {
        const values = made[k]
        if (values === undefined) throw internal(`${step.name} gives fewer results than it states`)
        return make(type, values)
      })
    },
    constant: (type, value) => make(type, allocate(type.dtype, sizeOf(type.shape)).fill(value)),
    allocate: (type) => make(type, allocate(type.dtype, sizeOf(type.shape))),
    row: (from, type, index) => {
      const size = sizeOf(type.shape)
      return make(type, valuesOf(from).slice(index * size, (index + 1) * size))
    },
    store: (into, type, index, row) => valuesOf(into).set(valuesOf(row), index * sizeOf(type.shape)),
    free,
  }
  const run = (
    executable: Executable,
    on: Device<ReferenceBuffer>,
    inputs: readonly EngineBuffer[],
    donated: ReadonlySet<number>,
  ): readonly EngineBuffer[] => {
    if (!("plan" in executable) || executable.engine !== engine) throw internal("an executable of another engine")
    const { plan } = executable as Compiled
    return runPlan(plan, on, inputs.map(mine), donated, (b) => valuesOf(b)[0] ?? 0)
  }
  const read = (buffer: EngineBuffer): Numbers => valuesOf(mine(buffer)).slice()

  const engine: Engine = {
    name: "reference",
    compile: (program) => {
      const compiled: Compiled = { engine, program, plan: planOf(program) }
      return compiled
    },
    submit: (executable, inputs, donated) => run(executable, device, inputs, donated),
    profile: (executable, inputs) => {
      const { device: watched, kernels } = timed(device)
      return { outputs: run(executable, watched, inputs, new Set()), kernels }
    },
    upload: (values, type) => {
      const copy = allocate(type.dtype, sizeOf(type.shape))
      if (values.length !== copy.length) throw internal(`${values.length} numbers for shape [${type.shape.join(", ")}]`)
      copy.set(values)
      return make(type, copy)
    },
    read: async (buffer) => read(buffer),
    readSync: read,
    release: (buffer) => free(mine(buffer)),
    bytesHeld: () => held,
  }
  return engine
}
