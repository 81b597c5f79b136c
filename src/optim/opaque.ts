import type { Monoid } from "fp-ts/lib/Monoid.js"
import { typed } from "../autodiff/boundary.ts"
import { chain } from "./chain.ts"
import type { Opaque, OpaqueFn, Transformation } from "./types.ts"

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
export const opaque: OpaqueFn = (transformation) => typed(transformation)

/** Transformations under `chain`; `empty` changes nothing. The laws hold for updates; states are nested differently. */
export const transformationMonoid: Monoid<Transformation<Opaque>> = {
  concat: (first, second) => opaque(chain(first, second)),
  empty: opaque(chain()),
}
