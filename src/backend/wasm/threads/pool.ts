/** Threads that run one definition together, over one shared memory: the calling thread, which is part 0, and workers. */
import { type EngineError, internal } from "../../../autodiff/errors.ts"
import { hostFunctions } from "../kernel.ts"
import { exported } from "../kernels.ts"
import { newControl } from "./control.ts"
import { type Definition, newDefinitions } from "./definitions.ts"
import { workerFailed, workersLost, workersStillThere } from "./failures.ts"
import { controlBytes, mostArguments, mostThreads } from "./layout.ts"
import { syncModule } from "./sync.ts"
import { hasThreads, startTeam, type Team } from "./team.ts"

export interface PoolOptions {
  /** Shared, with a maximum of at most 65536 pages. */
  readonly memory: WebAssembly.Memory
  /** The address, a multiple of 64, of `controlBytes` bytes that belong to the pool for as long as the memory lives. */
  readonly control: number
  /** How many threads there are, the calling one among them; at most 32. */
  readonly threads: number
  /** What definitions can import besides `hostFunctions`, on the main thread: called elsewhere, it throws. */
  readonly host?: WebAssembly.ModuleImports
  /**
   * A thread counts as lost once the main thread has waited for it at a barrier for more than `after` milliseconds (5000)
   * and more than `times` (20) times what its own part took since the last barriers.
   */
  readonly lost?: { readonly after?: number; readonly times?: number }
  /** For how long to look before sleeping: so many `looks` at a barrier, so many milliseconds between jobs. */
  readonly spin?: { readonly looks?: number; readonly between?: number }
}

export interface Pool {
  /** How many threads a job has at most. */
  readonly parts: number
  /** The definition that exports `barrier(parts)`. */
  readonly sync: number
  /** Compiles a module; the number it gets is the same on every thread. */
  readonly define: (definition: Definition) => number
  /** Definitions that import from it go on working. */
  readonly forget: (id: number) => void
  /** The main thread's exports of a definition. */
  readonly exports: (id: number) => WebAssembly.Exports
  /**
   * Calls the export `plan(...args, part, parts)` of a definition on all threads at once, or `most` of them, and returns
   * when all are done. `parts` is 1 while workers come up, and for what is run from within another run.
   *
   * @throws EngineError (`worker-lost`) where a worker is dead or stuck, or its part failed; and whatever the main thread's
   * own part throws. No thread is still in the job then, unless the pool is `broken`.
   */
  readonly run: (id: number, args: readonly number[], most?: number) => void
  /** Whether a job would get all of its threads now. */
  readonly ready: () => boolean
  /** Starts the workers, and blocks until they are up or so many milliseconds have passed; gives whether they are up. */
  readonly waitUntilReady: (timeout: number) => boolean
  /** Whether a worker was lost: it may write to the memory until it `isGone`. */
  readonly broken: boolean
  /** Whether there are no workers. That they ended comes by the event loop: a synchronous program does not get to know. */
  readonly isGone: () => boolean
  /** Kept when the workers of a pool that is broken or closed have ended. */
  readonly gone: Promise<void>
  /** Ends the workers. Whatever is run later runs on the calling thread alone. */
  readonly close: () => void
}

/** Who drops a pool without closing it leaves no threads behind. */
const dropped =
  typeof FinalizationRegistry === "function" ? new FinalizationRegistry<() => void>((end) => end()) : undefined

const givenUp = new Error("the job was given up")
type WasmFunction = (...numbers: readonly number[]) => void

/**
 * A pool, or undefined where no threads are to be had: in browsers, and in what has no `worker_threads`. Workers start
 * when a job first asks for them, come up while the main thread goes on computing, and keep no process alive.
 */
