/** What a row of the table is. A row is data and a few lines per library; the harness does the rest. */
import type { ContenderName, Library } from "./contenders.ts"

/** One library's side of a row, operands resident. */
export interface Task {
  /** One call, everything computed that it makes and nothing read back, unless the row says so. */
  readonly run: () => void | Promise<void>
  /** What a call gives, for comparison. */
  readonly outputs: () => Promise<readonly Float32Array[]>
}
export type Side = () => Task | Promise<Task>

export type Bar =
  /** Times faster: than the faster JavaScript peer, than jax-js, or than the best that PyTorch does. */
  | {
      readonly kind: "faster"
      readonly ours: ContenderName
      readonly than: "peers" | "jax" | "torch"
      readonly least: number
      readonly node?: number
    }
  /** At most so many times PyTorch's best time. */
  | { readonly kind: "within"; readonly ours: ContenderName; readonly most: number; readonly node?: number }
  /** The same, hoped for and not promised. */
  | { readonly kind: "moonshot"; readonly ours: ContenderName; readonly most: number; readonly node?: number }
  /** GFLOP/s. */
  | { readonly kind: "rate"; readonly ours: ContenderName; readonly least: number; readonly node?: number }
  /** A share of the bytes a second that a contender moves in another row, where that was measured before in the same run. */
  | {
      readonly kind: "bandwidth"
      readonly ours: ContenderName
      readonly of: string
      readonly as: ContenderName
      readonly least: number
      readonly node?: number
    }
  | { readonly kind: "milliseconds"; readonly ours: ContenderName; readonly most: number; readonly node?: number }
  /** Megabytes by which resident memory may grow after the first thousand steps. */
  | { readonly kind: "growth"; readonly ours: ContenderName; readonly most: number; readonly node?: number }

export interface Row {
  readonly name: string
  readonly title: string
  /** `first-call`: a fresh process for every sample. `memory`: a fresh process that watches its own. */
  readonly kind: "calls" | "first-call" | "memory"
  readonly bars: readonly Bar[]
  readonly sides: Readonly<Partial<Record<Exclude<Library, "torch">, Side>>>
  /** Whether torch/rows.py has a row of this name. */
  readonly torch: boolean
  /** Floating-point operations of a call, where the row is judged by their rate. */
  readonly flops?: number
  /** Bytes that a call reads and writes, where the row is judged by them. */
  readonly bytes?: number
  /** The largest difference allowed, relative to the largest magnitude of a result. */
  readonly tolerance: number
  /** What is read back, where something is. */
  readonly remark?: string
  /** Of memory rows: runs the steps and tells what was seen. */
  readonly observe?: () => Promise<Readonly<Record<string, number>>>
}

/** One thread and default threads against the faster JavaScript peer. */
export const fasterThanPeers = (ours: ContenderName, least: number): Bar => ({
  kind: "faster",
  ours,
  than: "peers",
  least,
})
