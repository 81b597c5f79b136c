/** The worker threads of one pool: starting them, talking to them, ending them. */
import { type Message, type WorkerData, workerSource } from "./worker.ts"

/** What a worker says of an error in its part of a job. */
export interface Report {
  readonly part: number
  readonly message: string
  readonly stack: string
}
export interface Team {
  readonly post: (messages: readonly Message[]) => void
  /** What has come in since the last call. */
  readonly reports: () => readonly Report[]
  readonly end: () => void
  /** Whether a worker ended without being told to; known once the event loop has turned. */
  readonly hasDied: () => boolean
  /** Whether none is left, none of them able to write any more; known once the event loop has turned. */
  readonly isGone: () => boolean
  readonly gone: Promise<void>
}

// Not imported: a browser has neither the module nor the word `node:`.
const workerThreads = () =>
  typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:worker_threads")

/** Whether this runtime has threads that share memory. */
export const hasThreads = (): boolean => typeof SharedArrayBuffer === "function" && workerThreads() !== undefined

/**
 * Starts one worker for each of these, which come up by themselves while this thread goes on, or is blocked. They keep no
 * process alive. Undefined where the runtime refuses, as under Node's permission model.
 */
export function startTeam(all: readonly WorkerData[]): Team | undefined {
  const threads = workerThreads()
  if (threads === undefined) return undefined
  const { MessageChannel, Worker, receiveMessageOnPort } = threads
  let [left, ended, died] = [0, false, false]
  let allGone = (): void => {}
  const gone = new Promise<void>((resolve) => {
    allGone = resolve
  })
  const start = (data: WorkerData) => {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker(workerSource, {
      eval: true,
      // Neither loaders nor flags of the main thread: they cost time, and some do not work in workers.
      execArgv: [],
      env: {},
      name: `cotangent-${data.part}`,
      workerData: { ...data, port: port2 },
      transferList: [port2],
    })
    left++
    // An error without a listener would end the process.
    worker.on("error", () => {})
    worker.on("exit", () => {
      died ||= !ended
      left--
      if (left === 0) allGone()
    })
    worker.unref()
    return { worker, port: port1 }
  }
  const workers: ReturnType<typeof start>[] = []
  const end = (): void => {
    if (ended) return
    ended = true
    for (const { worker } of workers) void worker.terminate()
    if (left === 0) allGone()
  }
  try {
    for (const data of all) workers.push(start(data))
  } catch {
    end()
    return undefined
  }
  return {
    post: (messages) => {
      for (const { port } of workers) port.postMessage(messages)
    },
    reports: () => {
      const found: Report[] = []
      for (const { port } of workers) {
        for (let m = receiveMessageOnPort(port); m !== undefined; m = receiveMessageOnPort(port)) found.push(m.message)
      }
      return found
    },
    end,
    hasDied: () => died,
    isGone: () => left === 0,
    gone,
  }
}
