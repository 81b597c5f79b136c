/** `cotangent/layers`: pairs of functions, `init(key)` for parameters and `apply(params, x)` for what they compute. */
import "../install.ts"

export { activation, relu, tanh } from "./activation.ts"
export { batched } from "./batched.ts"
export { dropout } from "./dropout.ts"
export { linear } from "./linear.ts"
export { sequential } from "./sequential.ts"
export type * from "./types.ts"
