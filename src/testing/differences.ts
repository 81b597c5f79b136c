/** Central differences of a Program in float64: what a derivative is compared with. */
import { isFloat } from "../autodiff/dtype.ts"
import { bind, bindOne } from "../autodiff/interpreter.ts"
import { retype } from "../autodiff/interpreters/retype.ts"
import { add } from "../autodiff/primitives/add.ts"
import { cast } from "../autodiff/primitives/cast.ts"
import { mul } from "../autodiff/primitives/mul.ts"
import type { Maybe } from "../autodiff/program/operation.ts"
import type { Program } from "../autodiff/program/program.ts"
import { typeOf } from "../autodiff/program/type.ts"
import { ConcreteTensor, fromNumbers } from "../autodiff/tensor.ts"
import { callOperation } from "../autodiff/transforms/call.ts"
import type { Value } from "../autodiff/value.ts"

/** Of the order of the cube root of the float64 epsilon: there the error of the formula meets that of rounding. */
export const step = 1e-5

const wide = (x: Value): Value => (isFloat(x.dtype) ? bindOne(cast.to("f64"), x) : x)

/** The rewritten Program run on float64 copies of the inputs. */
export const runWide = (program: Program, inputs: readonly Value[]): readonly Value[] =>
  bind(callOperation(retype(program, "f64")), inputs.map(wide))

/** The results of a Program in float64 at a point moved in a direction (undefined stands still), by how much one likes. */
export function along(
  program: Program,
  inputs: readonly Value[],
  direction: readonly Maybe[],
): (by: number) => readonly Value[] {
  const oracle = callOperation(retype(program, "f64"))
  // The inputs' own engine, which need not be the current one.
  const engine = inputs.find((x) => x instanceof ConcreteTensor)?.engine
  return (by) => {
    const size = fromNumbers(typeOf("f64", []), Float64Array.of(by), engine)
    return bind(
      oracle,
      inputs.map((x, k) => {
        const d = direction[k]
        return d === undefined ? wide(x) : bindOne(add.operation, wide(x), bindOne(mul.operation, wide(d), size))
      }),
    )
  }
}

/**
 * The change of each result in a direction of the inputs (undefined stands still), as numbers; undefined for results that
 * are no floats.
 */
export function differences(
  program: Program,
  inputs: readonly Value[],
  direction: readonly Maybe[],
): readonly (Float64Array | undefined)[] {
  const moved = along(program, inputs, direction)
  const [above, below] = [moved(step), moved(-step)]
  return above.map((x, k) => {
    const y = below[k]
    if (!isFloat(x.dtype) || y === undefined) return undefined
    const [p, q] = [x.dataSync(), y.dataSync()]
    // Equal infinities (the maximum of nothing) have not moved, though their difference is NaN.
    return Float64Array.from(p, (value, i) => (value === q[i] ? 0 : (value - (q[i] ?? 0)) / (2 * step)))
  })
}
