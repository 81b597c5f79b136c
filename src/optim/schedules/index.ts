/**
 * Values that change with the number of steps taken: `schedules.cosine({ from: 1e-3, steps: 1000 })`. A schedule is a
 * function of a scalar of i32, so `vmap(schedule)(arange(1000, { dtype: "i32" }))` is its curve. Values may be scalar
 * tensors; numbers of steps are whole numbers.
 */
export { constant } from "./constant.ts"
export { type CosineOptions, cosine } from "./cosine.ts"
export { type CosineRestartsOptions, cosineRestarts } from "./cosine-restarts.ts"
export type { CourseOptions } from "./course.ts"
export { type ExponentialOptions, exponential } from "./exponential.ts"
export { type InverseSquareRootOptions, inverseSquareRoot } from "./inverse-square-root.ts"
export { type Boundaries, join } from "./join.ts"
export { linear } from "./linear.ts"
export { type OneCycleOptions, oneCycle } from "./one-cycle.ts"
export { type Pieces, piecewise } from "./piecewise.ts"
export { type PolynomialOptions, polynomial } from "./polynomial.ts"
export { type WarmUpOptions, warmUp } from "./warm-up.ts"
