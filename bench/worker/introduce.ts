/** What a contender is, in words; for ours, the engine is set on the way. */
import { setEngine } from "cotangent"
import type { Contender } from "../harness/contenders.ts"
import { loadTfjs } from "./tfjs.ts"

export async function introduce({ name, library }: Contender): Promise<string> {
  const node = `Node ${process.versions.node}`
  switch (library) {
    case "cotangent": {
      const engine =
        name === "gpujs"
          ? await setEngine("gpujs", { mode: "webasm" })
          : await setEngine("wasm", name === "one" ? { threads: 1 } : {})
      return `${engine}, ${node}`
    }
    case "jax":
      return `@jax-js/jax 0.1.25, wasm, ${node}`
    case "tfjs": {
      const tf = await loadTfjs()
      return `tfjs ${tf.version_core}, wasm with ${tf.env().getBool("WASM_HAS_SIMD_SUPPORT") ? "" : "no "}SIMD, ${node}`
    }
    default:
      return `loops over Float32Array, ${node}`
  }
}
