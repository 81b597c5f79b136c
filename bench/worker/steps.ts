/** A training run as a row's side: every call is one step, whose loss is read. */
import type { Task } from "../harness/row.ts"

const compared = 10

/** The losses of the first steps are the result: each depends on every gradient before it. */
export function steps(step: () => number | Promise<number>): Task {
  const losses: number[] = []
  const run = async () => {
    const loss = await step()
    if (losses.length < compared) losses.push(loss)
  }
  return {
    run,
    outputs: async () => {
      while (losses.length < compared) await run()
      return [Float32Array.from(losses)]
    },
  }
}
