/** Our side of a row. */
import { tensor } from "cotangent"
import { numbers } from "../harness/data.ts"
import type { Task } from "../harness/row.ts"

/** What is asked of a result. */
interface Result {
  readonly data: () => Promise<ArrayLike<number>>
}
/** The wasm engine has finished when it returns; gpu.js may give promises, which nothing but reading waits for. */
const promises = process.argv[2] === "gpujs"

/** Calls that give tensors. */
export const ours = (call: () => readonly Result[]): Task => ({
  run: promises
    ? () => readAll(call()).then(() => undefined)
    : () => {
        call()
      },
  outputs: () => readAll(call()),
})
const readAll = (results: readonly Result[]): Promise<readonly Float32Array[]> =>
  Promise.all(results.map(async (result) => Float32Array.from(await result.data())))

/** An operand of a known shape (see harness/data.ts). */
export const operand = <const S extends readonly number[]>(seed: number, shape: S, scale = 1) =>
  tensor(numbers(seed, size(shape), scale), { shape })
export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
