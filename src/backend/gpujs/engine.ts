/**
 * The gpu.js engine: every Loop as generated kernel source. Numbers are f32; 32-bit integers and keys live as two planes
 * of 16 bits and are exact; a bool is 0 or 1. There is no f64, weak scalars apart, which count as f32.
 */
import { allocate, type Element, type Numbers } from "../../autodiff/dtype.ts"
import type { Engine, EngineBuffer, Executable } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, type Loop, type RoutineLoop, resultsOf, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { type Program, subPrograms } from "../../autodiff/program/program.ts"
import { showType } from "../../autodiff/program/type.ts"
import { fuse } from "../compile/fuse.ts"
import { planesOf } from "../compile/limbs.ts"
import type { Plan } from "../compile/plan.ts"
import { planOf } from "../compile/plan-of.ts"
import { type Device, runPlan, runPlanLater } from "../compile/run.ts"
import { type CompileKernel, type GpujsMode, openGpu, type RunKernel } from "./gpu.ts"
import { type Lowered, type LoweredKernel, lower } from "./lower.ts"

/** There at once, or on WebGPU on their way. */
type Values = Float32Array | Promise<Float32Array>

class GpujsBuffer implements EngineBuffer {
  readonly engine: Engine
  readonly type: ArrayType
  planes: readonly Values[]
  held = true

  constructor(engine: Engine, type: ArrayType, planes: readonly Values[]) {
    this.engine = engine
    this.type = type
    this.planes = planes
  }
}
interface Compiled extends Executable {
  readonly plan: Plan
}
interface Ready extends Lowered {
  readonly run: readonly (RunKernel | undefined)[]
}

/**
 * Runs on gpu.js in the mode asked for, or fails; what gpu.js cannot run in that mode is an error, never a fallback.
 *
 * ```ts
 * const engine = await createGpujs({ mode: "webasm" })
 * ```
 */
export const createGpujs = async ({ mode }: { readonly mode: GpujsMode }): Promise<Engine> =>
  engineOver(await openGpu(mode), mode)

