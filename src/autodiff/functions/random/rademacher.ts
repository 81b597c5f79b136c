import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Rademacher } from "../../signatures/random.ts"
import type { Tensor } from "../../types/tensor.ts"
import { cast } from "../arithmetic.ts"
import { less, where } from "../logic.ts"
import { bitsValue } from "./bits.ts"

/**
 * -1 or 1 with equal probability; i32 unless another dtype is asked for.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.rademacher(random.key(0), [4]).array())
 * ```
 */
export const rademacher: Rademacher = typed(
  (key: unknown, shape: Shape, options: { readonly dtype?: unknown } = {}) => {
    checkOptions("random.rademacher", options, ["dtype"])
    const { dtype = "i32" } = options
    if (dtype !== "i32" && dtype !== "f32" && dtype !== "f64")
      throw new DTypeError("dtype", `random.rademacher: draws i32, f32 or f64, got { dtype: ${String(dtype)} }`)
    const bits: Tensor<Shape, "u32"> = typed(bitsValue("rademacher", key, shape))
    return cast(where(less(bits, 2 ** 31), 1, -1), dtype)
  },
)
