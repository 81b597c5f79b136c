/** What a Program spends its time on: each kernel's, held against what the machine can do. */
import type { Engine, EngineBuffer, KernelTiming } from "../../autodiff/engine.ts"
import { EngineError } from "../../autodiff/errors.ts"
import type { Program } from "../../autodiff/program/program.ts"
import type { ExplainedKernel, Profile, ProfiledKernel } from "../../autodiff/signatures/inspection.ts"
import { plannedIn } from "../compile/planned.ts"
import { explainPlan } from "../explain/explanation.ts"
import { ceilingsOf, type Measured } from "./ceilings.ts"
import { type Profiling, plainRun, timesOf, type WatchedRun, watchedRun } from "./runs.ts"
import { showProfile } from "./show.ts"
import { traceOf } from "./trace.ts"

const canProfile = (engine: Engine): engine is Profiling => engine.profile !== undefined

/** Runs that are not counted: the first compiles kernels, the next are not yet optimised by the runtime. */
const warmUp = 3
/** Without a number of repetitions: as many as fit, within these. */
const fewest = 5
const most = 200
const budget = 250

export function profileProgram(
  program: Program,
  engine: Engine,
  inputs: readonly EngineBuffer[],
  repetitions: number | undefined,
): Profile {
  if (!canProfile(engine))
    throw new EngineError(
      "no-profile",
      `profile: the engine ${engine.name} cannot tell when a kernel has run; wasm, reference and gpujs in every mode but webgpu can, as in await setEngine("wasm")`,
      { engine: engine.name },
    )
  const executable = engine.compile(program)
  const canWait = engine.readSync !== undefined
  for (let k = 0; k < warmUp; k++) {
    watchedRun(engine, executable, inputs)
    if (canWait) plainRun(engine, executable, inputs)
  }
  const runs: WatchedRun[] = []
  const calls: number[] = []
  const start = performance.now()
  const goesOn = (done: number): boolean =>
    repetitions === undefined
      ? done < fewest || (done < most && performance.now() - start < budget)
      : done < repetitions
  // In turn, so that what disturbs the machine disturbs both.
  while (goesOn(runs.length)) {
    runs.push(watchedRun(engine, executable, inputs))
    if (canWait) calls.push(plainRun(engine, executable, inputs))
  }
  const planned = plannedIn(executable)
  const explained = planned === undefined ? [] : explainPlan(planned).kernels
  const measured = ceilingsOf(engine)
  const kernels = summary(runs, explained, measured)
  const fastest = runs.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a))
  const made: Omit<Profile, "toString"> = {
    engine: engine.name,
    repetitions: runs.length,
    kernels,
    call: canWait ? timesOf(calls) : undefined,
    kernelTime: timesOf(runs.map((r) => r.kernels.reduce((sum, k) => sum + k.milliseconds, 0))),
    ceilings: measured.ceilings(),
    trace: traceOf(engine.name, program.name, fastest),
  }
  return { ...made, toString: () => showProfile(made) }
}

/** One loop may have been fused from other operations elsewhere. */
const keyOf = ({ id, name }: { readonly id: number; readonly name: string }): string => `${id} ${name}`

function summary(
  runs: readonly WatchedRun[],
  explained: readonly ExplainedKernel[],
  measured: Measured,
): readonly ProfiledKernel[] {
  const forms = new Map(explained.map((k) => [keyOf(k), k.form]))
  const groups = new Map<string, { readonly first: KernelTiming; readonly byRun: number[]; calls: number }>()
  for (const [run, { kernels }] of runs.entries())
    for (const kernel of kernels) {
      const key = keyOf(kernel)
      const group = groups.get(key) ?? { first: kernel, byRun: new Array<number>(runs.length).fill(0), calls: 0 }
      groups.set(key, group)
      group.byRun[run] = (group.byRun[run] ?? 0) + kernel.milliseconds
      if (run === 0) group.calls++
    }
  const all = [...groups].map(([key, { first, byRun, calls }]) => ({ key, first, calls, times: timesOf(byRun) }))
  const total = all.reduce((sum, { times }) => sum + times.min, 0)
  return all
    .map(({ key, first, calls, times }): ProfiledKernel => {
      const [operations, bytes] = [first.operations * calls, first.bytes * calls]
      const computing = operations / measured.peak()
      const moving = bytes / measured.bandwidth(first.bytes)
      const per = (n: number): number | undefined => (times.min > 0 ? n / times.min : undefined)
      const rate = (n: number): number | undefined => (times.min > 0 ? n / times.min / 1e6 : undefined)
      return {
        name: first.name,
        group: first.name.split(" "),
        form: forms.get(key),
        calls,
        milliseconds: times,
        share: total > 0 ? times.min / total : 0,
        operations,
        bytes,
        gigaOperations: rate(operations),
        gigaBytes: rate(bytes),
        bound: computing > moving ? "arithmetic" : "memory",
        ofCeiling: per(Math.max(computing, moving)),
      }
    })
    .sort((a, b) => b.milliseconds.min - a.milliseconds.min)
}
