/** The WebAssembly engine: plans as functions over one memory, run by as many threads as are worth it. */
import type { Engine, EngineBuffer, Executable } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import type { Program } from "../../autodiff/program/program.ts"
import type { Planned } from "../compile/planned.ts"
import { fusedPlan } from "../compile/stages.ts"
import { decode, encode } from "./contents.ts"
import { newHeap } from "./heap.ts"
import { alike, hostFunctions, mainFunctions } from "./kernel.ts"
import { newKernels } from "./kernels.ts"
import { newResidency, type Residence, type WasmBuffer } from "./residency.ts"
import { newRoutines } from "./routines.ts"
import { newRunner, type Runnable } from "./runner.ts"
import { newStopwatch } from "./stopwatch.ts"
import { coresHere } from "./threads/cores.ts"
import { newLinker } from "./threads/definitions.ts"
import { controlBytes } from "./threads/layout.ts"
import { createPool } from "./threads/pool.ts"
import { hasThreads } from "./threads/team.ts"

export interface WasmOptions {
  /** The most bytes of memory; 4 GiB is what WebAssembly can address. */
  readonly limit?: number
  /** Bytes beyond which the buffers that were used longest ago are spilled. */
  readonly budget?: number
  /** The number of buffers beyond which they are spilled. */
  readonly most?: number
  /** How many threads work together, the calling one among them; all cores up to 8 by default. */
  readonly threads?: number
  /** Nanoseconds of work below which a step is not shared out among threads: a barrier and another core's cold cache cost some. */
  readonly worthSharing?: number
  /** For how many milliseconds the first step that is shared out waits for the threads to come up; it goes on without them. */
  readonly patience?: number
}
interface WasmExecutable extends Planned {
  readonly runnable: Runnable
}

/**
 * An engine of its own memory. Nothing is compiled, and no thread started, before it is needed.
 *
 * @throws EngineError (`out-of-memory`) from `submit` and `upload` when the memory's limit is reached by what is in use at once.
 */
export function createWasm(options: WasmOptions = {}): Engine {
  const wanted = options.threads ?? coresHere()
  const heap = newHeap(options.limit ?? 2 ** 32, wanted > 1 && hasThreads())
  const engine: Engine = {
    name: options.threads === undefined ? "wasm" : `wasm/${options.threads}`,
    compile: (program: Program): WasmExecutable => {
      const plan = fusedPlan(program, alike)
      return { engine, program, plan, demands: runner.demands, runnable: runner.prepare(plan) }
    },
    submit: (executable, inputs, donated) =>
      guarded(inputs, (buffers) => runner.run(runnableOf(executable), buffers, donated)),
    profile: (executable, inputs) => guarded(inputs, (buffers) => runner.profile(runnableOf(executable), buffers)),
    upload: (values, type) => {
      const bytes = encode(type, values)
      if (bytes.length <= 4096) return store.lazy(type, bytes)
      const buffer = store.make(type)
      heap.bytes().set(bytes, store.addressOf(buffer))
      store.tick()
      return buffer
    },
    read: (buffer) => Promise.resolve(decode(buffer.type, store.contents(own(engine, buffer)))),
    readSync: (buffer) => decode(buffer.type, store.contents(own(engine, buffer))),
    release: (buffer) => {
      // Tensors' registries hold the residence alone; everyone else has the buffer.
      store.release(isResidence(buffer) ? buffer : own(engine, buffer).residence)
    },
    bytesHeld: () => heap.held() - overhead,
  }
  /** What was made before an error is given back. */
  const guarded = <R>(inputs: readonly EngineBuffer[], act: (buffers: readonly WasmBuffer[]) => R): R => {
    const buffers = inputs.map((b) => own(engine, b))
    const started = store.now()
    store.tick()
    try {
      return act(buffers)
    } catch (error) {
      const made = store.bornSince(started)
      runner.onceSafe(() => made.forEach(store.release))
      throw error
    } finally {
      store.tick()
    }
  }
  const store = newResidency(engine, heap, { budget: options.budget ?? 2 ** 27, most: options.most ?? 4096 })
  const routines = newRoutines(heap)
  const stopwatch = newStopwatch()
  const host = { ...mainFunctions, host: routines.call, mark: stopwatch.mark }
  const pool = heap.isShared
    ? createPool({ memory: heap.memory, control: heap.take(controlBytes), threads: wanted, host })
    : undefined
  const overhead = heap.held()
  const linker = pool ?? newLinker({ ...hostFunctions, ...host, memory: heap.memory })
  const kernels = newKernels(heap, linker, { shared: heap.isShared })
  const runner = newRunner({
    heap,
    store,
    linker,
    kernels,
    pool,
    routine: routines.numberOf,
    stopwatch,
    worthSharing: options.worthSharing ?? 20_000,
    patience: options.patience ?? 0,
  })
  return engine
}

const isWasmBuffer = (buffer: EngineBuffer): buffer is WasmBuffer => "residence" in buffer
const isResidence = (buffer: EngineBuffer): buffer is Residence => "address" in buffer
function own(engine: Engine, buffer: EngineBuffer): WasmBuffer {
  if (buffer.engine === engine && isWasmBuffer(buffer)) return buffer
  throw new EngineError(
    "engines",
    `wasm: got a tensor of the engine ${buffer.engine.name}; bring it over with await x.to("wasm")`,
    { engine: buffer.engine.name },
  )
}
const isWasmExecutable = (e: Executable): e is WasmExecutable => "runnable" in e
function runnableOf(executable: Executable): Runnable {
  if (isWasmExecutable(executable)) return executable.runnable
  throw internal(`the wasm engine was given a program compiled for ${executable.engine.name}`)
}
