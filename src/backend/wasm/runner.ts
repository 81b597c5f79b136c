/** Runs plans: places operands and results, takes a frame, and calls the plan's driver once. */
import type { KernelTiming } from "../../autodiff/engine.ts"
import { internal } from "../../autodiff/errors.ts"
import type { ArrayType, Loop } from "../../autodiff/program/loop/loop.ts"
import { type Demands, type MemoryPlan, planMemory } from "../compile/memory/memory-plan.ts"
import type { LoopStep, Plan } from "../compile/plan.ts"
import { timingOf } from "../compile/timed.ts"
import { assembleDriver } from "./driver/driver.ts"
import type { Heap } from "./heap.ts"
import type { CodeLoop } from "./kernel.ts"
import { exported, type Kernel } from "./kernels.ts"
import type { Residency, WasmBuffer } from "./residency.ts"
import type { Stopwatch } from "./stopwatch.ts"
import type { Linker } from "./threads/definitions.ts"
import type { Pool } from "./threads/pool.ts"

/** A plan, and what was made of it for the inputs that callers gave away with it. */
export interface Runnable {
  readonly plan: Plan
  /** The kernel of a plan that is one operation, too small to be shared: it is called without more ado. */
  only: OnlyKernel | false | undefined
  readonly ready: Map<string, Ready>
}
interface OnlyKernel {
  readonly kernel: Kernel
  readonly inputs: readonly number[]
  /** For each output, which result of the kernel it is; or -1 - k for the k-th input itself. */
  readonly outputs: readonly number[]
}
interface Ready {
  readonly memory: MemoryPlan
  readonly definition: number
  readonly isShared: boolean
  /** By input: the type of the result that stands in its place afterwards, where one does. */
  readonly over: readonly (ArrayType | undefined)[]
  /** The steps that the driver marks, where it was made to be timed. */
  readonly marks: readonly LoopStep[]
}
interface Parts {
  readonly heap: Heap
  readonly store: Residency
  readonly linker: Linker
  readonly kernels: (loop: CodeLoop) => Kernel
  readonly pool: Pool | undefined
  readonly routine: (loop: Loop) => number
  readonly stopwatch: Stopwatch
  readonly worthSharing: number
  readonly patience: number
}
export interface Runner {
  /** What kernels ask of a memory plan. */
  readonly demands: Demands
  readonly prepare: (plan: Plan) => Runnable
  /** Results may be inputs, or one another. What was given away is written over, handed out as a result, or released. */
  readonly run: (
    runnable: Runnable,
    inputs: readonly WasmBuffer[],
    donated: ReadonlySet<number>,
  ) => readonly WasmBuffer[]
  /** The same without donation, each kernel timed. */
  readonly profile: (
    runnable: Runnable,
    inputs: readonly WasmBuffer[],
  ) => { readonly outputs: readonly WasmBuffer[]; readonly kernels: readonly KernelTiming[] }
  /** Does something now, or as soon as no lost worker can write to memory any more. */
  readonly onceSafe: (act: () => void) => void
}

