/**
 * Benchmarks beside the peers, in one run:
 *
 *     npm run bench -- eager
 *
 * Each file here that exports `bench` is one; the peers are installed from bench/package.json when they are missing.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const benches = ["eager"]
const [name] = process.argv.slice(2)
if (name === undefined || !benches.includes(name)) {
  console.error(
    `npm run bench -- <name>: there is no bench ${name ?? "without a name"}; there are ${benches.join(", ")}`,
  )
  process.exit(2)
}

const here = fileURLToPath(new URL("./", import.meta.url))
if (!existsSync(`${here}node_modules/@jax-js`)) {
  console.log("installing the peers …")
  const { status } = spawnSync("npm", ["ci", "--silent"], { cwd: here, stdio: "inherit" })
  if (status !== 0) process.exit(status ?? 1)
}
await import(`./${name}.ts`)
