import type { Float } from "../dtype.ts"
import { mapLoop } from "../program/loop/loop.ts"
import { binary, cast, compare, constant, fold, type Scalar, select, unary } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation } from "./primitive.ts"

export type Kernel = "linear" | "cubic"
const mul = (a: Scalar, b: Scalar | number): Scalar => binary("mul", a, b)
const add = (a: Scalar, b: Scalar | number): Scalar => binary("add", a, b)

/** The kernel at a distance of t or more from 0: the triangle, and the cubic of Keys (1981), equation 4, with a = -1/2. */
function kernelAt(kernel: Kernel, t: Scalar): Scalar {
  const zero = constant(0, t.dtype)
  if (kernel === "linear") return binary("max", zero, binary("sub", constant(1, t.dtype), t))
  const near = add(mul(mul(add(mul(t, 1.5), -2.5), t), t), 1)
  const far = add(mul(add(mul(add(mul(t, -0.5), 2.5), t), -4), t), 2)
  return select(compare("lt", t, 1), near, select(compare("lt", t, 2), far, zero))
}

/** `2 * from * to` is below 2^31. */
const of = (from: number, to: number, kernel: Kernel, antialias: boolean, dtype: Float): LoopOperation =>
  loopOperation("resizeWeights", { from, to, kernel, antialias, dtype }, () =>
    mapLoop([], [to, from], (...at) => {
      const [i = constant(0), j = constant(0)]: readonly Scalar[] = at
      // The centre of cell i is at (i + 1/2) from / to - 1/2 among the cells read. In whole numbers, over 2 to, the distance
      // from j is exact.
      const centre = binary("sub", mul(binary("add", mul(i, 2), 1), from), to)
      const wider = antialias && from > to ? from : to
      const weight = (k: Scalar): Scalar => {
        const apart = cast(dtype, binary("sub", centre, mul(k, 2 * to)))
        return kernelAt(kernel, unary("abs", binary("div", apart, constant(2 * wider, dtype))))
      }
      return binary("div", weight(j), fold("sum", from, weight))
    }),
  )
/** What each cell of a resized axis takes from each of the cells there are: rows that sum to 1. */
export const resizeWeights: Entry & { readonly of: typeof of } = {
  name: "resizeWeights",
  of,
  cases: [
    { operation: of(3, 5, "linear", true, "f32"), operands: [] },
    { operation: of(7, 4, "linear", true, "f32"), operands: [] },
    { operation: of(7, 4, "cubic", true, "f32"), operands: [] },
    { operation: of(4, 6, "cubic", false, "f32"), operands: [] },
  ],
}
