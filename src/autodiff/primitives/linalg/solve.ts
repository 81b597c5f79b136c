import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Entry } from "../primitive.ts"
import { difference, flip, times } from "./algebra.ts"
import { solveWith } from "./host/lu.ts"
import { onMatrices, wellPosed } from "./matrices.ts"

// One operation, not factors that are rounded to f32 and then used: it eliminates and substitutes in doubles. That its
// derivatives eliminate again costs less than the matrix products around them.
const by = (transpose: boolean): LoopOperation => {
  const operation: LoopOperation = onMatrices({
    name: "solve",
    params: { transpose },
    square: true,
    results: (_, [n, columns] = [0, 0]) => [{ shape: [n, columns] }],
    compute: ([a, b]) => (a === undefined || b === undefined ? [] : [solveWith(a, b, transpose)]),
    // A x = b gives A dx = db - dA x.
    jvp: ([a], [x], [da, db]) => {
      if (a === undefined || x === undefined) return [undefined]
      const right = difference(db, da && times(transpose ? flip(da) : da, x))
      return [right && bindOne(operation, a, right)]
    },
    transpose: ([ct], [a]) =>
      ct === undefined || a === undefined || a.linear
        ? [undefined, undefined]
        : [undefined, bindOne(by(!transpose), a.value, ct)],
  })
  return operation
}
const solved = (transpose: boolean, batch: readonly number[], n: number, columns: number): Entry["cases"][number] => ({
  operation: by(transpose),
  operands: [
    { shape: [...batch, n, n], values: wellPosed },
    { shape: [...batch, n, columns], values: { min: -2, max: 2 } },
  ],
})
/** x with A x = b, or with Aᵀ x = b. */
export const solve: Entry & { readonly by: typeof by } = {
  name: "solve",
  by,
  cases: [solved(false, [], 3, 2), solved(true, [2], 2, 1), solved(false, [], 0, 2)],
}
