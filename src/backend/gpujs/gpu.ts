/** gpu.js, loaded when it is asked for, and the one promise that it does not keep: that the mode asked for is the one that runs. */
import type { GPU, IKernelRunShortcut } from "gpu.js"
import { EngineError } from "../../autodiff/errors.ts"
import { boundedCache } from "./cache.ts"
import { type Counter, newCounter } from "./counts.ts"
import { nativeRunner, type RunNative } from "./native.ts"
import { type CompilePipeline, makePipeline, type Pipeline } from "./pipeline.ts"
import { after, DeviceArray, type Plane, type Values } from "./planes.ts"
import type { KernelSource } from "./print.ts"
import { flatten, unblock } from "./rows.ts"

export const gpujsModes = ["webgpu", "webgl2", "headlessgl", "webasm", "cpu"] as const
export type GpujsMode = (typeof gpujsModes)[number]

/** Runs over flat arrays; WebGPU alone gives a promise. Where there is a GPU, the result stays on it. */
export type RunKernel = (inputs: readonly Plane[]) => Values

/** Storage buffers of one WebGPU kernel, its output apart. */
const webgpuInputs = 7
/** What stays compiled: every kernel holds memory for its arguments and its results, a pipeline for all of its steps. */
const limits: Limits = { kernels: 1000, pipelines: 100 }
export interface Limits {
  readonly kernels: number
  readonly pipelines: number
}

/** Compiles a kernel for arguments of these sizes, which gpu.js fixes at the first call. */
export type CompileKernel = (kernel: KernelSource, sizes: readonly number[]) => RunKernel

/** What the engine needs of gpu.js. */
export interface Machine {
  readonly mode: GpujsMode
  /** Whether results stay on a GPU. */
  readonly resident: boolean
  readonly compileKernel: CompileKernel
  /** Undefined where gpu.js would run the steps one by one as well. */
  readonly compilePipeline: CompilePipeline | undefined
  /** Runs a kernel that a user wrote. */
  readonly runNative: RunNative
  readonly counter: Counter
  /** Kernels and pipelines that are compiled now. */
  readonly compiled: () => number
}

/** Bundlers hand over its browser build, which is CommonJS, as a default export alone. */
interface Loaded {
  readonly GPU?: typeof GPU
  readonly default?: { readonly GPU?: typeof GPU }
}

/** gpu.js in this mode. What was dropped at a limit is compiled again when it is run again. */
export async function openGpu(mode: GpujsMode, { kernels: most, pipelines: mostPipelines } = limits): Promise<Machine> {
  if (!gpujsModes.includes(mode))
    throw new EngineError("gpujs-mode", `gpujs has no mode "${mode}": use one of ${gpujsModes.join(", ")}`, { mode })
  const loaded: Loaded = await import("gpu.js").catch((cause: unknown) => {
    throw new EngineError(
      "gpujs-missing",
      `the engine gpujs needs the package gpu.js: npm install gpu.js (${String(cause)})`,
    )
  })
  const Gpu = loaded.GPU ?? loaded.default?.GPU
  if (Gpu === undefined || !(await isAvailable(Gpu, mode)))
    throw new EngineError(
      "gpujs-unavailable",
      `gpujs mode "${mode}" was asked for and does not run here: use "webasm" or "cpu", which run everywhere`,
      { mode },
    )
  const gpu = new Gpu({ mode })
  const counter = newCounter()
  const kernels = boundedCache<LiveKernel>(most, ({ drop }) => drop())
  const pipelines = boundedCache<Pipeline>(mostPipelines, ({ drop }) => drop())
  let made = 0
  const resident = mode !== "webasm" && mode !== "cpu"
  return {
    mode,
    resident,
    counter,
    compiled: () => kernels.size() + pipelines.size(),
    runNative: nativeRunner(gpu, (kernel, source) => {
      assertMode(kernel, source, mode, gpu)
      counter.ran(1, false)
    }),
    compileKernel: (kernel, sizes) => {
      if (mode === "webgpu" && sizes.length > webgpuInputs)
        throw new EngineError(
          "gpujs-inputs",
          `a kernel reads ${sizes.length} arrays and WebGPU kernels take ${webgpuInputs}: compute it in smaller steps, or use the wasm engine`,
          { inputs: sizes.length },
        )
      // Kernels are text: what prints alike is compiled once.
      const key = `${kernel.output.join(",")} ${sizes.join(",")} ${kernel.source}`
      const make = (): LiveKernel => {
        const settings = resident ? { pipeline: true, immutable: true } : {}
        const live = gpu.createKernel(kernel.source, { output: [...kernel.output], ...settings })
        return checked(live, kernel, () => assertMode(live, kernel.source, mode, gpu), counter)
      }
      if (!resident) return (inputs) => kernels.get(key, make).run(inputs)
      // gpu.js compiles for the kinds of its arguments, and cannot be called with others.
      const kinds = (inputs: readonly Plane[]): string =>
        inputs.map((x) => (x instanceof DeviceArray ? kindOf(x.handle) : "-")).join(" ")
      return (inputs) => kernels.get(`${kinds(inputs)} ${key}`, make).run(inputs)
    },
    compilePipeline:
      mode !== "webasm"
        ? undefined
        : (source) => {
            const key = `${made++}`
            return (inputs) => pipelines.get(key, () => makePipeline(gpu, source, counter)).run(inputs)
          },
  }
}

