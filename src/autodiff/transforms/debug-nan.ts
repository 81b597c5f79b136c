/** Finding the operation that gives a NaN. */
import { typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { callSite } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { equal } from "../primitives/compare.ts"
import type { Rerun } from "../signatures/transforms.ts"
import { checkOperation } from "./check-operation.ts"
import { watched } from "./watch.ts"

/**
 * The same function, in which every operation that gives a NaN is found out: reading the result throws a CheckError that
 * names the operation and the line of yours that asked for it. Composes with jit, grad and vmap on either side.
 *
 * @example
 * ```ts
 * import { debugNaN, type F32, log, sum, tensor } from "cotangent"
 * const f = debugNaN((x: F32<[2]>) => sum(log(x)))
 * console.log(await f(tensor([1, 2])).item())
 * ```
 */
export const debugNaN: Rerun<"debugNaN"> = typed((f: unknown) =>
  watched("debugNaN", f, {
    replace: (operation, _, x) => {
      if (!isFloat(x.dtype) || x.type.weak || operation.kind === "check") return x
      const claim = { code: "nan", message: `debugNaN: ${operation.name} gave NaN`, site: callSite() }
      return bindOne(checkOperation(claim), x, bindOne(equal.operation, x, x))
    },
  }),
)
