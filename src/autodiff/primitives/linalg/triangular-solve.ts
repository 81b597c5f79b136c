import { bindOne } from "../../interpreter.ts"
import type { LoopOperation } from "../../program/operation.ts"
import type { Value } from "../../value.ts"
import type { Entry } from "../primitive.ts"
import { difference, flip, times } from "./algebra.ts"
import { substitute, type Triangle } from "./host/lu.ts"
import { onMatrices, wellPosed } from "./matrices.ts"
import { triangle } from "./triangle.ts"

const by = (kind: Triangle): LoopOperation => {
  const { lower, transpose, unitDiagonal } = kind
  const params = { lower, transpose, unitDiagonal }
  /** The part of `a` that counts, its diagonal left out where it is taken for ones. */
  const read = (a: Value): Value => {
    const strict = unitDiagonal ? 1 : 0
    const part = bindOne(lower ? triangle.part("lower", -strict) : triangle.part("upper", strict), a)
    return transpose ? flip(part) : part
  }
  const operation: LoopOperation = onMatrices({
    name: "triangularSolve",
    params,
    square: true,
    results: (_, [n, columns] = [0, 0]) => [{ shape: [n, columns] }],
    compute: ([a, b]) => {
      if (a === undefined || b === undefined) return []
      substitute(a.data, a.rows, b.data, b.columns, kind)
      return [b.data]
    },
    // A x = b gives A dx = db - dA x.
    jvp: ([a], [x], [da, db]) => {
      if (a === undefined || x === undefined) return [undefined]
      const right = difference(db, da && times(read(da), x))
      return [right && bindOne(operation, a, right)]
    },
    transpose: ([ct], [a]) => {
      if (ct === undefined || a === undefined || a.linear) return [undefined, undefined]
      return [undefined, bindOne(by({ lower, transpose: !transpose, unitDiagonal }), a.value, ct)]
    },
  })
  return operation
}
const solved = (kind: Triangle, batch: readonly number[] = [], n = 3, columns = 2): Entry["cases"][number] => ({
  operation: by(kind),
  operands: [
    { shape: [...batch, n, n], values: wellPosed },
    { shape: [...batch, n, columns], values: { min: -2, max: 2 } },
  ],
})
/** x with T x = b, where T is a triangle of a, or its transpose. */
export const triangularSolve: Entry & { readonly by: typeof by } = {
  name: "triangularSolve",
  by,
  cases: [
    solved({ lower: true, transpose: false, unitDiagonal: false }),
    solved({ lower: false, transpose: false, unitDiagonal: false }, [2]),
    solved({ lower: true, transpose: true, unitDiagonal: false }),
    solved({ lower: false, transpose: true, unitDiagonal: true }),
    solved({ lower: true, transpose: false, unitDiagonal: true }, [], 0, 1),
  ],
}
