/** Finding an index out of range. */
import { typed } from "../boundary.ts"
import { callSite } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { and } from "../primitives/bitwise.ts"
import { less, lessEqual } from "../primitives/compare.ts"
import type { Claim } from "../program/program.ts"
import type { Rerun } from "../signatures/transforms.ts"
import { fromNumber } from "../tensor.ts"
import { checkOperation } from "./check-operation.ts"
import { watched } from "./watch.ts"

/** Operations whose second operand holds indices into an axis of the first. */
const indexing: ReadonlySet<string> = new Set(["take", "takeAlongAxis", "scatterAdd"])

/**
 * The same function in checked mode: an index out of range in `take`, `takeAlongAxis` or `scatterAdd`, which otherwise
 * reads 0 or is dropped, makes reading the result throw a CheckError.
 *
 * @example
 * ```ts
 * import { checked, type F32, take, type Tensor, tensor } from "cotangent"
 * const pick = checked((x: F32<[2]>, i: Tensor<[1], "i32">) => take(x, i))
 * console.log(await pick(tensor([1, 2]), tensor([1], { dtype: "i32" })).array())
 * ```
 */
export const checked: Rerun<"checked"> = typed((f: unknown) =>
  watched("checked", f, {
    replace: (operation, [x, indices], result) => {
      const axis = operation.params.axis
      if (!indexing.has(operation.name) || typeof axis !== "number" || x === undefined || indices === undefined)
        return result
      const size = x.shape[axis] ?? 0
      const dtype = indices.type.array.dtype
      const inside = bindOne(
        and.operation,
        bindOne(lessEqual.operation, fromNumber(dtype, 0), indices),
        bindOne(less.operation, indices, fromNumber(dtype, size)),
      )
      const claim: Claim = {
        code: "index",
        message: `${operation.name}: an index is out of range for axis ${axis} of size ${size}`,
        site: callSite(),
      }
      return bindOne(checkOperation(claim), result, inside)
    },
  }),
)
