/** Kernels one after the other as one gpu.js pipeline: arrays go in once and results come out once, whatever is between. */
import type { GPU, IKernelRunShortcut, IPipelineHandle, PipelineFunction } from "gpu.js"
import { internal } from "../../autodiff/errors.ts"
import type { Counter } from "./counts.ts"
import { padded } from "./planes.ts"
import type { KernelSource } from "./print.ts"
import { flatten } from "./rows.ts"

/** What a kernel of a pipeline reads. */
export type Operand =
  | { readonly from: "input"; readonly input: number }
  | { readonly from: "call"; readonly call: number }
  | { readonly from: "constant"; readonly values: Float32Array }
export interface PipelineCall {
  readonly kernel: KernelSource
  /** Elements of each operand. */
  readonly sizes: readonly number[]
  readonly operands: readonly Operand[]
}
export interface PipelineSource {
  readonly inputs: number
  readonly calls: readonly PipelineCall[]
  /** The calls whose results come out. */
  readonly results: readonly number[]
}
/** One array for each of the results, or nothing where gpu.js declines: then the kernels have to be run one by one. */
export type RunPipeline = (inputs: readonly Float32Array[]) => Promise<readonly Float32Array[] | undefined>
export type CompilePipeline = (source: PipelineSource) => RunPipeline
export interface Pipeline {
  readonly run: RunPipeline
  readonly drop: () => void
}

export function makePipeline(gpu: GPU, source: PipelineSource, counter: Counter): Pipeline {
  const kernels = new Map<string, IKernelRunShortcut>()
  const kernelOf = ({ source: text, output }: KernelSource): IKernelRunShortcut => {
    const key = `${output.join(",")} ${text}`
    const kernel = kernels.get(key) ?? gpu.createKernel(text, { output: [...output] })
    kernels.set(key, kernel)
    return kernel
  }
  const lengths = source.calls.map(({ kernel }) => kernel.output.reduce((p, n) => p * n, 1))
  const orchestrate: PipelineFunction = (...given) => {
    const made: IPipelineHandle[] = []
    for (const { kernel, operands } of source.calls) {
      const values = operands.map((o) =>
        o.from === "input" ? given[o.input] : o.from === "call" ? made[o.call] : padded(o.values),
      )
      made.push(kernelOf(kernel)(...values))
    }
    return source.results.map((call) => made[call])
  }
  // gpu.js counts the parameters to know how many arrays to expect.
  Object.defineProperty(orchestrate, "length", { value: source.inputs })
  const piped = gpu.createPipeline(orchestrate, { threads: false })
  let declined = false
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: async (inputs) => {
      if (declined) return undefined
      const running = piped(...inputs.map(padded))
      last = running
      const results: unknown = await running
      if (piped.executorKind !== "fused-sync") {
        declined = true
        counter.decline(piped.fallbackReason ?? `executor ${piped.executorKind}`)
        return undefined
      }
      if (!Array.isArray(results)) throw internal("a pipeline without its results")
      counter.ran(source.calls.length, true)
      return source.results.map((call, k) => flatten(results[k], lengths[call] ?? 0))
    },
    drop: () => {
      // A pipeline that is destroyed fails the calls that wait for their turn.
      const destroy = (): void => {
        void piped.destroy()
        for (const kernel of kernels.values()) kernel.destroy()
      }
      last.then(destroy, destroy)
    },
  }
}
