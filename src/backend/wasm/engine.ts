/** The WebAssembly engine: a Device over one memory, on which plans are run. */
import { allocate, type Numbers } from "../../autodiff/dtype.ts"
import type { Engine, EngineBuffer, Executable } from "../../autodiff/engine.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { type ArrayType, type Loop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import type { Program } from "../../autodiff/program/program.ts"
import { fuse } from "../compile/fuse.ts"
import type { LoopStep, Plan } from "../compile/plan.ts"
import { planOf } from "../compile/plan-of.ts"
import { splitSteps } from "../compile/residues.ts"
import { type Device, runPlan } from "../compile/run.ts"
import { together } from "../compile/together.ts"
import { newHeap } from "./heap.ts"
import { alike } from "./kernel.ts"
import { type Kernel, newKernels } from "./kernels.ts"
import { byteLength, newResidency, type Residence, type WasmBuffer } from "./residency.ts"

export interface WasmOptions {
  /** The most bytes of memory; 4 GiB is what WebAssembly can address. */
  readonly limit?: number
  /** Bytes beyond which the buffers that were used longest ago are spilled. */
  readonly budget?: number
  /** The number of buffers beyond which they are spilled. */
  readonly most?: number
}
interface WasmExecutable extends Executable {
  readonly plan: Plan
}

/**
 * An engine of its own memory. Nothing is compiled before it is needed.
 *
 * @throws EngineError (`out-of-memory`) from `submit` and `upload` when the memory's limit is reached by what is in use at once.
 */
export function createWasm(options: WasmOptions = {}): Engine {
  const heap = newHeap(options.limit ?? 2 ** 32)
  const engine: Engine = {
    name: "wasm",
    compile: (program: Program): WasmExecutable => ({
      engine,
      program,
      plan: splitSteps(together(fuse(planOf(program)), alike)),
    }),
    submit: (executable, inputs, donated) => {
      const buffers = inputs.map((b) => own(engine, b))
      const started = store.now()
      store.tick()
      try {
        return runPlan(
          planOfExecutable(executable),
          device,
          buffers,
          donated,
          (b) => decode(b.type, store.contents(b))[0] ?? 0,
        )
      } catch (error) {
        store.releaseSince(started)
        throw error
      } finally {
        store.tick()
      }
    },
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
    bytesHeld: heap.held,
  }
  const store = newResidency(engine, heap, { budget: options.budget ?? 2 ** 27, most: options.most ?? 4096 })
  const kernels = newKernels(heap)

  const runLoop = (
    step: LoopStep,
    inputs: readonly WasmBuffer[],
    spare: readonly WasmBuffer[],
  ): readonly WasmBuffer[] => {
    const { loop } = step
    if (loop.form === "view") return inputs
    if (loop.form === "routine") {
      const results = loop.routine.run(
        inputs.map((b) => decode(b.type, store.contents(b))),
        loop.inputs,
      )
      return loop.results.map((type, k) => uploadResult(type, results[k] ?? missing(loop)))
    }
    const kernel = kernels(loop)
    store.tick()
    const addresses: number[] = []
    for (const b of inputs) addresses.push(store.addressOf(b))
    const free = spare.filter((b) => inputs.every((x, slot) => x !== b || kernel.inPlace.has(slot)))
    const results = kernel.results.map((type) => {
      const k = free.findIndex((b) => b.residence.bytes === byteLength(type))
      const [over] = k < 0 ? [] : free.splice(k, 1)
      return over === undefined ? store.make(type) : store.takeOver(over, type)
    })
    for (const b of results) addresses.push(b.residence.address)
    invoke(kernel, addresses)
    return results
  }
  const uploadResult = (type: ArrayType, values: Numbers): WasmBuffer => {
    const buffer = store.make(type)
    heap.bytes().set(encode(type, values), store.addressOf(buffer))
    return buffer
  }
  const device: Device<WasmBuffer> = {
    loop: runLoop,
    constant: (type, value) => {
      store.tick()
      return uploadResult(type, allocate(type.dtype, sizeOf(type.shape)).fill(value))
    },
    allocate: (type) => {
      store.tick()
      return store.make(type)
    },
    row: (from, row, index) => {
      store.tick()
      const start = store.addressOf(from)
      const buffer = store.make(row)
      const bytes = byteLength(row)
      heap.bytes().copyWithin(buffer.residence.address, start + index * bytes, start + (index + 1) * bytes)
      return buffer
    },
    store: (into, row, index, values) => {
      store.tick()
      const from = store.addressOf(values)
      const to = store.addressToWrite(into)
      const bytes = byteLength(row)
      heap.bytes().copyWithin(to + index * bytes, from, from + bytes)
    },
    free: (buffer) => store.release(buffer.residence),
  }
  return engine
}

/** Spreading an array into a call costs more than a small kernel does. */
function invoke({ run }: Kernel, a: readonly number[]): void {
  if (a.length === 2) run(a[0]!, a[1]!)
  else if (a.length === 3) run(a[0]!, a[1]!, a[2]!)
  else if (a.length === 4) run(a[0]!, a[1]!, a[2]!, a[3]!)
  else run(...a)
}

/** The bytes as they stand in memory, a copy: a bool becomes a word. */
function encode(type: ArrayType, values: Numbers): Uint8Array {
  const words = type.dtype === "bool" ? Uint32Array.from(values) : values
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice()
}
function decode(type: ArrayType, bytes: Uint8Array): Numbers {
  const { buffer } = bytes.slice()
  switch (type.dtype) {
    case "f32":
      return new Float32Array(buffer)
    case "f64":
      return new Float64Array(buffer)
    case "i32":
      return new Int32Array(buffer)
    case "u32":
      return new Uint32Array(buffer)
    case "bool":
      return Uint8Array.from(new Uint32Array(buffer))
  }
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
const isWasmExecutable = (e: Executable): e is WasmExecutable => "plan" in e
function planOfExecutable(executable: Executable): Plan {
  if (isWasmExecutable(executable)) return executable.plan
  throw internal(`the wasm engine was given a program compiled for ${executable.engine.name}`)
}
const missing = (loop: Loop): never => {
  throw internal(`a ${loop.form} gave too few results`)
}
