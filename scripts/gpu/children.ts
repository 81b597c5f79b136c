/** Processes that end when we do: each leads a group, which is killed whole at its time limit and at our end. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"

const running = new Set<ChildProcess>()

export function kill(child: ChildProcess): void {
  running.delete(child)
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // The whole group has ended already.
  }
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    for (const child of running) kill(child)
    process.exit(1)
  })

export function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true })
  running.add(child)
  return child
}

/** The exit code; undefined where the time limit ended it. */
export function finished(child: ChildProcess, seconds: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      kill(child)
      resolve(undefined)
    }, seconds * 1000)
    child.once("error", reject)
    child.once("exit", (code) => {
      clearTimeout(timer)
      // What it left behind in its group goes with it.
      kill(child)
      resolve(code ?? 1)
    })
  })
}
