/** tfjs on its WebAssembly backend, which computes at once: a result that exists is finished. */
import type * as Tf from "@tensorflow/tfjs"
import { numbers } from "../harness/data.ts"
import type { Task } from "../harness/row.ts"

export type TfTensor = Tf.Tensor

let loading: Promise<typeof Tf> | undefined
export function loadTfjs(): Promise<typeof Tf> {
  loading ??= start()
  return loading
}
async function start(): Promise<typeof Tf> {
  const tf = await import("@tensorflow/tfjs")
  await import("@tensorflow/tfjs-backend-wasm")
  await tf.setBackend("wasm")
  await tf.ready()
  return tf
}

/** Calls that give tensors, freed; what they made on the way is freed by tidy. */
export async function tfjsCalls(call: () => readonly TfTensor[]): Promise<Task> {
  const tf = await loadTfjs()
  const tidied = () => tf.tidy(() => [...call()])
  return {
    run: () => {
      for (const result of tidied()) result.dispose()
    },
    outputs: () =>
      Promise.all(
        tidied().map(async (result) => {
          const values = Float32Array.from(await result.data())
          result.dispose()
          return values
        }),
      ),
  }
}

export async function tfjsOperand(seed: number, shape: readonly number[], scale = 1): Promise<TfTensor> {
  const tf = await loadTfjs()
  return tf.tensor(
    numbers(
      seed,
      shape.reduce((a, b) => a * b, 1),
      scale,
    ),
    shape,
  )
}
