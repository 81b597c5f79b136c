/** Where the GPU suites keep what they fetch: outside the project, so that neither git nor `npm ci` touches it. */
import { mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"

export function cacheFolder(name: string): string {
  const path = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cotangent", name)
  mkdirSync(path, { recursive: true })
  return path
}
