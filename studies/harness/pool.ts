/** Cells in worker threads, as many at once as there are cores. */
import { fileURLToPath } from "node:url"
import { MessageChannel } from "node:worker_threads"
import { Tinypool } from "tinypool"
import { fromJson } from "./json.ts"
import type { Result } from "./kept.ts"
import type { Cell } from "./study.ts"
import type { Order } from "./worker.ts"

export interface Events {
  readonly started: (cell: Cell<unknown>) => void
  readonly progress: (cell: Cell<unknown>, share: number) => void
  /** Has to have kept the result when it is done. */
  readonly measured: (cell: Cell<unknown>, result: Result) => Promise<void>
  /** Measured or failed. */
  readonly ended: (cell: Cell<unknown>) => void
}
export interface Failure {
  readonly cell: string
  readonly error: unknown
}
export interface Work {
  readonly cells: readonly Cell<unknown>[]
  readonly orderFor: (cell: Cell<unknown>) => Omit<Order, "threads" | "port">
  readonly cores: number
  /** Once aborted, running cells are told, and no other is begun. */
  readonly signal: AbortSignal
}

/** Measures all cells: those that share the machine first, then the others one by one. A failure stops no other cell. */
export async function measureAll(
  { cells, orderFor, cores, signal }: Work,
  events: Events,
): Promise<readonly Failure[]> {
  const threads = Math.max(1, Math.min(cores, cells.filter(({ alone }) => !alone).length))
  const pool = new Tinypool({
    filename: fileURLToPath(new URL("./worker-entry.mjs", import.meta.url)),
    // As many at least as at most: a thread that waits a moment for its next cell would be ended, and all that it had loaded
    // and compiled with it.
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
  })
  const failures: Failure[] = []
  const place = (failure: Failure): number => cells.findIndex(({ name }) => name === failure.cell)
  const measure = async (cell: Cell<unknown>, threads: number): Promise<void> => {
    const { port1, port2 } = new MessageChannel()
    const stop = () => port1.postMessage("stop")
    port1.on("message", (share: number) => events.progress(cell, share))
    signal.addEventListener("abort", stop)
    const begin = performance.now()
    try {
      events.started(cell)
      const order: Order = { ...orderFor(cell), threads, port: port2 }
      const text: string = await pool.run(order, { transferList: [port2] })
      await events.measured(cell, { value: fromJson(text), seconds: (performance.now() - begin) / 1000 })
    } catch (error) {
      failures.push({ cell: cell.name, error })
    } finally {
      signal.removeEventListener("abort", stop)
      port1.close()
      events.ended(cell)
    }
  }
  /** Each line takes the next cell when its last one is done. */
  const inLines = async (waiting: Cell<unknown>[], lines: number, threads: number): Promise<void> => {
    const line = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift())
        await measure(next, threads)
    }
    await Promise.all(Array.from({ length: lines }, line))
  }
  try {
    await inLines([...cells.filter(({ alone }) => !alone)], cores, 1)
    await inLines([...cells.filter(({ alone }) => alone)], 1, cores)
    return failures.toSorted((a, b) => place(a) - place(b))
  } finally {
    await pool.destroy()
  }
}
