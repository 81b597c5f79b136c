/** What goes wrong with workers, in words. */
import { EngineError } from "../../../autodiff/errors.ts"
import type { Report } from "./team.ts"

const code = "worker-lost"
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** `where` they did not come to within `waited` milliseconds; the main thread's own part took `own`. */
export const workersLost = (workers: readonly number[], where: string, waited: number, own: number): EngineError =>
  new EngineError(
    code,
    `wasm: ${workers.length === 1 ? "worker" : "workers"} ${workers.join(" and ")} did not come to ${where} within ${seconds(waited)}, where the main thread's own part took ${seconds(own)}: dead, stuck, or kept from the cores by other programs; what this call was to compute is lost, compute it again after an await, and it runs on one thread`,
    { workers, waited, own },
  )

export const workerFailed = ({ part, message, stack }: Report): EngineError =>
  new EngineError(
    code,
    `wasm: worker ${part} failed in its part of a call: ${message}; what this call was to compute is lost, everything else is whole. Please report it`,
    { workers: [part], message, stack },
  )

export const workersStillThere = (): EngineError =>
  new EngineError(
    code,
    "wasm: a worker was lost in an earlier call and may overwrite results until it has ended, which is noticed between two turns of the event loop: await something, then compute again, on one thread",
  )
