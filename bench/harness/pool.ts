/** The contenders' processes: resident ones, which take turns, and fresh ones. */
import { execFileSync } from "node:child_process"
import type { Contender, ContenderName } from "./contenders.ts"
import type { Pool } from "./measure.ts"
import type { Hello } from "./protocol.ts"
import { openSession, type Session } from "./session.ts"

export interface Programs {
  readonly node: string
  readonly python: string
  readonly worker: string
  readonly pythonWorker: string
}
export interface WholePool extends Pool {
  /** Opens every resident session and passes on what it says of itself. */
  readonly hello: (tell: (name: ContenderName, about: string) => void) => Promise<void>
  readonly introductions: () => Readonly<Record<string, string>>
  readonly nodeVersion: () => string
  readonly nodeMajor: () => number
  readonly closeAll: () => void
}

export function newPool(contenders: readonly Contender[], programs: Programs): WholePool {
  const residents = new Map<ContenderName, Session>()
  const fresh = new Set<Session>()
  const abouts = new Map<ContenderName, string>()
  const version = execFileSync(programs.node, ["--version"], { encoding: "utf8" }).trim()
  const open = async (contender: Contender): Promise<Session> => {
    const session = openSession(
      contender,
      contender.library === "torch"
        ? { program: programs.python, args: ["-B", programs.pythonWorker] }
        : { program: programs.node, args: ["--expose-gc", programs.worker, contender.name] },
    )
    fresh.add(session)
    // Every session begins with it: the engine is chosen on the way.
    const { about } = await session.ask<Hello>({ do: "hello" })
    abouts.set(contender.name, about)
    return session
  }
  const resident = async (contender: Contender): Promise<Session> => {
    const known = residents.get(contender.name)
    if (known !== undefined) return known
    const session = await open(contender)
    residents.set(contender.name, session)
    return session
  }
  return {
    contenders,
    open,
    resident,
    drop: (session) => {
      session.close()
      fresh.delete(session)
      residents.delete(session.contender.name)
    },
    hello: async (tell) => {
      for (const contender of contenders) {
        await resident(contender)
        tell(contender.name, abouts.get(contender.name) ?? "")
      }
    },
    introductions: () => Object.fromEntries(abouts),
    nodeVersion: () => version,
    nodeMajor: () => Number.parseInt(version.slice(1), 10),
    closeAll: () => {
      for (const session of fresh) session.close()
    },
  }
}
