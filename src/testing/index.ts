/**
 * `cotangent/testing`: laws about numerics, and what to try them on. Needs fast-check 4, an optional peer dependency.
 */
import "../install.ts"

export { type CheckGradsOptions, checkGrads } from "./check-grads.ts"
export { type Closeness, expectClose } from "./expect-close.ts"
export { type ProgramLimits, programs, type RandomProgram } from "./programs/programs.ts"
export { broadcastable, type ShapeLimits, shapes } from "./shapes.ts"
export { keys, type TensorOptions, tensors } from "./tensors.ts"
export { ulpsBetween } from "./ulps.ts"
export { type Values, values } from "./values.ts"
