import { inputsOf, mapLoop } from "../../program/loop/loop.ts"
import { binary, compare, constant, load, select } from "../../program/loop/scalar.ts"
import type { LoopOperation } from "../../program/operation.ts"
import { type Entry, loopOperation, operand, type Values } from "../primitive.ts"

/** Where column - row is at most (lower) or at least (upper) `offset`. */
const part = (side: "lower" | "upper", offset: number): LoopOperation =>
  loopOperation("triangle", { side, offset }, (types) => {
    const type = operand("triangle", types[0])
    const inputs = inputsOf([type])
    return mapLoop(inputs, type.shape, (...i) => {
      const [row = constant(0), column = constant(0)] = i.slice(-2)
      const edge = binary("add", row, offset)
      const inside = side === "lower" ? compare("le", column, edge) : compare("le", edge, column)
      return inputs.map((x) => select(inside, load(x, i), constant(0, type.dtype)))
    })
  })
const values: Values = { min: -2, max: 2 }
/** A triangle of matrices, and 0 elsewhere. */
export const triangle: Entry & { readonly part: typeof part } = {
  name: "triangle",
  part,
  cases: [
    { operation: part("lower", 0), operands: [{ shape: [3, 3], values }] },
    { operation: part("lower", -1), operands: [{ shape: [2, 3, 4], values }] },
    { operation: part("upper", 1), operands: [{ shape: [4, 3], values }] },
  ],
}
