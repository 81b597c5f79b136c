/** Plain TypeScript: a function that writes into arrays it was given. */
import type { Task } from "../harness/row.ts"

export const plain = (run: () => void, results: readonly Float32Array[]): Task => ({
  run,
  outputs: () => {
    run()
    return Promise.resolve(results.map((result) => result.slice()))
  },
})
