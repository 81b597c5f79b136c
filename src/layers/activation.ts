import { typed } from "../autodiff/boundary.ts"
import { maximum } from "../autodiff/functions/arithmetic.ts"
import { tanh as tanhOf } from "../autodiff/functions/real.ts"
import { layer } from "./layer.ts"
import type { Activation, Layer, NoParams } from "./types.ts"

/**
 * A function of single elements as a layer without parameters; it takes any shape and keeps it.
 *
 * @example
 * ```ts
 * import { sin } from "cotangent"
 * import { activation, linear, sequential } from "cotangent/layers"
 * const net = sequential(linear(2, 8), activation(sin), linear(8, 1))
 * ```
 */
export const activation: Activation = (f) =>
  layer<"*", "*", NoParams>({ init: () => ({}), apply: (_, x) => f(typed(x)) })

/** max(x, 0) as a layer. */
export const relu: Layer<"*", "*", NoParams> = activation((x) => maximum(x, 0))
/** The hyperbolic tangent as a layer. */
export const tanh: Layer<"*", "*", NoParams> = activation((x) => tanhOf(x))
