/** What explain and profile show, as data. Slots number the values of a plan, its inputs first. */

/**
 * What a kernel is by its form: a product of matrices (`packed` where the engine copies its operands into panels first),
 * an elementwise map, a copy (a map that computes nothing), rows (a map whose elements share folds, as those of softmax
 * do), a reduction, a running fold, a scatter, or a function of the host.
 */
export type KernelForm =
  | {
      readonly kind: "product"
      readonly batch: number
      readonly m: number
      readonly n: number
      readonly k: number
      readonly packed: boolean
    }
  | { readonly kind: "map" | "copy" | "rows" | "reduction" | "prefix" | "scatter" | "routine" }

/** A kernel that `gpu.createKernel(source, { output })` accepts. */
export interface KernelSource {
  readonly source: string
  readonly output: readonly number[]
}

interface ExplainedFrame {
  /** Its place in the order of the plan, bodies of loops counted in. */
  readonly number: number
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}
export interface ExplainedKernel extends ExplainedFrame {
  readonly kind: "kernel"
  /** Kernels that compute the same have it in common. */
  readonly id: number
  readonly name: string
  /** The operations that were fused into it, producers first. */
  readonly group: readonly string[]
  readonly form: KernelForm
  /** Each expression counted once for every value of the indices that it depends on; no index arithmetic. */
  readonly operations: number
  readonly bytesRead: number
  readonly bytesWritten: number
  /** Operations per byte. */
  readonly intensity: number
  /** How often one call runs it. Rounds of a while loop are not known: they count as one. */
  readonly times: number
  /** The fused expression. */
  readonly meaning: string
  /** None for what has no gpu.js kernel: float64, functions of the host. */
  readonly sources: readonly KernelSource[]
  /** The number of an earlier kernel that is the same. */
  readonly sameAs: number | undefined
}
export interface ExplainedConstant extends ExplainedFrame {
  readonly kind: "constant"
  readonly value: number
}
export interface ExplainedScan extends ExplainedFrame {
  readonly kind: "scan"
  readonly rounds: number
  readonly reverse: boolean
  readonly body: ExplainedPlan
}
export interface ExplainedWhile extends ExplainedFrame {
  readonly kind: "while"
  readonly test: ExplainedPlan
  readonly body: ExplainedPlan
}
export interface ExplainedCond extends ExplainedFrame {
  readonly kind: "cond"
  readonly branches: readonly ExplainedPlan[]
}
export type ExplainedStep = ExplainedKernel | ExplainedConstant | ExplainedScan | ExplainedWhile | ExplainedCond

/** Where a value that the plan computes lies. */
export type ValuePlace =
  | { readonly kind: "input" | "output"; readonly index: number }
  /** So many bytes into the frame that the engine keeps for the temporaries of the plan. */
  | { readonly kind: "frame"; readonly offset: number }
  /** In memory of its own, taken when it is made and given back after its last use. */
  | { readonly kind: "own" }
export interface PlannedValue {
  readonly slot: number
  readonly type: string
  readonly bytes: number
  readonly place: ValuePlace
  /** The number of the step that makes it. */
  readonly from: number
  /** The number of the last step that reads it; undefined for results, which stay. */
  readonly to: number | undefined
}
export interface MemoryMap {
  readonly values: readonly PlannedValue[]
  /** Bytes of all that is neither operand nor result, had each a place of its own. */
  readonly temporaries: number
  /** The most bytes of those in use at once. */
  readonly peak: number
  /** Bytes that kernels write on their way (the packed operands of products), had each a place of its own. */
  readonly scratch: number
  /**
   * Bytes of the one frame in which temporaries, scratch and the frames of bodies lie, each for as long as it is needed;
   * undefined where the engine takes memory for each value when it is made.
   */
  readonly frame: number | undefined
}
export interface ExplainedPlan {
  readonly steps: readonly ExplainedStep[]
  readonly memory: MemoryMap
}
export interface Totals {
  readonly kernels: number
  /** Runs of kernels in one call. */
  readonly runs: number
  readonly operations: number
  readonly bytes: number
}
export interface Explanation {
  readonly engine: string
  readonly program: string
  readonly plan: ExplainedPlan
  /** Those of bodies included, in order. */
  readonly kernels: readonly ExplainedKernel[]
  readonly totals: Totals
  /** What `explain(f)(…)` gives. */
  readonly toString: () => string
}

// ---- profile ---------------------------------------------------------------------------------------------------

/** The shortest and the middle one of several runs, in milliseconds. */
export interface Times {
  readonly min: number
  readonly median: number
}
export interface ProfiledKernel {
  readonly name: string
  /** The operations that were fused into it, producers first. */
  readonly group: readonly string[]
  readonly form: KernelForm | undefined
  /** Runs in one call of the function. What follows is of all of them together. */
  readonly calls: number
  readonly milliseconds: Times
  /** Of the time of all kernels, by the shortest runs; 1 is all of it. */
  readonly share: number
  readonly operations: number
  readonly bytes: number
  /** 10^9 operations, and 10^9 bytes, per second in the shortest run; undefined where the clock saw no time pass. */
  readonly gigaOperations: number | undefined
  readonly gigaBytes: number | undefined
  /** What would bound it on an ideal engine: moving its bytes, or computing. */
  readonly bound: "memory" | "arithmetic"
  /** The time in which the machine's ceilings would let it run, divided by the time it took. */
  readonly ofCeiling: number | undefined
}
/** What the engine reaches at best on this machine, measured once in a process. */
export interface Ceilings {
  /** 10^9 operations per second of its own matrix product, multiplications and additions counted apart. */
  readonly gigaOperations: number
  /** 10^9 bytes per second, read and written, of a kernel that reads an array and writes one, by the bytes it moves. */
  readonly gigaBytes: readonly { readonly bytes: number; readonly rate: number }[]
}
/** An event of the trace format that chrome://tracing and ui.perfetto.dev open. Times are in microseconds. */
export type TraceEvent =
  | {
      readonly ph: "X"
      readonly name: string
      readonly cat: string
      readonly ts: number
      readonly dur: number
      readonly pid: number
      readonly tid: number
      readonly args: Readonly<Record<string, number | string>>
    }
  | {
      readonly ph: "M"
      readonly name: "process_name" | "thread_name"
      readonly pid: number
      readonly tid: number
      readonly args: { readonly name: string }
    }
export interface ChromeTrace {
  readonly displayTimeUnit: "ms"
  readonly traceEvents: readonly TraceEvent[]
}
export interface Profile {
  readonly engine: string
  readonly repetitions: number
  /** Those that take longest first. */
  readonly kernels: readonly ProfiledKernel[]
  /** The call as it runs without being watched; undefined on an engine that cannot wait for its end. */
  readonly call: Times | undefined
  /** All kernels of a watched call together. */
  readonly kernelTime: Times
  readonly ceilings: Ceilings
  /** The fastest watched call. `JSON.stringify` makes the file; `saveTrace` of cotangent/io writes it. */
  readonly trace: ChromeTrace
  /** The table. */
  readonly toString: () => string
}
