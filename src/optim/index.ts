/** `cotangent/optim`: gradient transformations, pairs of pure functions that chain; optimisers, schedules, `fit`. */
import "../install.ts"

export { applyUpdates } from "./apply-updates.ts"
export { adaptiveClip } from "./clipping/adaptive.ts"
export { clip } from "./clipping/clip.ts"
export { clipByGlobalNorm, globalNorm } from "./clipping/global-norm.ts"
export { clipByNorm } from "./clipping/norm.ts"
export { type Chain, type Chained, chain, type States } from "./composition/chain.ts"
export { type Opaque, type OptimiserState, opaque, transformationMonoid } from "./composition/opaque.ts"
export { type AdaTamOptions, type AdaTamState, type AdaTorque, scaleByAdaTam } from "./directions/ada-tam.ts"
export {
  type AdafactorOptions,
  type AdafactorState,
  type Factored,
  type Factors,
  scaleByAdafactor,
} from "./directions/adafactor.ts"
export { type AdagradOptions, type AdagradState, type SquareSum, scaleByAdagrad } from "./directions/adagrad.ts"
export { type AdamDecays, type AdamState, type Moments, scaleByAdam } from "./directions/adam.ts"
export { type AmsgradState, type LargestMoments, scaleByAmsgrad } from "./directions/amsgrad.ts"
export { type LionDecays, type LionMean, type LionState, scaleByLion } from "./directions/lion.ts"
export { type MomentumState, scaleByMomentum, type Velocity } from "./directions/momentum.ts"
export { scaleByNadam } from "./directions/nadam.ts"
export { type MeanSquare, type RmsOptions, type RmsState, scaleByRms } from "./directions/rms.ts"
export { scaleByStandardDeviation } from "./directions/standard-deviation.ts"
export { scaleByTam, type TamOptions, type TamState } from "./directions/tam.ts"
export type { Granularity } from "./directions/tam-cosine.ts"
export { type TamMetrics, tamMetrics } from "./directions/tam-metrics.ts"
export type { Smoothed, Torque, TorqueOptions } from "./directions/tam-torque.ts"
export type { Checkpoints, Snapshot } from "./fit/checkpoints.ts"
export { fit } from "./fit/fit.ts"
export type {
  Aux,
  BatchSource,
  EarlyStop,
  Evaluate,
  Evaluation,
  FitOptions,
  Fitted,
  History,
  LossContext,
  StepParts,
} from "./fit/options.ts"
export { lineProgress, type Progress, type ProgressReport, progressLine } from "./fit/progress.ts"
export type { Mask } from "./mask.ts"
export type { Hyperparameter } from "./numbers.ts"
export { adaTam } from "./optimisers/ada-tam.ts"
export { adaTamW } from "./optimisers/ada-tam-w.ts"
export { adafactor } from "./optimisers/adafactor.ts"
export { adagrad } from "./optimisers/adagrad.ts"
export { adam } from "./optimisers/adam.ts"
export { adamw } from "./optimisers/adamw.ts"
export { amsgrad } from "./optimisers/amsgrad.ts"
export type { DecayOptions } from "./optimisers/descend.ts"
export { type LambState, lamb } from "./optimisers/lamb.ts"
export { type LarsOptions, type LarsState, lars } from "./optimisers/lars.ts"
export { lion } from "./optimisers/lion.ts"
export { type MomentumOptions, momentum } from "./optimisers/momentum.ts"
export { nadam } from "./optimisers/nadam.ts"
export { nesterov } from "./optimisers/nesterov.ts"
export { type Rmsprop, rmsprop, type WithMomentum } from "./optimisers/rmsprop.ts"
export { type Sgd, sgd } from "./optimisers/sgd.ts"
export { tam } from "./optimisers/tam.ts"
export type { Rate, Schedule } from "./rate.ts"
export * as schedules from "./schedules/index.ts"
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
export { addDecayedWeights } from "./updates/decay.ts"
export { type EmaState, ema, type RunningMean } from "./updates/ema.ts"
export { type InspectState, inspect, type Measured } from "./updates/inspect.ts"
export { scaleByLearningRate } from "./updates/learning-rate.ts"
export { addNoise, type Noise, type NoiseOptions, type NoiseState } from "./updates/noise.ts"
export { scale } from "./updates/scale.ts"
export { scaleBySign } from "./updates/sign.ts"
export { scaleByTrustRatio, type TrustRatioOptions } from "./updates/trust-ratio.ts"
export { type Counts, type NaNs, type ZeroNaNsState, zeroNans } from "./updates/zero-nans.ts"
export { type Accumulated, type Accumulation, accumulate } from "./wrappers/accumulate.ts"
export { applyIfFinite, type Screened, type Screening } from "./wrappers/apply-if-finite.ts"
export { type Average, type Averaging, averageParams, polyak } from "./wrappers/average-params.ts"
export { freeze, setToZero } from "./wrappers/freeze.ts"
export {
  type Hyperparameters,
  type Injected,
  type InjectHyperparameters,
  type Injection,
  injectHyperparameters,
} from "./wrappers/inject-hyperparameters.ts"
export { type Lookahead, lookahead, type SlowWeights } from "./wrappers/lookahead.ts"
export { type Masked, masked, type Picked } from "./wrappers/masked.ts"
export { type Labelled, type MultiTransform, multiTransform } from "./wrappers/multi-transform.ts"
