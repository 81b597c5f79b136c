/** Debian packages: installed where we may, named where we may not. */
import { spawnSync } from "node:child_process"

/** What a suite needs and cannot bring by itself. The message says how to get it. */
export class Missing extends Error {}

const noninteractive = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" }
const ran = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { env: noninteractive, stdio: ["ignore", "ignore", "inherit"] }).status === 0
export const answers = (command: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(command, args, { env: noninteractive, encoding: "utf8", stdio: "pipe" })
  return status === 0 ? stdout : undefined
}

/** @throws Missing where they are not there and cannot be installed. */
export function needDebian(names: readonly string[], why: string): void {
  const installed = (name: string): boolean =>
    answers("dpkg-query", ["--status", name])?.includes("Status: install ok installed") === true
  const missing = names.filter((name) => !installed(name))
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends -y ${missing.join(" ")}`
  if (answers("apt-get", ["--version"]) === undefined)
    throw new Missing(`${why} needs what Debian calls ${missing.join(", ")}: install them with your system's packages`)
  if (process.getuid?.() !== 0) throw new Missing(`${why} needs Debian packages; run as root: ${command}`)
  console.log(`installing ${missing.join(", ")}`)
  const args = command.split(" ").slice(1)
  if (!ran("apt-get", args) && !(ran("apt-get", ["update", "-qq"]) && ran("apt-get", args)))
    throw new Missing(`${why} needs Debian packages, and this failed: ${command}`)
}
