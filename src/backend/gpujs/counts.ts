/** How much of the work really ran on gpu.js, in the mode that was asked for. */
export interface KernelCounts {
  /** Runs of kernels in that mode, those inside pipelines among them. */
  readonly kernels: number
  /** Of these, inside a pipeline that gpu.js fused. */
  readonly piped: number
  /** Runs on the host instead, by name. */
  readonly host: ReadonlyMap<string, number>
  /** Pipelines that gpu.js would not fuse, by its reason; their kernels run one by one. */
  readonly declined: ReadonlyMap<string, number>
  /** Kernels and pipelines that are compiled now. */
  readonly compiled: number
}

export interface Counter {
  readonly ran: (kernels: number, piped: boolean) => void
  readonly onHost: (name: string) => void
  readonly decline: (reason: string) => void
  readonly counts: (compiled: number) => KernelCounts
}

export function newCounter(): Counter {
  let kernels = 0
  let piped = 0
  const host = new Map<string, number>()
  const declined = new Map<string, number>()
  const more = (of: Map<string, number>, name: string): unknown => of.set(name, (of.get(name) ?? 0) + 1)
  return {
    ran: (count, inPipeline) => {
      kernels += count
      if (inPipeline) piped += count
    },
    onHost: (name) => more(host, name),
    decline: (reason) => more(declined, reason),
    counts: (compiled) => ({ kernels, piped, host: new Map(host), declined: new Map(declined), compiled }),
  }
}
