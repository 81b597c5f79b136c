/**
 * `cotangent/testing`: laws about numerics, and what to try them on. Needs fast-check 4, an optional peer dependency.
 */
import "../install.ts"

export { type AxisArgument, axesOf } from "./axes.ts"
export { type CheckGradsOptions, checkGrads } from "./check-grads.ts"
export { type Closeness, type CloseReport, close, type Distance } from "./close/close.ts"
export { expectClose } from "./close/expect-close.ts"
export { keys } from "./keys.ts"
export type { Tolerance } from "./laws/agreement.ts"
export type { Closely, FunctorOptions, MapOf, MonoidOf } from "./laws/algebra.ts"
export type { CausalOptions } from "./laws/causal.ts"
export type { ChainRuleOptions } from "./laws/chain-rule.ts"
export type { DifferentiableOptions, LawsByName } from "./laws/differentiable.ts"
export type { Arbitraries, Law, LawOfMany } from "./laws/draw.ts"
export type { EnginesAgreeOptions } from "./laws/engines-agree.ts"
export { type EquivariantOptions, permutations } from "./laws/equivariant.ts"
export type { HomogeneousOptions } from "./laws/homogeneous.ts"
export { laws } from "./laws/laws.ts"
export type { ArgumentChoice } from "./laws/linear.ts"
export type { LipschitzOptions } from "./laws/lipschitz.ts"
export type { MonotoneOptions } from "./laws/monotone.ts"
export type { VmapIsLoopOptions } from "./laws/vmap-is-loop.ts"
export { type Matched, matchers } from "./matchers.ts"
export { type OrthogonalOptions, orthogonal, type PositiveDefiniteOptions, positiveDefinite } from "./matrices.ts"
export {
  type ArgumentsOf,
  type ProgramLimits,
  type ProgramShapes,
  programs,
  type RandomProgram,
} from "./programs/programs.ts"
export { broadcastable, type ShapeLimits, shapes } from "./shapes.ts"
export { type TensorOptions, tensors } from "./tensors.ts"
export {
  type Axes,
  type Fitted,
  type SizeRange,
  type TensorsBy,
  type TensorsOfOptions,
  tensorsOf,
} from "./tensors-of.ts"
export { type TreesOptions, treesOf } from "./trees.ts"
export { ulpsBetween } from "./ulps.ts"
export type { AdversarialOptions } from "./values/adversarial.ts"
export type { DistinctOptions } from "./values/distinct.ts"
export { type ValuesFunctions, values } from "./values/values.ts"
export type { About, Cut, Values } from "./values/vector.ts"