async function isAvailable(Gpu: typeof GPU, mode: GpujsMode): Promise<boolean> {
  switch (mode) {
    case "webgpu":
      return Gpu.isWebGPUSupported && (await Gpu.isWebGPUAvailable())
    case "webgl2":
      return Gpu.isWebGL2Supported
    case "headlessgl":
      return Gpu.isHeadlessGLSupported
    case "webasm":
      return Gpu.isWebAssemblySupported
    case "cpu":
      return true
  }
}

interface LiveKernel {
  readonly run: RunKernel
  readonly drop: () => void
}
function checked(
  kernel: IKernelRunShortcut,
  { output, block }: KernelSource,
  assertRan: () => void,
  { ran }: Counter,
): LiveKernel {
  const length = output.reduce((p, n) => p * n, block?.width ?? 1)
  const flat = (rows: unknown): Float32Array =>
    block === undefined ? flatten(rows, length) : unblock(rows, length, block.width, block.apart)
  // gpu.js finds out what an argument is by looking: a plain Float32Array is a flat array of numbers.
  const run: (inputs: readonly unknown[]) => unknown = (inputs) => Reflect.apply(kernel, undefined, inputs)
  // Runs under way and results on the GPU, which both need the kernel.
  let inUse = 0
  let dropped = false
  const leave = (): void => {
    inUse--
    if (dropped && inUse === 0) kernel.destroy()
  }
  const resultOf = (made: unknown): Plane => {
    assertRan()
    ran(1, false)
    if (!isOnDevice(made)) return flat(made)
    inUse++
    return new DeviceArray(length, made, {
      copy: () => after(made.toArray(), flat),
      destroy: () => {
        made.delete()
        leave()
      },
    })
  }
  return {
    run: (inputs) => {
      const result = run(inputs.map((x) => (x instanceof DeviceArray ? x.handle : x)))
      if (!(result instanceof Promise)) return resultOf(result)
      inUse++
      const made = result.then(resultOf)
      made.then(leave, leave)
      return made
    },
    drop: () => {
      dropped = true
      if (inUse === 0) kernel.destroy()
    },
  }
}
/** A texture, or a buffer of WebGPU. */
interface OnDevice {
  readonly toArray: () => unknown
  readonly delete: () => void
}
/** The class of a texture, and how its elements lie in it: shaders have both in their text. */
function kindOf(handle: unknown): string {
  if (typeof handle !== "object" || handle === null) return ""
  const part = (name: string): string => String(Reflect.get(handle, name) ?? "")
  return `${handle.constructor.name}[${part("size")}][${part("dimensions")}]`
}
const isOnDevice = (x: unknown): x is OnDevice =>
  typeof x === "object" &&
  x !== null &&
  "toArray" in x &&
  typeof x.toArray === "function" &&
  "delete" in x &&
  typeof x.delete === "function"

/** Falling back, gpu.js puts a kernel of another class in the place of the one that it chose for the mode. */
function assertMode(kernel: IKernelRunShortcut, source: string, mode: GpujsMode, gpu: GPU): void {
  const [chosen, found] = [gpu.Kernel, classOf(kernel)]
  if (found !== chosen)
    throw new EngineError(
      "gpujs-fallback",
      `gpujs was asked for mode "${mode}", and gpu.js ran a kernel on ${nameOf(found)} instead of ${nameOf(chosen)}: ${kernel.kernel.fallbackReason ?? "no reason given"}\n${source}`,
      { mode, ran: nameOf(found), source },
    )
}
const classOf = (kernel: IKernelRunShortcut): unknown => {
  const made: { readonly constructor: unknown } = kernel.kernel
  return made.constructor
}
const nameOf = (kind: unknown): string => (typeof kind === "function" ? kind.name : String(kind))
