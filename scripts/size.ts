/**
 * What it costs to have the library: the tarball, the installation, the import, the bundle of a small model; beside jax-js.
 *
 *   npm run size
 */
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"

const root = resolve(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "cotangent-size-"))
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
const inside = (folder: string, command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
const bytesUnder = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((total, name) => {
    const found = statSync(join(folder, name))
    return total + (found.isFile() ? found.size : 0)
  }, 0)
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** The gradient of the loss of a perceptron with one hidden layer, as each library writes it. */
const models = {
  cotangent: `
    import { add, grad, matmul, mean, square, sub, tanh, zeros } from "cotangent"
    const loss = (p, x, y) => mean(square(sub(add(matmul(tanh(add(matmul(x, p.w), p.b)), p.v), p.c), y)))
    export const gradient = grad(loss)
    export const params = { w: zeros([4, 8]), b: zeros([8]), v: zeros([8, 1]), c: zeros([1]) }
  `,
  "@jax-js/jax": `
    import { grad, numpy as np } from "@jax-js/jax"
    const loss = (p, x, y) =>
      np.mean(np.square(np.subtract(np.add(np.matmul(np.tanh(np.add(np.matmul(x, p.w), p.b)), p.v), p.c), y)))
    export const gradient = grad(loss)
    export const params = { w: np.zeros([4, 8]), b: np.zeros([8]), v: np.zeros([8, 1]), c: np.zeros([1]) }
  `,
} as const

interface Bundle {
  /** What a page loads before it can begin. */
  readonly first: number
  /** What `import()` brings later: an engine that is asked for. */
  readonly later: number
}
/** Gzipped bytes, split as bundlers split by default. */
async function bundled(contents: string, resolveDir: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    splitting: true,
    metafile: true,
    outdir: join(work, "bundle"),
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["gpu.js"],
    absWorkingDir: resolveDir,
    // The repository's paths would take "cotangent" for its sources.
    tsconfigRaw: {},
    logLevel: "error",
  })
  const outputs = metafile.outputs
  const first = new Set<string>()
  const reach = (path: string): void => {
    if (first.has(path)) return
    first.add(path)
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === "import-statement") reach(next)
  }
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (entryPoint === "<stdin>") reach(path)
  const places = new Set([...first].map((path) => resolve(resolveDir, path)))
  const gzipped = (wanted: boolean): number =>
    outputFiles
      .filter(({ path }) => places.has(path) === wanted)
      .reduce((total, { contents: file }) => total + gzipSync(file, { level: 9 }).length, 0)
  return { first: gzipped(true), later: gzipped(false) }
}

/** Milliseconds until the first statement after the import, the fastest of ten processes; and of an empty one. */
function importTime(folder: string, name: string): number {
  const script = join(folder, "node_modules/import-time.mjs")
  writeFileSync(
    script,
    `const start = performance.now()\nawait import(${JSON.stringify(name)})\nconsole.log(performance.now() - start)\n`,
  )
  const times = Array.from({ length: 10 }, () => {
    const { stdout } = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" })
    return Number(stdout)
  })
  return Math.min(...times)
}

try {
  inside(root, "npm", ["pack", ...quiet, "--pack-destination", work])
  const tarball = readdirSync(work).find((name) => name.endsWith(".tgz"))
  if (tarball === undefined) throw new Error("npm pack left no tarball")
  console.log(`packed: ${kilobytes(statSync(join(work, tarball)).size)}`)

  const app = join(work, "app")
  mkdirSync(app)
  cpSync(join(root, "test/smoke/package.json"), join(app, "package.json"))
  const start = performance.now()
  inside(app, "npm", ["install", ...quiet, join(work, tarball)])
  const seconds = (performance.now() - start) / 1000
  console.log(
    `installed with the overrides of the README: ${(bytesUnder(join(app, "node_modules")) / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s`,
  )
  console.log(`imported by plain node ${process.versions.node}: ${importTime(app, "cotangent").toFixed(0)} ms`)

  const ours = await bundled(models.cotangent, app)
  console.log(
    `grad and a perceptron in a browser: ${kilobytes(ours.first)} gzipped, and ${kilobytes(ours.later)} when gpujs is asked for`,
  )
  const whole = await bundled('export * from "cotangent"', app)
  console.log(`everything in "cotangent": ${kilobytes(whole.first)} gzipped`)

  const bench = join(root, "bench")
  if (!existsSync(join(bench, "node_modules/@jax-js/jax"))) inside(bench, "npm", ["ci", ...quiet])
  const theirs = await bundled(models["@jax-js/jax"], bench)
  const ratio = (ours.first / theirs.first).toFixed(2)
  console.log(
    `jax-js, the same perceptron: ${kilobytes(theirs.first)} gzipped, and ${kilobytes(theirs.later)} later; ours is ${ratio} of it`,
  )
  const times = [importTime(app, "cotangent"), importTime(bench, "@jax-js/jax")]
  console.log(`jax-js, imported: ${times[1]?.toFixed(0)} ms, beside ours ${times[0]?.toFixed(0)} ms`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