/** The engine over kernels compiled by `compileKernel`; in mode webgpu they give promises. */
export function engineOver(compileKernel: CompileKernel, mode: GpujsMode): Engine {
  const ready = new WeakMap<Loop, Ready>()
  let held = 0
  const bytes = (type: ArrayType): number => 4 * planesOf(type.dtype) * sizeOf(type.shape)
  const make = (type: ArrayType, planes: readonly Values[]): GpujsBuffer => {
    held += bytes(type)
    return new GpujsBuffer(engine, type, planes)
  }
  const free = (buffer: GpujsBuffer): void => {
    if (buffer.held) held -= bytes(buffer.type)
    buffer.held = false
    buffer.planes = []
  }
  const mine = (buffer: EngineBuffer): GpujsBuffer => {
    if (buffer instanceof GpujsBuffer && buffer.engine === engine) return buffer
    throw new EngineError(
      "foreign-buffer",
      `a tensor of engine ${buffer.engine.name} was handed to engine ${engine.name}: move it first with await x.to("gpujs")`,
    )
  }
  const planesIn = (buffer: GpujsBuffer): readonly Values[] => {
    if (!buffer.held) throw internal(`a buffer of the engine ${engine.name} is used after its release`)
    return buffer.planes
  }

  const prepare = (loop: Loop): Ready => {
    let made = ready.get(loop)
    if (made === undefined) {
      if (loop.form === "view" || loop.form === "routine") throw internal(`a ${loop.form} has no kernels`)
      const lowered = lower(loop)
      for (const type of lowered.arrays) assertIndexable(type)
      const sizes = (k: LoweredKernel): readonly number[] =>
        k.inputs.map(({ array }) => sizeOf(lowered.arrays[array]?.shape ?? []))
      made = { ...lowered, run: lowered.kernels.map((k) => (k.empty ? undefined : compileKernel(k, sizes(k)))) }
      ready.set(loop, made)
    }
    return made
  }
  const runKernels = (loop: Loop, inputs: readonly GpujsBuffer[]): readonly GpujsBuffer[] => {
    const { kernels, outputs, run } = prepare(loop)
    const planes: (readonly Values[] | undefined)[] = inputs.map(planesIn)
    kernels.forEach(({ inputs: from, result }, k) => {
      const operands = from.map(({ array, plane }) => planes[array]?.[plane] ?? nothing)
      const kernel = run[k]
      const values = kernel === undefined ? nothing : afterAll(operands, (ready) => kernel(ready.map(padded)))
      planes[result.array] = [...(planes[result.array] ?? []), values]
    })
    return resultsOf(loop).map((type, k) => make(type, planes[outputs[k] ?? -1] ?? []))
  }
  const runRoutine = (loop: RoutineLoop, inputs: readonly GpujsBuffer[]): readonly GpujsBuffer[] => {
    const planes = inputs.map(planesIn)
    const results = afterAll(planes.flat(), (flat) => {
      const rest = [...flat]
      const whole = loop.inputs.map((t, k) => join(t.dtype, rest.splice(0, planes[k]?.length ?? 0)))
      return loop.routine.run(whole, loop.inputs)
    })
    return loop.results.map((type, k) =>
      make(
        type,
        Array.from({ length: planesOf(type.dtype) }, (_, p) =>
          after(results, (all) => split(type.dtype, all[k] ?? new Float32Array(0))[p] ?? nothing),
        ),
      ),
    )
  }
  const each = (type: ArrayType, plane: (p: number) => Values): GpujsBuffer =>
    make(
      type,
      Array.from({ length: planesOf(type.dtype) }, (_, p) => plane(p)),
    )

  const device: Device<GpujsBuffer> = {
    loop: ({ loop }, inputs) => (loop.form === "routine" ? runRoutine(loop, inputs) : runKernels(loop, inputs)),
    constant: (type, value) => make(type, split(type.dtype, allocate(type.dtype, sizeOf(type.shape)).fill(value))),
    allocate: (type) => each(type, () => new Float32Array(sizeOf(type.shape))),
    row: (from, type, index) => {
      const [planes, size] = [planesIn(from), sizeOf(type.shape)]
      return each(type, (p) => after(planes[p] ?? nothing, (x) => x.slice(index * size, (index + 1) * size)))
    },
    store: (into, type, index, row) => {
      const [whole, parts] = [planesIn(into), planesIn(row)]
      into.planes = whole.map((x, p) =>
        afterAll([x, parts[p] ?? nothing], ([all = nothing, part = nothing]) => {
          all.set(part, index * sizeOf(type.shape))
          return all
        }),
      )
    },
    free,
  }
  const firstOf = ({ type }: GpujsBuffer, planes: readonly Float32Array[]): number => join(type.dtype, planes)[0] ?? 0

  const submit = (plan: Plan, inputs: readonly GpujsBuffer[], donated: ReadonlySet<number>): readonly GpujsBuffer[] => {
    if (mode !== "webgpu" || plan.steps.every((s) => s.kind !== "while" && s.kind !== "cond" && s.kind !== "scan"))
      return runPlan(plan, device, inputs, donated, (b) =>
        firstOf(
          b,
          planesIn(b).filter((x) => x instanceof Float32Array),
        ),
      )
    // Where a scalar decides what runs next, results can only be promised, and so stand in buffers of their own.
    const running = runPlanLater(plan, device, inputs, new Set(), async (b) =>
      firstOf(b, await Promise.all(planesIn(b))),
    )
    const planes = running.then((made) => {
      const found = made.map(planesIn)
      for (const b of new Set(made)) if (!inputs.includes(b)) free(b)
      return found
    })
    return plan.outputs.map((slot, k) =>
      each(plan.slots[slot] ?? unknownType(), (p) => after(planes, (all) => all[k]?.[p] ?? nothing)),
    )
  }
  const engine: Engine = {
    name: `gpujs/${mode}`,
    compile: (program) => {
      assertNoDoubles(program, engine.name)
      // Fused kernels read more arrays, and WebGPU's take few.
      const plan = planOf(program)
      const compiled: Compiled = { engine, program, plan: mode === "webgpu" ? plan : fuse(plan) }
      return compiled
    },
    submit: (executable, inputs, donated) => {
      if (executable.engine !== engine) throw internal("an executable of another engine")
      return submit((executable as Compiled).plan, inputs.map(mine), donated)
    },
    upload: (values, type) => {
      if (type.dtype === "f64" && type.shape.length > 0)
        throw noDoubles(engine.name, `a tensor f64[${type.shape.join(", ")}]`)
      assertIndexable(type)
      return make(type, split(type.dtype, values))
    },
    read: async (buffer) => join(buffer.type.dtype, await Promise.all(planesIn(mine(buffer)))),
    readSync: undefined,
    release: (buffer) => free(mine(buffer)),
    bytesHeld: () => held,
  }
  return engine
}

