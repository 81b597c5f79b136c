import { isFloat } from "../dtype.ts"
import { bindOne } from "../interpreter.ts"
import { inputsOf, prefixLoop } from "../program/loop/loop.ts"
import { constant, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import type { Value } from "../value.ts"
import { add } from "./add.ts"
import { mul } from "./mul.ts"
import { type Entry, opaqueOperation, operand, type Values } from "./primitive.ts"
import { shifted } from "./shifted.ts"

const along = (axis: number, reverse: boolean): LoopOperation =>
  opaqueOperation(
    "cumprod",
    { axis, reverse },
    (types) => {
      const type = operand("cumprod", types[0])
      const inputs = inputsOf([type])
      return prefixLoop(
        inputs,
        type.shape,
        { axis, monoid: "prod", reverse },
        (...i) => inputs.map((x) => load(x, i))[0] ?? constant(0),
      )
    },
    {
      jvp: ([x], [y], [t]) => {
        if (x === undefined || y === undefined || t === undefined || !isFloat(t.type.array.dtype)) return [undefined]
        const before = shifted(y, axis, reverse ? -1 : 1, 1)
        return [recurrence(x, bindOne(mul.operation, before, t), axis, reverse)]
      },
      batch: (operands) => ({ values: operands.map((x) => bindOne(along(axis + 1, reverse), x)), batched: [true] }),
    },
  )

/**
 * dy[i] = x[i] dy[i - 1] + y[i - 1] dx[i], in log n steps of pairs (x, dy) that combine. The sum of y dx / x would be one
 * step, but is 0 / 0 where a factor is 0; this divides by nothing.
 */
function recurrence(x: Value, start: Value, axis: number, reverse: boolean): Value {
  const size = x.shape[axis] ?? 0
  let [factor, total] = [x, start]
  for (let step = 1; step < size; step *= 2) {
    const back = reverse ? -step : step
    total = bindOne(add.operation, total, bindOne(mul.operation, factor, shifted(total, axis, back, 0)))
    if (step * 2 < size) factor = bindOne(mul.operation, factor, shifted(factor, axis, back, 1))
  }
  return total
}
const values: Values = { min: 0.5, max: 1.5 }
/** Running products along an axis, from its end where `reverse`. */
export const cumprod: Entry & { readonly along: typeof along } = {
  name: "cumprod",
  along,
  cases: [
    { operation: along(0, false), operands: [{ shape: [5], values }] },
    { operation: along(1, true), operands: [{ shape: [2, 3, 2], values }] },
    { operation: along(2, false), operands: [{ shape: [2, 1, 6], values }] },
    { operation: along(0, false), operands: [{ shape: [0, 2], values }] },
  ],
}
