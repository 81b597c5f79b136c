/** Kernels that users wrote: gpu.js runs their source as it stands, over nested arrays. */
import type { GPU, IKernelRunShortcut } from "gpu.js"
import { CotangentError } from "../../autodiff/errors.ts"
import { nested, threadsOf } from "../../autodiff/primitives/source-kernel.ts"
import { type NativeKernel, type RoutineLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { boundedCache } from "./cache.ts"

/** Runs the kernel of a routine over flat arrays; WebGPU alone gives a promise. */
export type RunNative = (
  loop: RoutineLoop,
  kernel: NativeKernel,
  values: readonly Float32Array[],
) => Float32Array | Promise<Float32Array>

/** gpu.js caps every loop that it cannot count, by default at 1000 rounds and in silence. */
const loopMaxIterations = 2 ** 24

/** How many stay compiled: gpu.js holds on to every kernel that was not destroyed. */
const most = 200
interface Live {
  readonly kernel: IKernelRunShortcut
  last: Promise<unknown> | undefined
}

/** `ran` is told of every run, and throws where that was in another mode than the one asked for. */
export function nativeRunner(gpu: GPU, ran: (kernel: IKernelRunShortcut, source: string) => void): RunNative {
  const compiled = boundedCache<Live>(most, ({ kernel, last }) => {
    // A kernel that still runs would lose its memory under way.
    const destroy = (): void => kernel.destroy()
    if (last === undefined) destroy()
    else last.then(destroy, destroy)
  })
  const liveOf = (loop: RoutineLoop, { source, constants, shape }: NativeKernel): Live =>
    compiled.get(String(loop.id), () => {
      const kernel = gpu.createKernel(source, {
        output: [...threadsOf(shape).slice(0, Math.max(shape.length, 1))],
        constants: { ...constants },
      })
      kernel.setLoopMaxIterations(loopMaxIterations)
      return { kernel, last: undefined }
    })
  return (loop, kernel, values) => {
    const { source, shape, runs, batched } = kernel
    const size = sizeOf(shape)
    const out = new Float32Array(runs * size)
    if (out.length === 0) return out
    const argument = (k: number, whole: readonly number[], run: number): unknown => {
      const own = batched[k] === true ? whole.slice(1) : whole
      const count = sizeOf(own)
      // An argument needs an element, also where the kernel reads none.
      if (count === 0)
        return nested(
          new Float32Array(1),
          own.map(() => 1),
        )
      const from = batched[k] === true ? run * count : 0
      return nested(values[k]?.subarray(from, from + count) ?? out, own)
    }
    /** The kernel used last; under its loop may stand another by the time that a result comes. */
    let used: IKernelRunShortcut | undefined
    const start = (run: number): unknown => {
      try {
        const live = liveOf(loop, kernel)
        used = live.kernel
        const call: (...args: readonly never[]) => unknown = live.kernel
        const made: unknown = Reflect.apply(
          call,
          undefined,
          loop.inputs.map((x, k) => argument(k, x.shape, run)),
        )
        if (made instanceof Promise) live.last = made
        return made
      } catch (error) {
        throw refused(loop, error)
      }
    }
    const store = (run: number, rows: unknown): void => {
      if (used !== undefined) ran(used, source)
      let at = run * size
      const visit = (x: unknown): void => {
        if (x instanceof Float32Array) {
          out.set(x, at)
          at += x.length
        } else if (Array.isArray(x)) for (const part of x) visit(part)
      }
      visit(rows)
    }
    // One after another: a kernel has one set of arguments, and on WebGPU it reads them when it gets to run.
    let before: Promise<void> | undefined
    for (let run = 0; run < runs; run++) {
      const made = before === undefined ? start(run) : before.then(() => start(run))
      if (made instanceof Promise)
        before = made.then(
          (rows) => store(run, rows),
          (error: unknown) => {
            throw refused(loop, error)
          },
        )
      else store(run, made)
    }
    return before === undefined ? out : before.then(() => out)
  }
}

const refused = (loop: RoutineLoop, error: unknown): CotangentError =>
  error instanceof CotangentError
    ? error
    : new CotangentError(
        "kernel-source",
        // A routine's name is a key as well; gpu.js breaks its lines.
        `${loop.routine.name.replace(/#\d+ \[.*$/, "")}: gpu.js cannot run the source of this gpuKernel: ${String(error).replace(/\s+/g, " ").trim()}; it takes plain JavaScript over its arguments, this.thread, this.output, this.constants and Math, without ?., ?? and arrow functions`,
      )
