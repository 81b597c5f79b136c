import type { Monoid } from "fp-ts/lib/Monoid.js"
import { typed } from "../../autodiff/boundary.ts"
import type { StateOf, Transformation } from "../transformation.ts"
import { chain } from "./chain.ts"

/** A state nobody looks into. */
export interface OptimiserState<P> {
  readonly "~state": P
}
export interface Opaque extends StateOf {
  readonly state: OptimiserState<this["params"]>
}

/**
 * Hides the type of a transformation's state, so that transformations with different states are of one type.
 *
 * @example
 * ```ts
 * import { concatAll } from "fp-ts/lib/Monoid.js"
 * import { adam, clipByGlobalNorm, opaque, transformationMonoid } from "cotangent/optim"
 * const optimiser = concatAll(transformationMonoid)([opaque(clipByGlobalNorm(1)), opaque(adam({ learningRate: 1e-3 }))])
 * ```
 */
export const opaque = <F extends StateOf>(transformation: Transformation<F>): Transformation<Opaque> =>
  typed(transformation)

/** Transformations under `chain`; `empty` changes nothing. The laws hold for updates; states are nested differently. */
export const transformationMonoid: Monoid<Transformation<Opaque>> = {
  concat: (first, second) => opaque(chain(first, second)),
  empty: opaque(chain()),
}
