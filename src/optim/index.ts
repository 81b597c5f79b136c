/** `cotangent/optim`: gradient transformations, pairs of pure functions that chain; optimisers, schedules, `fit`. */
import "../install.ts"

export { applyUpdates } from "./apply-updates.ts"
export { clipByGlobalNorm, globalNorm } from "./clipping/global-norm.ts"
export { type Chain, type Chained, chain, type States } from "./composition/chain.ts"
export { type Opaque, type OptimiserState, opaque, transformationMonoid } from "./composition/opaque.ts"
export { type AdamDecays, type AdamState, type Moments, scaleByAdam } from "./directions/adam.ts"
export { type MomentumState, scaleByMomentum, type Velocity } from "./directions/momentum.ts"
export type { Hyperparameter } from "./numbers.ts"
export { adam } from "./optimisers/adam.ts"
export { type Sgd, sgd } from "./optimisers/sgd.ts"
export type { Rate, Schedule } from "./rate.ts"
export {
  type Counted,
  type CountState,
  type NoState,
  type Nothing,
  type StateFor,
  type StateOf,
  type Transformation,
  transformation,
} from "./transformation.ts"
export { addDecayedWeights, type Mask } from "./updates/decay.ts"
export { scaleByLearningRate } from "./updates/learning-rate.ts"
export { scale } from "./updates/scale.ts"
