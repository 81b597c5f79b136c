/** A run as the events that chrome://tracing and ui.perfetto.dev draw. */
import type { KernelTiming } from "../../autodiff/engine.ts"
import type { ChromeTrace } from "../../autodiff/signatures/inspection.ts"
import type { WatchedRun } from "./runs.ts"

const where = { pid: 1, tid: 1 } as const

export const traceOf = (engine: string, program: string, { kernels, milliseconds }: WatchedRun): ChromeTrace => ({
  displayTimeUnit: "ms",
  traceEvents: [
    { ph: "M", name: "process_name", ...where, args: { name: `cotangent on ${engine}` } },
    { ph: "M", name: "thread_name", ...where, args: { name: "kernels" } },
    {
      ph: "X",
      name: program,
      cat: "call",
      ts: 0,
      dur: milliseconds * 1000,
      ...where,
      args: { kernels: kernels.length },
    },
    ...kernels.map(
      ({ name, started, milliseconds: took, bytes, operations }: KernelTiming) =>
        ({
          ph: "X",
          name,
          cat: "kernel",
          ts: started * 1000,
          dur: took * 1000,
          ...where,
          args: { operations, bytes },
        }) as const,
    ),
  ],
})
