/** The engines that every law here is tried on. */
import { setEngine } from "cotangent"
import { typed } from "../../src/autodiff/boundary.ts"
import { engineAtOnce, installEngine } from "../../src/autodiff/current-engine.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import type { Value } from "../../src/autodiff/value.ts"
import type { GpujsMode } from "../../src/backend/gpujs/gpu.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"

export interface Choice {
  readonly title: string
  /** Makes it the current engine. */
  readonly choose: () => Promise<unknown>
  /** Where its float64 oracle runs: there too, if it has f64 and can block. */
  readonly oracle: () => Engine
  readonly f64: boolean
}
const wasm = (): Engine => engineAtOnce("wasm")
export const byReference = (): Engine => engineAtOnce("reference")
const reference: Choice = {
  title: "reference",
  choose: () => setEngine("reference"),
  oracle: byReference,
  f64: true,
}
/** Its oracle is given where wasm is not to be trusted first: where it is under test in the same run. */
export const gpujs = (mode: GpujsMode, oracle = wasm): Choice => ({
  title: `gpujs/${mode}`,
  choose: () => setEngine("gpujs", { mode }),
  oracle,
  f64: false,
})
// Tests' tensors are too small for threads to be worth it: here, whatever can be shared out is.
const sharing = "wasm, everything shared out"
const createSharing = (): Engine => createWasm({ threads: 2, worthSharing: 0, patience: 5000 })
installEngine(sharing, { sync: createSharing, load: async () => createSharing() })
const setEngineNamed: (name: string) => Promise<string> = typed(setEngine)
export const onWasm: Choice = { title: "wasm", choose: () => setEngine("wasm"), oracle: wasm, f64: true }
const every: readonly Choice[] = [
  reference,
  { ...onWasm, title: "wasm, one thread", choose: () => setEngine("wasm", { threads: 1 }) },
  { ...onWasm, title: sharing, choose: () => setEngineNamed(sharing) },
  gpujs("webasm"),
  gpujs("cpu"),
]
/** All of them, or those whose titles `COTANGENT_TEST_ENGINES` begins: thousands of mutants are tried on one. */
export const engines: readonly Choice[] = every.filter(({ title }) =>
  title.startsWith(process.env.COTANGENT_TEST_ENGINES ?? ""),
)

/** Copies on another engine, so that numbers of one that cannot block can be worked on. */
export const movedTo = (engine: Engine, values: readonly Value[]): Promise<readonly Value[]> =>
  Promise.all(values.map(async (x) => fromNumbers(x.type, await x.data(), engine)))
