/** What an engine reaches at best on this machine: measured with its own kernels, once in a process, as far as needed. */
import { allocate } from "../../autodiff/dtype.ts"
import type { Engine, EngineBuffer } from "../../autodiff/engine.ts"
import { contraction } from "../../autodiff/primitives/contraction.ts"
import { neg } from "../../autodiff/primitives/neg.ts"
import type { LoopOperation } from "../../autodiff/program/operation.ts"
import { newProgram, newVariable } from "../../autodiff/program/program.ts"
import { typeOf } from "../../autodiff/program/type.ts"
import type { Ceilings } from "../../autodiff/signatures/inspection.ts"
import { type Profiling, releaseAll } from "./runs.ts"

export interface Measured {
  /** Operations per millisecond. */
  readonly peak: () => number
  /** Bytes per millisecond for a kernel that moves so many bytes. */
  readonly bandwidth: (bytes: number) => number
  /** What has been measured so far, the peak in any case. */
  readonly ceilings: () => Ceilings
}

const known = new WeakMap<Engine, Measured>()
export function ceilingsOf(engine: Profiling): Measured {
  let measured = known.get(engine)
  if (measured === undefined) {
    measured = measure(engine)
    known.set(engine, measured)
  }
  return measured
}

/** Bytes moved, from what stays in the innermost cache to what stays in none: times four each. */
const classes = [2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20, 2 ** 22, 2 ** 24, 2 ** 26]
const sides = [32, 64, 128, 256, 512]
/** An engine that takes this long is not bound by caches: larger problems run at the same rate. */
const longEnough = 10

function measure(engine: Profiling): Measured {
  let peak: number | undefined
  const moved = new Map<number, { readonly rate: number; readonly milliseconds: number }>()
  const bestProduct = (): number => {
    let best = 0
    for (const side of sides) {
      const milliseconds = shortest(engine, contraction.by("i k, k j -> i j"), [
        [side, side],
        [side, side],
      ])
      best = Math.max(best, (2 * side ** 3) / milliseconds)
      if (milliseconds > longEnough) break
    }
    return best
  }
  const peakNow = (): number => {
    peak ??= bestProduct()
    return peak
  }
  return {
    peak: peakNow,
    bandwidth: (bytes) => {
      let rate = 0
      for (const size of classes) {
        let found = moved.get(size)
        if (found === undefined) {
          const milliseconds = shortest(engine, neg.operation, [[size / 8]])
          found = { rate: size / milliseconds, milliseconds }
          moved.set(size, found)
        }
        rate = found.rate
        // The class whose size is nearest, by their ratio.
        if (size * 2 >= bytes || found.milliseconds > longEnough) break
      }
      return rate
    },
    ceilings: () => ({
      gigaOperations: peakNow() / 1e6,
      gigaBytes: [...moved].map(([bytes, { rate }]) => ({ bytes, rate: rate / 1e6 })),
    }),
  }
}

/** Milliseconds of one kernel in the best of several runs. */
function shortest(engine: Profiling, operation: LoopOperation, shapes: readonly (readonly number[])[]): number {
  const types = shapes.map((shape) => typeOf("f32", shape))
  const inputs = types.map(newVariable)
  const outputs = [newVariable(typeOf("f32", operation.meaning(types.map((t) => t.array)).shape))]
  const program = newProgram({
    name: "ceiling",
    inputs,
    equations: [{ operation, inputs, outputs, site: undefined }],
    outputs,
  })
  const executable = engine.compile(program)
  const buffers = inputs.map(({ type }): EngineBuffer => {
    const values = allocate(
      "f32",
      type.array.shape.reduce((n, s) => n * s, 1),
    )
    // Neither zeros, which some processors multiply faster, nor denormals.
    for (let k = 0; k < values.length; k++) values[k] = 1 + (k % 7) / 8
    return engine.upload(values, type.array)
  })
  let best = Number.POSITIVE_INFINITY
  const start = performance.now()
  for (let run = 0; run < 10 || (run < 200 && performance.now() - start < longEnough); run++) {
    const { outputs: made, kernels } = engine.profile(executable, buffers)
    releaseAll(made, buffers)
    // The first run compiles.
    if (run > 0)
      best = Math.min(
        best,
        kernels.reduce((sum, k) => sum + k.milliseconds, 0),
      )
    if (run > 0 && performance.now() - start > 20 * longEnough) break
  }
  releaseAll(buffers, [])
  return Math.max(best, clockTick)
}
/** A browser's clock may stand still for a small kernel. */
const clockTick = 1e-4
