import { isFloat } from "../dtype.ts"
import { bindOne } from "../interpreter.ts"
import { inputsOf, prefixLoop } from "../program/loop/loop.ts"
import { constant, load } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { fromNumber } from "../tensor.ts"
import type { Value } from "../value.ts"
import { broadcast } from "./broadcast.ts"
import { equal, lessEqual } from "./compare.ts"
import { iota } from "./iota.ts"
import { type Entry, opaqueOperation, operand, type Values } from "./primitive.ts"
import { reshape } from "./reshape.ts"
import { shifted } from "./shifted.ts"
import { takeAlongAxis } from "./take-along-axis.ts"
import { where } from "./where.ts"

export interface Running extends Entry {
  /** Along an axis counted from the start, from its end where `reverse`. */
  readonly along: (axis: number, reverse: boolean) => LoopOperation
}
const values: Values = { min: -3, max: 3, gap: 0.05 }

function extreme(name: "cummax" | "cummin"): Running {
  const monoid = name === "cummax" ? "max" : "min"
  const along = (axis: number, reverse: boolean): LoopOperation =>
    opaqueOperation(
      name,
      { axis, reverse },
      (types) => {
        const type = operand(name, types[0])
        const inputs = inputsOf([type])
        return prefixLoop(
          inputs,
          type.shape,
          { axis, monoid, reverse },
          (...i) => inputs.map((x) => load(x, i))[0] ?? constant(0),
        )
      },
      {
        // A running fold says nothing of slopes: the tangent is taken from where the best so far was first met.
        jvp: ([x], [y], [t]) => {
          if (x === undefined || y === undefined || t === undefined || !isFloat(t.type.array.dtype)) return [undefined]
          return [bindOne(takeAlongAxis.along(axis), t, firstMet(name, x, y, axis, reverse))]
        },
        batch: (operands) => ({ values: operands.map((x) => bindOne(along(axis + 1, reverse), x)), batched: [true] }),
      },
    )
  return {
    name,
    along,
    cases: [
      { operation: along(0, false), operands: [{ shape: [5], values }] },
      { operation: along(1, true), operands: [{ shape: [2, 3, 2], values }] },
      { operation: along(2, false), operands: [{ shape: [2, 1, 6], values }] },
      { operation: along(0, false), operands: [{ shape: [0, 2], values }] },
    ],
  }
}

/** Where each running extreme was first met, i32. The first NaN wins over all, as it does in the fold. */
function firstMet(name: "cummax" | "cummin", x: Value, y: Value, axis: number, reverse: boolean): Value {
  const size = x.shape[axis] ?? 0
  const start = fromNumber("i32", reverse ? Math.max(size - 1, 0) : 0)
  const border = name === "cummax" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const before = shifted(y, axis, reverse ? -1 : 1, border)
  const column = x.shape.map((_, d) => (d === axis ? size : 1))
  const places = bindOne(broadcast.to(x.shape), bindOne(reshape.to(column), bindOne(iota.of(size, "i32"))))
  const kept = name === "cummax" ? bindOne(lessEqual.operation, x, before) : bindOne(lessEqual.operation, before, x)
  const met = bindOne(where.operation, bindOne(equal.operation, before, before), places, start)
  const newest = bindOne(where.operation, kept, start, met)
  return bindOne((reverse ? cummin : cummax).along(axis, reverse), newest)
}
/** The largest so far along an axis, NaN from the first NaN on. */
export const cummax = extreme("cummax")
/** The smallest so far along an axis, NaN from the first NaN on. */
export const cummin = extreme("cummin")
