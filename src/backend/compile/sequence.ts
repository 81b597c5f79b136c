/**
 * Loops run one after another, for rewrites that turn one Loop into several. Arrays are numbered: the inputs first, then
 * the results of every loop in order.
 */

import { internal } from "../../autodiff/errors.ts"
import { prune } from "../../autodiff/program/loop/derive/inputs.ts"
import { type ArrayType, type MapLoop, resultsOf } from "../../autodiff/program/loop/loop.ts"

export interface SequenceStep {
  readonly loop: MapLoop
  /** The array that each of the loop's inputs is. */
  readonly from: readonly number[]
}
export interface Sequence {
  readonly arrays: readonly ArrayType[]
  readonly inputs: number
  readonly steps: readonly SequenceStep[]
  readonly outputs: readonly number[]
}

/** Collects loops whose inputs are named by array numbers; `outputs` are the results of the last. */
export function sequenceOf(inputs: readonly ArrayType[]) {
  const arrays: ArrayType[] = [...inputs]
  const steps: SequenceStep[] = []
  /** Appends a loop, whose input k is array `from[k]`, and gives the arrays of its results. */
  const push = (loop: MapLoop, from: readonly number[]): readonly number[] => {
    const narrow = prune(loop)
    if (narrow.loop.form !== "map") throw internal("a map became something else")
    steps.push({ loop: narrow.loop, from: narrow.from.map((k) => from[k] ?? -1) })
    return resultsOf(loop).map((t) => arrays.push(t) - 1)
  }
  /** Appends another sequence, whose inputs are the arrays `from`, and gives the arrays of its outputs. */
  const splice = (inner: Sequence, from: readonly number[]): readonly number[] => {
    const named = [...from]
    for (const step of inner.steps)
      named.push(
        ...push(
          step.loop,
          step.from.map((k) => named[k] ?? -1),
        ),
      )
    return inner.outputs.map((k) => named[k] ?? -1)
  }
  const finish = (outputs: readonly number[]): Sequence => ({ arrays, inputs: inputs.length, steps, outputs })
  return { push, splice, finish, arrays }
}