const nothing = new Float32Array(0)
// A kernel argument needs an element; every read of an array without elements is outside it and tested.
const padding = new Float32Array(1)
const padded = (x: Float32Array): Float32Array => (x.length === 0 ? padding : x)

function after<T, R>(x: T | Promise<T>, f: (x: T) => R | Promise<R>): R | Promise<R> {
  return x instanceof Promise ? reportedWhenRead(x.then(f)) : f(x)
}
/** Nobody may ever read the result: its failure must not end the process. */
function reportedWhenRead<T>(x: Promise<T>): Promise<T> {
  x.catch(() => undefined)
  return x
}
function afterAll<R>(xs: readonly Values[], f: (xs: readonly Float32Array[]) => R | Promise<R>): R | Promise<R> {
  const there = xs.filter((x) => x instanceof Float32Array)
  return there.length === xs.length ? f(there) : reportedWhenRead(Promise.all(xs).then(f))
}

/** The planes of an array; always copies. */
function split(dtype: Element, values: Numbers): readonly Float32Array[] {
  if (planesOf(dtype) === 1) return [Float32Array.from(values)]
  return [Float32Array.from(values, (v) => (v >>> 16) & 0xffff), Float32Array.from(values, (v) => v & 0xffff)]
}
function join(dtype: Element, planes: readonly Float32Array[]): Numbers {
  const [first = nothing, second = nothing] = planes
  const out = allocate(dtype, first.length)
  if (planesOf(dtype) === 1) out.set(first)
  else for (let k = 0; k < out.length; k++) out[k] = (first[k] ?? 0) * 0x10000 + (second[k] ?? 0)
  return out
}

function assertIndexable({ dtype, shape }: ArrayType): void {
  if (sizeOf(shape) > 2 ** 24)
    throw new EngineError(
      "gpujs-size",
      `gpujs numbers elements in f32, exactly up to 2^24 = 16,777,216, and ${dtype}[${shape.join(", ")}] has ${sizeOf(shape)}: use the wasm engine, await setEngine("wasm")`,
      { shape },
    )
}
function assertNoDoubles(program: Program, engine: string): void {
  const atoms = [
    ...program.inputs,
    ...program.outputs,
    ...program.equations.flatMap((e) => [...e.inputs, ...e.outputs]),
  ]
  const found = atoms.find((a) => a.type.dtype === "f64" && !a.type.weak)
  if (found !== undefined) throw noDoubles(engine, `a value ${showType(found.type)} in ${program.name}`)
  for (const e of program.equations) for (const inner of subPrograms(e.operation)) assertNoDoubles(inner, engine)
}
const noDoubles = (engine: string, what: string): EngineError =>
  new EngineError(
    "gpujs-f64",
    `${engine} has no f64 and was given ${what}: use cast(x, "f32"), or an engine that has it, await setEngine("wasm")`,
    { what },
  )
const unknownType = (): never => {
  throw internal("a result without a type")
}
