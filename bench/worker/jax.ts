/** jax-js, from the outside: arrays are consumed where they are used, unless `.ref` is passed. */
import type * as Jax from "@jax-js/jax"
import { numbers } from "../harness/data.ts"
import type { Task } from "../harness/row.ts"

export type JaxArray = Jax.Array

let loading: Promise<typeof Jax> | undefined
export function loadJax(): Promise<typeof Jax> {
  loading ??= start()
  return loading
}
async function start(): Promise<typeof Jax> {
  // It asks for a navigator, which Node 20 does not have.
  if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: { hardwareConcurrency: 2 } })
  const jax = await import("@jax-js/jax")
  await jax.init("wasm")
  jax.defaultDevice("wasm")
  return jax
}

/**
 * Calls that give arrays, forced and freed. Arrays are lazy, and `blockUntilReady` runs what is pending without reading it;
 * what a jitted function gives is always pending, whereas an eager view would stay undone.
 */
export async function jaxCalls(call: () => readonly JaxArray[]): Promise<Task> {
  const { blockUntilReady } = await loadJax()
  return {
    run: async () => {
      const results = call()
      await blockUntilReady(results)
      for (const result of results) result.dispose()
    },
    outputs: () => Promise.all(call().map(async (result) => Float32Array.from(await result.data()))),
  }
}

export async function jaxOperand(seed: number, shape: readonly number[], scale = 1): Promise<JaxArray> {
  const { numpy } = await loadJax()
  return numpy
    .array(
      numbers(
        seed,
        shape.reduce((a, b) => a * b, 1),
        scale,
      ),
    )
    .reshape(shape)
}
