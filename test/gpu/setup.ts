/** Puts the packages that scripts/test-gpu.ts fetched where gpu.js looks for them: `navigator.gpu`, and the module `gl`. */
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** What can be required from a folder that npm has filled. */
const inFolder = (variable: string): NodeJS.Require | undefined => {
  const folder = process.env[variable]
  return folder === undefined ? undefined : createRequire(join(folder, "package.json"))
}

interface Dawn {
  readonly create: (flags: readonly string[]) => object
  readonly globals: object
}
const isDawn = (x: object): x is Dawn => "create" in x && "globals" in x

const dawnFolder = inFolder("COTANGENT_WEBGPU")
if (dawnFolder !== undefined) {
  const dawn: object = await import(pathToFileURL(dawnFolder.resolve("webgpu")).href)
  if (!isDawn(dawn)) throw new Error("the package webgpu has no create and no globals")
  Object.assign(globalThis, dawn.globals)
  Object.defineProperty(globalThis, "navigator", { value: { gpu: dawn.create([]) }, configurable: true })
}

const glFolder = inFolder("COTANGENT_GL")
if (glFolder !== undefined) {
  // gpu.js requires "gl", and the project's own installation has a stand-in there: the module cache answers with the real one.
  const fromGpu = createRequire(createRequire(import.meta.url).resolve("gpu.js"))
  glFolder("gl")
  const real = glFolder.cache[glFolder.resolve("gl")]
  if (real !== undefined) fromGpu.cache[fromGpu.resolve("gl")] = real
}
