import { builtinModules } from "node:module"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { gzipSync } from "node:zlib"
import { build, type Plugin } from "esbuild"

/** A module of Node is an error with the file that asked for it, whether it is imported at once or lazily. */
const noNode: Plugin = {
  name: "no-node",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) =>
      path.startsWith("node:") || builtinModules.includes(path)
        ? { errors: [{ text: `${importer} imports ${path}: the core has to run in a browser` }] }
        : undefined,
    )
  },
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} kB`

/**
 * Bundles the core for a browser, runs the bundle where nothing of Node is in reach, and prints the sizes.
 *
 * gpu.js is left out: it has to come with `setEngine("gpujs")` and not before, so a bundle that would need it at
 * start-up fails here.
 */
export async function bundle(app: string): Promise<void> {
  const bundled = async (name: string, source: string): Promise<string> => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: source, resolveDir: app, sourcefile: `${name}.js` },
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      format: "iife",
      globalName: "bundle",
      platform: "browser",
      target: "es2022",
      external: ["gpu.js"],
      plugins: [noNode],
      absWorkingDir: app,
      logLevel: "error",
    })
    const file = outputFiles[0]
    if (file === undefined) throw new Error(`esbuild made nothing of ${name}`)
    const eager = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ path, kind }) => path === "gpu.js" && kind !== "dynamic-import"),
    )
    if (eager.length > 0) throw new Error("gpu.js is imported at start-up; only setEngine may load it, by import()")
    const fpTs = Object.keys(metafile.inputs).filter((path) => path.includes("fp-ts")).length
    console.log(
      `smoke: browser bundle, ${name}: ${kilobytes(gzipSync(file.contents).length)} gzipped, ` +
        `${kilobytes(file.contents.length)} minified, no node: import, ${fpTs} modules of fp-ts`,
    )
    return file.text
  }
  await bundled("whole core", 'export * from "cotangent"')
  const script = await bundled("first gradient", FIRST_GRADIENT)
  const browser = { console, performance, queueMicrotask, setTimeout, clearTimeout, TextDecoder, TextEncoder }
  const found: unknown = await runInNewContext(`${script}\nbundle.result`, browser, {
    filename: join(app, "browser.js"),
  })
  const wanted = Math.sin(2) + 2 * Math.cos(2)
  if (typeof found !== "number" || Math.abs(found - wanted) > 1e-6)
    throw new Error(`the browser bundle computed ${String(found)} where d(x sin x)/dx at 2 is ${wanted}`)
  console.log("smoke: the bundle runs without process, Buffer or require")
}

const FIRST_GRADIENT = `
import { grad, mul, sin, sum, tensor } from "cotangent"
export const result = grad((x) => sum(mul(sin(x), x)))(tensor([2])).data().then((data) => data[0])
`
