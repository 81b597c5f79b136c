/** Runs of a Program, watched and not. */
import type { Engine, EngineBuffer, KernelTiming } from "../../autodiff/engine.ts"
import { internal } from "../../autodiff/errors.ts"
import type { Times } from "../../autodiff/signatures/inspection.ts"

/** An engine that can time its kernels. */
export type Profiling = Engine & { readonly profile: Engine["profile"] & {} }

export interface WatchedRun {
  readonly kernels: readonly KernelTiming[]
  /** From before the run to after it, in milliseconds. */
  readonly milliseconds: number
}

/** Gives back results, unless they are operands handed through; one that stands twice is given back once. */
export function releaseAll(made: readonly EngineBuffer[], kept: readonly EngineBuffer[]): void {
  for (const buffer of new Set(made)) if (!kept.includes(buffer)) buffer.engine.release(buffer.residence ?? buffer)
}

export function watchedRun(
  engine: Profiling,
  executable: ReturnType<Engine["compile"]>,
  inputs: readonly EngineBuffer[],
): WatchedRun {
  const start = performance.now()
  const { outputs, kernels } = engine.profile(executable, inputs)
  const milliseconds = performance.now() - start
  releaseAll(outputs, inputs)
  return { kernels, milliseconds }
}

/** Milliseconds of a call that nobody watches. */
export function plainRun(
  engine: Engine,
  executable: ReturnType<Engine["compile"]>,
  inputs: readonly EngineBuffer[],
): number {
  const start = performance.now()
  const outputs = engine.submit(executable, inputs, new Set())
  const milliseconds = performance.now() - start
  releaseAll(outputs, inputs)
  return milliseconds
}

export function timesOf(milliseconds: readonly number[]): Times {
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const [min] = sorted
  const median = sorted[sorted.length >> 1]
  if (min === undefined || median === undefined) throw internal("times of no runs")
  return { min, median }
}
