/** `cotangent/optim`: gradient transformations, pairs of pure functions that chain. */
import "../install.ts"

export { adam } from "./adam.ts"
export { applyUpdates } from "./apply-updates.ts"
export { chain } from "./chain.ts"
export { clipByGlobalNorm, globalNorm } from "./global-norm.ts"
export { opaque, transformationMonoid } from "./opaque.ts"
export { addDecayedWeights, scale } from "./scale.ts"
export { sgd } from "./sgd.ts"
export type * from "./types.ts"
