/** A contender's process, from the coordinator's side. */
import { type ChildProcess, spawn } from "node:child_process"
import type { Readable } from "node:stream"
import type { Contender } from "./contenders.ts"
import type { Reply, Request } from "./protocol.ts"

export interface Session {
  readonly contender: Contender
  /** Rejects with what the contender said, how it died, or that it took too long; it has to be closed then. */
  readonly ask: <T>(request: Request, seconds?: number) => Promise<T>
  readonly close: () => void
}
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

export function openSession(contender: Contender, { program, args }: Command): Session {
  const child = spawn(program, args, {
    env: { ...process.env, ...contender.env },
    stdio: ["pipe", "ignore", "pipe", "pipe"],
  })
  let complaint = ""
  child.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000)
  })
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined
  const fail = (why: string) => waiting?.reject(new Error(why))
  child.on("error", (error) => fail(`${contender.label}: ${error.message}`))
  child.on("exit", (code, signal) => fail(`${contender.label} ended (${signal ?? code}) ${complaint.trim()}`))
  // A write to a process that has died is told by its exit.
  child.stdin?.on("error", () => {})
  onLines(repliesOf(child), (line) => waiting?.resolve(line))

  const answer = (request: Request, seconds: number) =>
    new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => fail(`no answer within ${seconds} s`), seconds * 1000)
      const settle = () => {
        clearTimeout(timer)
        waiting = undefined
      }
      waiting = {
        resolve: (line) => {
          settle()
          resolve(line)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      if (child.exitCode !== null) fail(`${contender.label} has ended (${child.exitCode}) ${complaint.trim()}`)
      child.stdin?.write(`${JSON.stringify(request)}\n`)
    })
  return {
    contender,
    ask: async <T>(request: Request, seconds = 60) => {
      const reply: Reply<T> = JSON.parse(await answer(request, seconds))
      if (!reply.ok) throw new Error(reply.error)
      return reply
    },
    close: () => child.kill("SIGKILL"),
  }
}

function repliesOf(child: ChildProcess): Readable {
  const stream = child.stdio[3]
  if (stream === null || stream === undefined || !("read" in stream)) throw new Error("the child has no descriptor 3")
  return stream
}

/** Replies can be megabytes long: the pieces of a line are joined once. */
function onLines(stream: Readable, take: (line: string) => void): void {
  let pieces: string[] = []
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    const parts = text.split("\n")
    for (const part of parts.slice(0, -1)) {
      take([...pieces, part].join(""))
      pieces = []
    }
    const rest = parts.at(-1)
    if (rest) pieces.push(rest)
  })
}
