/** Cells in worker threads, as many at once as there are cores. */
import { cpus } from "node:os"
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
  readonly finished: (cell: Cell<unknown>, result: Result) => Promise<void>
}
export interface Failure {
  readonly cell: string
  readonly error: unknown
}
export type OrderFor = (cell: Cell<unknown>) => Omit<Order, "threads" | "progress">

/** Measures all cells: those that share the machine first, then the others one by one. A failure stops no other cell. */
export async function measureAll(
  cells: readonly Cell<unknown>[],
  orderFor: OrderFor,
  events: Events,
): Promise<readonly Failure[]> {
  const cores = Math.max(1, cpus().length)
  const shared = cells.filter(({ alone }) => !alone)
  const pool = new Tinypool({
    filename: fileURLToPath(new URL("./worker-entry.mjs", import.meta.url)),
    minThreads: 1,
    maxThreads: Math.max(1, Math.min(cores, shared.length)),
    concurrentTasksPerWorker: 1,
  })
  const measured = async (cell: Cell<unknown>, threads: number): Promise<readonly Failure[]> => {
    const { port1, port2 } = new MessageChannel()
    port1.on("message", (share: number) => events.progress(cell, share))
    const begin = performance.now()
    try {
      events.started(cell)
      const order: Order = { ...orderFor(cell), threads, progress: port2 }
      const text: string = await pool.run(order, { transferList: [port2] })
      await events.finished(cell, { value: fromJson(text), seconds: (performance.now() - begin) / 1000 })
      return []
    } catch (error) {
      return [{ cell: cell.name, error }]
    } finally {
      port1.close()
    }
  }
  try {
    const waiting = [...shared]
    const line = async (): Promise<readonly Failure[]> => {
      const next = waiting.shift()
      return next === undefined ? [] : [...(await measured(next, 1)), ...(await line())]
    }
    const failures = (await Promise.all(Array.from({ length: cores }, line))).flat()
    for (const cell of cells.filter(({ alone }) => alone)) failures.push(...(await measured(cell, cores)))
    return failures
  } finally {
    await pool.destroy()
  }
}
