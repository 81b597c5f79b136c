/** The adapter that WebGPU finds in Node, asked in a process of its own: a driver is chosen once per process. */
import { spawnSync } from "node:child_process"

export interface Adapter {
  readonly name: string
  readonly software: boolean
}
const probe = `
import("webgpu").then(async ({ create, globals }) => {
  Object.assign(globalThis, globals)
  const adapter = await create([]).requestAdapter()
  if (adapter === null) return
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info
  console.log(JSON.stringify({
    name: description || [vendor, architecture].join(" "),
    software: isFallbackAdapter === true || architecture === "software",
  }))
})`
export function findAdapter(folder: string, environment: object): Adapter | undefined {
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", probe], {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: "utf8",
    timeout: 60_000,
  })
  const line = stdout.split("\n").find((text) => text.startsWith("{"))
  return line === undefined ? undefined : JSON.parse(line)
}
