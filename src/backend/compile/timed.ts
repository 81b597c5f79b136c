/** A Device that takes the time of every kernel it runs. */
import type { KernelTiming } from "../../autodiff/engine.ts"
import type { LoopStep } from "./plan.ts"
import { type Device, largerWord } from "./run.ts"
import { tallyOf } from "./tally.ts"

/** @param started milliseconds since the run began. */
export function timingOf({ name, loop }: LoopStep, started: number, milliseconds: number): KernelTiming {
  const { operations, read, written } = tallyOf(loop)
  return { id: loop.id, name, started, milliseconds, bytes: read + written, operations }
}

export interface Timed<B> {
  readonly device: Device<B>
  /** What has run so far. */
  readonly kernels: readonly KernelTiming[]
}

/** For devices whose kernels have run when `loop` returns. */
export function timed<B>(device: Device<B>): Timed<B> {
  const kernels: KernelTiming[] = []
  const origin = performance.now()
  return {
    kernels,
    device: {
      ...device,
      loop: (step, inputs, spare) => {
        if (step === largerWord) return device.loop(step, inputs, spare)
        const start = performance.now()
        const results = device.loop(step, inputs, spare)
        const milliseconds = performance.now() - start
        kernels.push(timingOf(step, start - origin, milliseconds))
        return results
      },
    },
  }
}
