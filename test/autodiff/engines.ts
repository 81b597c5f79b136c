/** The engines that every law here is tried on. */
import { setEngine } from "cotangent"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import type { Value } from "../../src/autodiff/value.ts"

export interface Choice {
  readonly title: string
  /** Makes it the current engine. */
  readonly choose: () => Promise<unknown>
  /** Where its float64 oracle runs: there too, if it has f64 and can block. */
  readonly oracle: () => Engine
  readonly f64: boolean
}
const wasm = (): Engine => engineAtOnce("wasm")
const reference: Choice = {
  title: "reference",
  choose: () => setEngine("reference"),
  oracle: () => engineAtOnce("reference"),
  f64: true,
}
const gpujs = (mode: "webasm" | "cpu"): Choice => ({
  title: `gpujs/${mode}`,
  choose: () => setEngine("gpujs", { mode }),
  oracle: wasm,
  f64: false,
})
export const engines: readonly Choice[] = [
  reference,
  { title: "wasm", choose: () => setEngine("wasm"), oracle: wasm, f64: true },
  gpujs("webasm"),
  gpujs("cpu"),
]

/** Copies on another engine, so that numbers of one that cannot block can be worked on. */
export const movedTo = (engine: Engine, values: readonly Value[]): Promise<readonly Value[]> =>
  Promise.all(values.map(async (x) => fromNumbers(x.type, await x.data(), engine)))