export function createPool(options: PoolOptions): Pool | undefined {
  if (!hasThreads()) return undefined
  const { memory, control: address, host = {} } = options
  if (address % 64 !== 0 || address + controlBytes > memory.buffer.byteLength)
    throw internal(`the pool was given ${controlBytes} bytes at ${address} of ${memory.buffer.byteLength}`)
  const threads = Math.max(1, Math.min(mostThreads, options.threads))
  const { after, times } = { after: 5000, times: 20, ...options.lost }
  const { looks, between } = { looks: 100_000, between: 0.5, ...options.spin }
  const slice = Math.min(50, after / 4)
  const control = newControl(memory, address, threads, looks)
  const syncOf = (part: number): WebAssembly.Module =>
    new WebAssembly.Module(syncModule({ control: address, part, looks, slice }))

  let team: Team | undefined
  let [alone, broken, up] = [threads === 1, false, false]
  /** How many threads the job that runs has; 0 if none does. */
  let running = 0
  let posted = 0
  /** When the main thread last passed a barrier, as far as is known, and how long it then computed. */
  let [passedAt, own] = [0, 0]

  const lose = (workers: readonly number[], where: string, waited: number): EngineError => {
    broken = true
    team?.end()
    return workersLost(workers, where, waited, own)
  }
  const sync = new WebAssembly.Instance(syncOf(0), {
    e: {
      memory,
      abandoned: () => {
        throw givenUp
      },
      passed: () => {
        passedAt = Date.now()
      },
      overdue: (sleeps: number) => {
        if (sleeps === 0) own = Date.now() - passedAt
        // Counted in sleeps and not by the clock: a process that was stopped for a while has lost nobody.
        const waited = sleeps * slice
        if (waited > after && waited > times * own)
          throw lose(control.missing(running), `barrier ${control.beats()}`, waited)
      },
    },
  }).exports
  const barrier = exported(sync, "barrier")
  const definitions = newDefinitions({ memory, ...hostFunctions, ...host }, sync)

  const start = (): void => {
    if (alone || team !== undefined) return
    const mainOnly = Object.keys(host)
    team = startTeam(
      Array.from({ length: threads - 1 }, (_, k) => {
        const part = k + 1
        return { memory, control: address, part, sync: syncOf(part), mainOnly, spin: between }
      }),
    )
    if (team === undefined) alone = true
    else dropped?.register(pool, team.end)
  }
  const areReady = (timeout: number): boolean => {
    if (team?.hasDied() === true) {
      alone = true
      team.end()
    }
    if (alone || broken || team === undefined) return false
    up ||= control.areUp(timeout)
    return up
  }
  const runTogether = (id: number, plan: WasmFunction, args: readonly number[], parts: number, team: Team): void => {
    const news = definitions.untold()
    if (news.length > 0) {
      team.post(news)
      posted++
    }
    running = parts
    passedAt = Date.now()
    control.begin(id, parts, posted, args)
    try {
      plan(...args, 0, parts)
      barrier(parts)
    } catch (error) {
      if (broken) throw error
      control.giveUp()
      const stillIn = control.stillIn(parts, after)
      const [report] = team.reports()
      if (stillIn.length > 0) lose(stillIn, "the end of a call that failed", after)
      else control.clear()
      throw error === givenUp && report !== undefined ? workerFailed(report) : error
    } finally {
      running = 0
    }
  }
  const pool: Pool = {
    parts: threads,
    sync: 0,
    define: definitions.define,
    forget: definitions.forget,
    exports: definitions.exports,
    run: (id, args, most = threads) => {
      const plan = exported(definitions.exports(id), "plan")
      if (args.length > mostArguments)
        throw internal(`a job of ${args.length} arguments, the most are ${mostArguments}`)
      if (broken && !pool.isGone()) throw workersStillThere()
      if (most > 1 && running === 0) start()
      const parts = most > 1 && running === 0 && areReady(0) ? Math.min(most, threads) : 1
      if (parts === 1 || team === undefined) plan(...args, 0, 1)
      else runTogether(id, plan, args, parts, team)
    },
    ready: () => areReady(0),
    waitUntilReady: (timeout) => {
      start()
      return areReady(timeout)
    },
    get broken() {
      return broken
    },
    isGone: () => team === undefined || team.isGone(),
    get gone() {
      return team?.gone ?? Promise.resolve()
    },
    close: () => {
      alone = true
      team?.end()
    },
  }
  return pool
}
