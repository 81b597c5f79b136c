import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "vite"

const page = `
import { type F32, grad, jit, mul, sin, sum, tensor } from "cotangent"
const slope = jit(grad((x: F32<[1]>) => sum(mul(sin(x), x))))
console.log(await slope(tensor([2])).array())
`
const html = '<!doctype html><title>slope</title><script type="module" src="./page.ts"></script>'
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/**
 * A page that Vite builds with its defaults from the installed package: gpu.js is in a chunk of its own that only
 * `import()` brings, nothing of Node is asked for, and the page's script runs where `process` is not defined.
 */
export async function viteBuild(app: string): Promise<void> {
  const folder = join(app, "page")
  mkdirSync(folder)
  writeFileSync(join(folder, "index.html"), html)
  writeFileSync(join(folder, "page.ts"), page)
  const warnings: string[] = []
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    build: { outDir: "built", rolldownOptions: { onwarn: ({ message }) => warnings.push(message) } },
  })
  if (!("output" in built)) throw new Error("vite gave no single build")
  const chunks = built.output.filter((file) => file.type === "chunk")
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const first = new Set<string>()
  const reach = (name: string): void => {
    if (first.has(name)) return
    first.add(name)
    for (const next of byName.get(name)?.imports ?? []) reach(next)
  }
  for (const { isEntry, fileName } of chunks) if (isEntry) reach(fileName)
  const node = chunks.filter(({ code }) => /(from|import\(|require\()\s*["'`]node:/.test(code))
  const external = warnings.filter((message) => message.includes("externalized for browser"))
  if (node.length > 0 || external.length > 0)
    throw new Error(`vite: modules of Node in ${node.map(({ fileName }) => fileName).join()}\n${external.join("\n")}`)
  const holdsGpu = ({ moduleIds }: { readonly moduleIds: readonly string[] }): boolean =>
    moduleIds.some((id) => id.includes("node_modules/gpu.js/"))
  const withGpu = chunks.filter(holdsGpu).map(({ fileName }) => fileName)
  if (withGpu.length === 0) throw new Error("vite: no chunk holds gpu.js, so setEngine could not load it")
  if (withGpu.some((name) => first.has(name))) throw new Error("vite: gpu.js is loaded with the page")
  const gzipped = (wanted: boolean): string =>
    kilobytes(
      chunks
        .filter(({ fileName }) => first.has(fileName) === wanted)
        .reduce((total, { code }) => total + gzipSync(code, { level: 9 }).length, 0),
    )
  runs(folder, [...first].find((name) => byName.get(name)?.isEntry) ?? "")
  console.log(
    `smoke: vite builds a page of ${gzipped(true)} gzipped, ${gzipped(false)} more when gpujs is asked for; it runs`,
  )
}

/** In a process of Node that hides what browsers do not have; the page needs no document for this. */
function runs(folder: string, entry: string): void {
  const script = `delete globalThis.process; delete globalThis.Buffer; await import("./built/${entry}")`
  const browser = `globalThis.document = { createElement: () => ({ relList: { supports: () => true } }) }`
  const args = ["--input-type=module", "-e", `${browser}; ${script}`]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  const found = Number(/[-\d.]+/.exec(stdout)?.[0])
  const wanted = Math.sin(2) + 2 * Math.cos(2)
  if (!(Math.abs(found - wanted) < 1e-5))
    throw new Error(`the page that vite built printed ${stdout || stderr}, where the slope is ${wanted}`)
}
