/** What linear algebra takes: floats in one dtype, batches brought to one shape, a vector as one column. */
import { isFloat } from "../../dtype.ts"
import { DTypeError, internal } from "../../errors.ts"
import { asColumn } from "../../primitives/linalg/algebra.ts"
import { floatsOnly } from "../../shape/messages.ts"
import type { Value } from "../../value.ts"
import { promoted } from "../operands.ts"
import * as v from "../values.ts"

/** Two float operands in their common dtype. */
export function floats(op: string, a: unknown, b: unknown): readonly [Value, Value] {
  const [x, y] = promoted(op, a, b)
  if (x === undefined || y === undefined) throw internal(`${op} lacks an operand`)
  if (!isFloat(x.dtype)) throw new DTypeError("floats-only", floatsOnly(op, x.dtype), { op, dtype: x.dtype })
  return [x, y]
}
/** Both with the same leading axes, b as columns; `finish` takes the column off again. */
export function joined(
  a: Value,
  b: Value,
  { vector, batch }: { readonly vector: boolean; readonly batch: readonly number[] },
): { readonly a: Value; readonly b: Value; readonly finish: (x: Value) => Value } {
  const columns = vector ? asColumn(b) : b
  const stretched = (x: Value): Value => {
    const shape = [...batch, ...x.shape.slice(-2)]
    return shape.every((n, d) => n === x.shape[d + x.shape.length - shape.length]) ? x : v.filled(x, shape)
  }
  return {
    a: stretched(a),
    b: stretched(columns),
    finish: (x) => (vector ? v.reshape(x, x.shape.slice(0, -1)) : x),
  }
}
