/** gpu.js, loaded when it is asked for, and the one promise that it does not keep: that the mode asked for is the one that runs. */
import type { GPU, IKernelRunShortcut } from "gpu.js"
import { EngineError } from "../../autodiff/errors.ts"
import type { KernelSource } from "./print.ts"

export const gpujsModes = ["webgpu", "webgl2", "headlessgl", "webasm", "cpu"] as const
export type GpujsMode = (typeof gpujsModes)[number]

/** Runs over flat arrays; WebGPU alone gives a promise. */
export type RunKernel = (inputs: readonly Float32Array[]) => Float32Array | Promise<Float32Array>

/** Storage buffers of one WebGPU kernel, its output apart. */
const webgpuInputs = 7

/** Compiles a kernel for arguments of these sizes, which gpu.js fixes at the first call. */
export type CompileKernel = (kernel: KernelSource, sizes: readonly number[]) => RunKernel

export async function openGpu(mode: GpujsMode): Promise<CompileKernel> {
  if (!gpujsModes.includes(mode))
    throw new EngineError("gpujs-mode", `gpujs has no mode "${mode}": use one of ${gpujsModes.join(", ")}`, { mode })
  const { GPU: Gpu } = await import("gpu.js").catch((cause: unknown) => {
    throw new EngineError(
      "gpujs-missing",
      `the engine gpujs needs the package gpu.js: npm install gpu.js (${String(cause)})`,
    )
  })
  if (!(await isAvailable(Gpu, mode)))
    throw new EngineError(
      "gpujs-unavailable",
      `gpujs mode "${mode}" was asked for and does not run here: use "webasm" or "cpu", which run everywhere`,
      { mode },
    )
  const gpu = new Gpu({ mode })
  // Kernels are text: what prints alike is compiled once.
  const compiled = new Map<string, RunKernel>()
  return (kernel, sizes) => {
    const key = `${kernel.output.join(",")} ${sizes.join(",")} ${kernel.source}`
    let run = compiled.get(key)
    if (run === undefined) {
      if (mode === "webgpu" && sizes.length > webgpuInputs)
        throw new EngineError(
          "gpujs-inputs",
          `a kernel reads ${sizes.length} arrays and WebGPU kernels take ${webgpuInputs}: compute it in smaller steps, or use the wasm engine`,
          { inputs: sizes.length },
        )
      run = checked(gpu.createKernel(kernel.source, { output: [...kernel.output] }), kernel, mode)
      compiled.set(key, run)
    }
    return run
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

function checked(kernel: IKernelRunShortcut, { source, output }: KernelSource, mode: GpujsMode): RunKernel {
  const length = output.reduce((p, n) => p * n, 1)
  // gpu.js finds out what an argument is by looking: a plain Float32Array is a flat array of numbers.
  const run: (...inputs: readonly Float32Array[]) => unknown = kernel
  let proved = false
  const prove = (): void => {
    const ran = modeOf(kernel)
    if (ran !== mode)
      throw new EngineError(
        "gpujs-fallback",
        `gpujs was asked for mode "${mode}", and gpu.js ran a kernel on "${ran}" instead: ${kernel.kernel.fallbackReason ?? "no reason given"}\n${source}`,
        { mode, ran, source },
      )
    proved = true
  }
  return (inputs) => {
    const result = run(...inputs)
    if (result instanceof Promise)
      return result.then((rows: unknown) => {
        prove()
        return flatten(rows, length)
      })
    if (!proved) prove()
    return flatten(result, length)
  }
}
const modeOf = (kernel: IKernelRunShortcut): unknown => {
  const made: { readonly constructor: unknown } = kernel.kernel
  return typeof made.constructor === "function" && "mode" in made.constructor ? made.constructor.mode : undefined
}

/** Rows of rows as one array. They may all be views of one buffer, in order: then that is taken as it is. */
function flatten(rows: unknown, length: number): Float32Array {
  if (rows instanceof Float32Array) return rows.length === length ? rows : rows.slice(0, length)
  const out = new Float32Array(length)
  let at = 0
  const visit = (x: unknown): void => {
    if (x instanceof Float32Array) {
      out.set(x, at)
      at += x.length
    } else if (Array.isArray(x)) for (const row of x) visit(row)
  }
  visit(rows)
  return out
}