export function newRunner({
  heap,
  store,
  linker,
  kernels,
  pool,
  routine,
  stopwatch,
  worthSharing,
  patience,
}: Parts): Runner {
  const threads = pool?.parts ?? 1
  const kernelOf = (step: LoopStep): Kernel => {
    const { loop } = step
    if (loop.form === "view" || loop.form === "routine") throw internal(`a ${loop.form} has no code`)
    return kernels(loop)
  }
  const demands = {
    inPlace: (step: LoopStep) => (hasCode(step) ? kernelOf(step).inPlace : nothing),
    scratch: (step: LoopStep) =>
      hasCode(step) ? kernelOf(step).scratch * threads : 4 * (step.inputs.length + step.outputs.length),
  }
  const dropped = new FinalizationRegistry<number>((definition) => linker.forget(definition))

  const readyFor = (runnable: Runnable, owned: readonly number[], timed = false): Ready => {
    const key = timed ? "timed" : owned.join()
    const known = runnable.ready.get(key)
    if (known !== undefined) return known
    const { plan } = runnable
    const memory = planMemory(plan, demands, new Set(owned))
    const driver = assembleDriver(plan, memory, {
      callee: kernelOf,
      routine,
      threads,
      worthSharing,
      timed,
      shared: heap.isShared,
    })
    const definition = linker.define({
      bytes: driver.bytes,
      imports: [
        ...driver.kernels.map((from, k) => ({ name: `k${k}`, from, export: "run" })),
        ...(driver.isShared && pool !== undefined ? [{ name: "barrier", from: pool.sync, export: "barrier" }] : []),
      ],
    })
    const over = plan.inputs.map((_, index) => {
      const k = memory.results.findIndex((place) => place.kind === "input" && place.index === index)
      const slot = memory.overwritten.has(index) ? plan.outputs[k] : undefined
      return slot === undefined ? undefined : typeOf(plan, slot)
    })
    const ready = { memory, definition, isShared: driver.isShared, over, marks: driver.marks }
    dropped.register(runnable, definition)
    runnable.ready.set(key, ready)
    return ready
  }

  /** What a plan of one small operation needs; undefined for all others. */
  const onlyKernelOf = ({ steps, inputs, outputs }: Plan): OnlyKernel | undefined => {
    const [step] = steps
    if (steps.length !== 1 || step?.kind !== "loop" || !hasCode(step)) return undefined
    const kernel = kernelOf(step)
    if (threads > 1 && kernel.splits > 1 && kernel.work >= worthSharing) return undefined
    const from = (slot: number): number =>
      step.outputs.includes(slot) ? step.outputs.indexOf(slot) : -1 - inputs.indexOf(slot)
    return { kernel, inputs: step.inputs.map((s) => inputs.indexOf(s)), outputs: outputs.map(from) }
  }
  const runOnly = ({ kernel, inputs, outputs }: OnlyKernel, given: readonly WasmBuffer[]): readonly WasmBuffer[] => {
    const addresses: number[] = []
    for (const k of inputs) addresses.push(store.addressOf(given[k] ?? missing(k)))
    const made = kernel.results.map(store.make)
    for (const b of made) addresses.push(b.residence.address)
    kernel.run(addresses)
    return outputs.map((k) => (k < 0 ? given[-1 - k] : made[k]) ?? missing(k))
  }

  const runDriver = (
    plan: Plan,
    { memory, definition, isShared, over: types }: Ready,
    inputs: readonly WasmBuffer[],
    timed = false,
  ): readonly WasmBuffer[] => {
    const addresses = inputs.map(store.addressOf)
    const own = plan.outputs.map((slot, k) => {
      const place = memory.results[k]
      return place?.kind === "output" && place.index === k ? store.make(typeOf(plan, slot)) : undefined
    })
    // Behind the frame stand the addresses, for the driver to read.
    const room = memory.bytes + 4 * (inputs.length + own.length + 1)
    const frame = store.room(room)
    for (const b of own) addresses.push(b?.residence.address ?? 0)
    addresses.push(frame)
    const args = frame + memory.bytes
    new Uint32Array(heap.bytes().buffer, args, addresses.length).set(addresses)
    // From here on nothing can be refused any more: what was given away may be written over.
    const over = inputs.map((b, index) => {
      const type = types[index]
      return type === undefined ? b : store.takeOver(b, type)
    })
    // Not else: what host code runs in between must not set back the watch of the run around.
    if (timed) stopwatch.start()
    try {
      store.during(() => {
        if (isShared && pool !== undefined) {
          if (patience > 0 && !pool.ready()) pool.waitUntilReady(patience)
          pool.run(definition, [args])
        } else exported(linker.exports(definition), "plan")(args, 0, 1)
      })
    } catch (error) {
      // A worker that was lost may still write to these: spilled or released, they would be other buffers' memory by then.
      const written = [...own, ...over.filter((_, index) => memory.overwritten.has(index))]
      const giveBack = written.flatMap((b) => (b === undefined ? [] : store.withhold(b.residence)))
      onceSafe(() => {
        for (const give of giveBack) give()
      })
      throw error
    } finally {
      onceSafe(() => heap.give(frame, room))
    }
    return memory.results.map(({ kind, ...place }, k) => {
      const index = "index" in place ? place.index : -1
      return (kind === "input" ? over[index] : own[index]) ?? missing(k)
    })
  }
  /** A worker that was lost may go on writing for a while: memory that it knows waits until it is gone. */
  const onceSafe = (act: () => void): void => {
    if (pool?.broken === true && !pool.isGone()) void pool.gone.then(act)
    else act()
  }

  return {
    demands,
    prepare: (plan) => ({ plan, only: undefined, ready: new Map() }),
    onceSafe,
    profile: (runnable, inputs) => {
      const ready = readyFor(runnable, [], true)
      // Steps that are shared out would else be timed on one thread as long as the others are coming up.
      if (ready.isShared && pool !== undefined && !pool.ready()) pool.waitUntilReady(threadsUpWithin)
      const outputs = runDriver(runnable.plan, ready, inputs, true)
      const kernels = stopwatch
        .laps()
        .map(({ mark, started, milliseconds }) => timingOf(ready.marks[mark] ?? missing(mark), started, milliseconds))
      return { outputs, kernels }
    },
    run: (runnable, inputs, donated) => {
      const { plan } = runnable
      runnable.only ??= onlyKernelOf(plan) ?? false
      if (runnable.only !== false && donated.size === 0) return runOnly(runnable.only, inputs)
      // A tensor passed twice and donated once still belongs to the caller; donated twice, it is one place and not two.
      const owned = [...donated].filter((k) => inputs.every((other, j) => j === k || other !== inputs[k]))
      let results: readonly WasmBuffer[] = []
      try {
        results = runDriver(plan, readyFor(runnable, owned), inputs)
      } finally {
        // What was given away is gone, also after a throw.
        for (const k of donated) {
          const buffer = inputs[k] ?? missing(k)
          const isKept = inputs.some((other, j) => other === buffer && !donated.has(j))
          if (!isKept && !results.includes(buffer)) store.release(buffer.residence)
        }
      }
      return results
    },
  }
}

const threadsUpWithin = 2000
const nothing: ReadonlySet<number> = new Set()
const hasCode = ({ loop }: LoopStep): boolean => loop.form !== "view" && loop.form !== "routine"
const typeOf = (plan: Plan, slot: number): ArrayType => plan.slots[slot] ?? missing(slot)
const missing = (k: number): never => {
  throw internal(`a plan was run without its value ${k}`)
}
