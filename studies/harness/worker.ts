/** A worker thread of a run: finds a cell by its name and measures it. */
import { mkdirSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import type { MessagePort } from "node:worker_threads"
import { setEngine } from "cotangent"
import type { EngineName } from "./command.ts"
import { fromJson, toJson } from "./json.ts"
import type { AnyStudy, PresetName } from "./study.ts"

/** What a module of studies exports. */
export interface Registry {
  readonly studies: Readonly<Record<string, () => Promise<AnyStudy>>>
}
/** What a worker is told: enough to make the same plan again, for functions cannot be sent. */
export interface Order {
  /** The module that exports the studies. */
  readonly registry: string
  readonly study: string
  readonly preset: PresetName
  readonly seed: number
  readonly engine: EngineName
  readonly cell: string
  readonly folder: string
  /** Every core for a cell that runs alone, one for those that share the machine. */
  readonly threads: number
  /** Shares of the cell that are done go out, a request to stop comes in. */
  readonly port: MessagePort
}

export default async function measure(order: Order): Promise<string> {
  const { study, preset, seed, engine, folder, threads, port } = order
  const controller = new AbortController()
  port.on("message", () => controller.abort(new Error("the run was stopped")))
  try {
    const { studies }: Registry = await import(order.registry)
    await setEngine(engine, engine === "wasm" ? { threads } : {})
    const load = studies[study]
    if (load === undefined) throw new Error(`there is no study "${study}"`)
    const { plan } = (await load()).prepare(preset, { seed })
    const cell = plan.cells.find(({ name }) => name === order.cell)
    if (cell === undefined)
      throw new Error(`the plan of ${study}, made again in a worker, has no cell "${order.cell}"; it must not vary`)
    mkdirSync(folder, { recursive: true })
    const progress = (share: number) => port.postMessage(share)
    const value = await cell.run({ folder, progress, signal: controller.signal })
    // Whoever heeds the signal returns early, with less than was asked for.
    controller.signal.throwIfAborted()
    const text = value === undefined ? "null" : toJson(value)
    // What JSON drops would be missing in the report.
    if (!isDeepStrictEqual(fromJson(text), value))
      throw new Error("its result is not JSON; return plain objects, arrays, strings, numbers, booleans and null")
    return text
  } finally {
    port.close()
  }
}
