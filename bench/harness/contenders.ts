/** Who takes part. Each runs in a process of its own, so that none meets another's memory, engine options or threads. */

/** The names by which rows offer implementations. */
export type Library = "cotangent" | "jax" | "tfjs" | "plain" | "torch"
export type ContenderName = "one" | "threads" | "gpujs" | "jax" | "tfjs" | "plain" | "torch" | "torch1"

export interface Contender {
  readonly name: ContenderName
  readonly library: Library
  /** A column's head. */
  readonly head: string
  readonly label: string
  readonly env?: Readonly<Record<string, string>>
}

export const contenders: readonly Contender[] = [
  { name: "one", library: "cotangent", head: "one thread", label: "cotangent, one thread" },
  { name: "threads", library: "cotangent", head: "default", label: "cotangent, default threads" },
  { name: "gpujs", library: "cotangent", head: "gpu.js", label: "cotangent, gpu.js webasm (read back)" },
  { name: "jax", library: "jax", head: "jax-js", label: "jax-js, wasm" },
  { name: "tfjs", library: "tfjs", head: "tfjs", label: "tfjs, wasm (XNNPACK)" },
  { name: "plain", library: "plain", head: "plain TS", label: "plain TypeScript" },
  // torch.set_num_threads(2) lets two pools of threads fight for the cores: 10 to 30 times slower than this.
  {
    name: "torch",
    library: "torch",
    head: "PyTorch",
    label: "PyTorch, OpenBLAS threaded",
    env: { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" },
  },
  {
    name: "torch1",
    library: "torch",
    head: "PyTorch 1t",
    label: "PyTorch, one thread",
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  },
]
/** The JavaScript libraries that "times faster" speaks of. */
export const peers: readonly ContenderName[] = ["jax", "tfjs"]
export const torches: readonly ContenderName[] = ["torch", "torch1"]

export const contenderNamed = (name: string): Contender | undefined => contenders.find((c) => c.name === name)
