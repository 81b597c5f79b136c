/**
 * What an engine must do, and the records by which tensors hold an engine's memory. Autodiff reaches an engine through
 * this file alone.
 */
import type { Numbers } from "./dtype.ts"
import type { ArrayType } from "./program/loop/loop.ts"
import type { Program } from "./program/program.ts"

/** Memory of one engine: opaque here, `engine` tells whose. Bytes only; shapes live in tensors, so a reshape shares it. */
export interface EngineBuffer {
  readonly engine: Engine
  readonly type: ArrayType
  /**
   * What `release` needs of the buffer, where that is less than all of it. A registry that waits for the death of tensors
   * holds this: holding the buffer, it would keep alive the bytes that a spilled one owns, for as long as a loop runs.
   */
  readonly residence?: EngineBuffer
}
/** A Program made ready for one engine. */
export interface Executable {
  readonly engine: Engine
  readonly program: Program
}

/** One kernel of a run that was timed. */
export interface KernelTiming {
  /** The number of its Loop: runs of one kernel have it in common. */
  readonly id: number
  /** The operations that were fused into it, as the plan names it. */
  readonly name: string
  /** Milliseconds since the run began. */
  readonly started: number
  readonly milliseconds: number
  /** Bytes read and written, and operations done: what `timingOf` (backend/compile/timed.ts) fills in. */
  readonly bytes: number
  readonly operations: number
}
export interface TimedRun {
  readonly outputs: readonly EngineBuffer[]
  /** In the order in which they ran; a kernel of a loop's body once for each round. */
  readonly kernels: readonly KernelTiming[]
}

export interface Engine {
  /** `wasm`, `reference`, `gpujs/webasm`, …: what `setEngine` reports and errors name. */
  readonly name: string
  /** Makes a program runnable; called once per program and kept by the caller. Throws EngineError for what it cannot run. */
  readonly compile: (program: Program) => Executable
  /**
   * Runs in the order of submission. Results are the program's outputs, then one i32 scalar for each of `claimsOf(program)`:
   * 0 where the claim held, 1 where it failed anywhere. A result may be the very buffer object of an input or of another
   * result (a view costs nothing). Buffers whose positions are in `donated` belong to the engine from here on, also when it
   * throws: it may write over them or hand them out as results.
   */
  readonly submit: (
    executable: Executable,
    inputs: readonly EngineBuffer[],
    donated: ReadonlySet<number>,
  ) => readonly EngineBuffer[]
  /** Takes a copy of `values`; bool as 0 and 1 in a Uint8Array. */
  readonly upload: (values: Numbers, type: ArrayType) => EngineBuffer
  /** A copy of the contents, once everything submitted before has run. */
  readonly read: (buffer: EngineBuffer) => Promise<Numbers>
  /** The same at once, where the engine can block. */
  readonly readSync: ((buffer: EngineBuffer) => Numbers) | undefined
  /** Nobody holds the buffer any more. */
  readonly release: (buffer: EngineBuffer) => void
  /** Bytes held now, for tests and `profile`. */
  readonly bytesHeld: () => number
  /** `submit` without donation, each kernel timed. Left out where an engine cannot tell when a kernel has run. */
  readonly profile?: (executable: Executable, inputs: readonly EngineBuffer[]) => TimedRun
}
