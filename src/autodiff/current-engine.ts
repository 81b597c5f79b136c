/**
 * Which engine new tensors are made on. Engines are installed by name; `src/install.ts` installs ours, and everything
 * that users import goes through it.
 */

import { functionArgument, notAsync, typed } from "./boundary.ts"
import type { Engine } from "./engine.ts"
import { EngineError, internal } from "./errors.ts"
import { checkOptions } from "./options.ts"
import type { WithEngine } from "./signatures/control.ts"

/** How an engine comes to be: at once, or after loading what it needs. */
export interface EngineFactory {
  /** Made on first use, without waiting. */
  readonly sync?: (options: MakeOptions) => Engine
  readonly load: (options: MakeOptions) => Promise<Engine>
  /** What it can be told; another engine's option would be ignored, and its user believe in it. */
  readonly options?: readonly (keyof MakeOptions)[]
  /** What it is made with where nothing is said. */
  readonly defaults?: MakeOptions
}
/** Engines that differ in these are different engines, with memory of their own. */
export interface MakeOptions {
  readonly mode?: string
  readonly threads?: number
}

const factories = new Map<string, EngineFactory>()
const made = new Map<string, Engine>()
let current: Engine | undefined
let fallback: string | undefined

/** The first one installed with a synchronous constructor is the default. */
export function installEngine(name: string, factory: EngineFactory): void {
  factories.set(name, factory)
  if (fallback === undefined && factory.sync !== undefined) fallback = name
}

export function engineNow(): Engine {
  if (current !== undefined) return current
  if (fallback === undefined) throw internal("no engine is installed")
  current = engineAtOnce(fallback)
  return current
}

const unknown = (name: string): EngineError =>
  new EngineError(
    "unknown-engine",
    `there is no engine "${name}"; there are ${[...factories.keys()].map((n) => `"${n}"`).join(", ")} and "auto"`,
    { name },
  )

/** An engine that needs no loading, or one that was loaded before. */
export function engineAtOnce(name: string, options: MakeOptions = {}): Engine {
  const key = options.threads === undefined ? name : `${name}/${options.threads}`
  const known = made.get(key)
  if (known !== undefined) return known
  const factory = factories.get(name)
  if (factory === undefined) throw unknown(name)
  if (factory.sync === undefined)
    throw new EngineError(
      "engine-not-loaded",
      `the engine "${name}" is loaded asynchronously: call await setEngine("${name}", …) once before`,
      { name },
    )
  const engine = factory.sync(options)
  made.set(key, engine)
  return engine
}

/** Engines on their way: two that ask at once get one, whose tensors then meet. */
const loading = new Map<string, Promise<Engine>>()
async function loaded(name: string, factory: EngineFactory, options: MakeOptions): Promise<Engine> {
  const key = `${name} ${JSON.stringify(options)}`
  const found = loading.get(key) ?? factory.load(options)
  loading.set(key, found)
  try {
    return await found
  } finally {
    loading.delete(key)
  }
}

export async function engineNamed(name: string, options: MakeOptions = {}): Promise<Engine> {
  const factory = factories.get(name)
  if (factory === undefined) {
    const already = made.get(name)
    if (already !== undefined) return already
    throw unknown(name)
  }
  if (factory.sync !== undefined) return engineAtOnce(name, options)
  const known = options.mode === undefined ? made.get(name) : made.get(`${name}/${options.mode}`)
  const engine = known ?? (await loaded(name, factory, { ...factory.defaults, ...options }))
  // The bare name stands for the one that was asked for last, as in x.to("gpujs").
  made.set(name, engine)
  made.set(engine.name, engine)
  return engine
}

/** Whether a hardware GPU answers through WebGPU; a software one is slower than wasm. */
async function hasGpu(): Promise<boolean> {
  const gpu: unknown = typeof navigator === "object" && "gpu" in navigator ? navigator.gpu : undefined
  if (typeof gpu !== "object" || gpu === null || !("requestAdapter" in gpu) || typeof gpu.requestAdapter !== "function")
    return false
  const adapter: unknown = await Reflect.apply(gpu.requestAdapter, gpu, []).catch(() => null)
  if (typeof adapter !== "object" || adapter === null) return false
  const info: unknown = Reflect.get(adapter, "info")
  const fallback =
    Reflect.get(adapter, "isFallbackAdapter") === true ||
    (typeof info === "object" && info !== null && Reflect.get(info, "isFallbackAdapter") === true)
  return !fallback
}

/**
 * Makes an engine the one that new tensors live on, and says which it is. `auto` takes gpu.js on WebGPU where a hardware
 * adapter answers, wasm elsewhere.
 *
 * @param options `mode`: for gpujs, one of webgpu, webgl2, headlessgl, webasm and cpu. `threads`: for wasm, how many work
 *   together; results have the same bits for every number.
 * @throws EngineError for a name that is none, a mode that cannot run here, or a number of threads that is none;
 *   CotangentError for an option of another engine.
 * @example
 * ```ts
 * import { setEngine } from "cotangent"
 * console.log(await setEngine("reference"))
 * await setEngine("wasm")
 * ```
 */
export async function setEngine(name: EngineName | "auto", options: EngineOptions = {}): Promise<string> {
  const factory = factories.get(name)
  checkOptions("setEngine", options, ["mode", "threads"])
  if (factory !== undefined) checkOptions(`setEngine("${name}")`, options, factory.options ?? [])
  // Where a GPU answers there are no threads to count, and the mode is what "auto" is about.
  if (name === "auto") checkOptions('setEngine("auto")', options, ["threads"])
  const { threads } = options
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads))
    throw new EngineError(
      "threads",
      `setEngine: threads is ${typeof threads === "number" ? threads : JSON.stringify(threads)}; give a whole number from 1 to ${mostThreads}, or leave it out for all cores`,
      { threads },
    )
  const engine =
    name === "auto"
      ? (await hasGpu())
        ? await engineNamed("gpujs", { mode: "webgpu" })
        : engineAtOnce("wasm", options)
      : await engineNamed(name, { ...factory?.defaults, ...options })
  current = engine
  return engine.name
}
const mostThreads = 32
export type EngineName = "wasm" | "reference" | "gpujs"
export interface EngineOptions {
  /** For gpujs: what its kernels run on. */
  readonly mode?: "webgpu" | "webgl2" | "headlessgl" | "webasm" | "cpu"
  /** For wasm: how many threads work together, the calling one among them. All cores up to 8 by default. */
  readonly threads?: number
}

/**
 * Runs a synchronous function with another engine as the current one, and puts the choice back.
 *
 * @throws EngineError for an engine that has to be loaded first, or an asynchronous function: by the time it went on, the
 * choice would be back.
 * @example
 * ```ts
 * import { ones, withEngine } from "cotangent"
 * console.log(withEngine("reference", () => ones([2]).arraySync()))
 * ```
 */
export const withEngine: WithEngine<string> = typed((name: string, f: unknown) => {
  const call = functionArgument("withEngine", f)
  const before = engineNow()
  current = engineAtOnce(name)
  try {
    return notAsync("withEngine", call())
  } finally {
    current = before
  }
})
