import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { cos } from "../../primitives/cos.ts"
import { log } from "../../primitives/log.ts"
import { mul } from "../../primitives/mul.ts"
import { sqrt } from "../../primitives/sqrt.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { DrawTwo } from "../../signatures/random.ts"
import type { Value } from "../../value.ts"
import { floatOption, locationScale } from "./parameters.ts"
import { drawWords, plus, type Reals, shaped, times, upper, type Words } from "./words.ts"

/** Box and Muller, "A note on the generation of random normal deviates", 1958: one block of two words per number. */
export function standardNormal([x, y]: Words, dtype: Float): Value {
  const bits = dtype === "f32" ? 24 : 32
  // From (0, 1], so that the logarithm is finite.
  const radius = times(plus(upper(x, bits, dtype), 1), 2 ** -bits)
  const angle = times(upper(y, bits, dtype), 2 ** -bits * 2 * Math.PI)
  const length = bindOne(sqrt.operation, times(bindOne(log.operation, radius), -2))
  return bindOne(mul.operation, length, bindOne(cos.operation, angle))
}
/** The same for each element of a shape. */
export const normalReals = (op: string, key: unknown, shape: Shape, dtype: Float): Reals =>
  typed(shaped(standardNormal(drawWords(op, key, shape), dtype), shape))

/**
 * Normal, by default standard: `mean + std z`, differentiable by both. In f32 no |z| is beyond 5.8, in f64 none beyond 6.7.
 * The same key gives the same numbers within ulps on every engine. Box and Muller, 1958.
 *
 * @example
 * ```ts
 * import { random } from "cotangent"
 * console.log(await random.normal(random.key(0), [2], { mean: 1, std: 0.1 }).array())
 * ```
 */
export const normal: DrawTwo<"normal", "mean", "std"> = typed(
  (key: unknown, shape: Shape, options: Readonly<Record<string, unknown>> = {}) => {
    checkOptions("random.normal", options, ["mean", "std", "dtype"])
    const z = normalReals("normal", key, shape, floatOption("normal", options.dtype))
    return locationScale("normal", ["mean", "std"], options, z)
  },
)
