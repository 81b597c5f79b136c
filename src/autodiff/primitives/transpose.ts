import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { constant, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "./primitive.ts"

const by = (permutation: readonly number[]): LoopOperation =>
  loopOperation("transpose", { permutation }, (types) => {
    const type = operand("transpose", types[0])
    const inputs = inputsOf([type])
    const shape = permutation.map((axis) => type.shape[axis] ?? 1)
    return mapLoop(inputs, shape, (...i) =>
      inputs.map((x) =>
        load(
          x,
          x.shape.map((_, axis) => i[permutation.indexOf(axis)] ?? constant(0)),
        ),
      ),
    )
  })
const values: Values = { min: -2, max: 2 }
/** Axes in another order: result axis d is axis `permutation[d]` of x. */
export const transpose: Entry & { readonly by: typeof by } = {
  name: "transpose",
  by,
  cases: [
    { operation: by([1, 0]), operands: [{ shape: [2, 3], values }] },
    { operation: by([2, 0, 1]), operands: [{ shape: [2, 3, 4], values }] },
    { operation: by([0, 2, 1]), operands: [{ shape: [1, 0, 3], values }] },
  ],
}
