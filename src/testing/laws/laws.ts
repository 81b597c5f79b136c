/** Laws over a function of the user's, each a property for fast-check. */
import { functor, monoid } from "./algebra.ts"
import { causal } from "./causal.ts"
import { chainRule } from "./chain-rule.ts"
import { differentiable } from "./differentiable.ts"
import { enginesAgree } from "./engines-agree.ts"
import { equivariant } from "./equivariant.ts"
import { idempotent, involution } from "./fixed.ts"
import { gradients } from "./gradients.ts"
import { homogeneous } from "./homogeneous.ts"
import { jitIsEager } from "./jit-is-eager.ts"
import { linear } from "./linear.ts"
import { lipschitz } from "./lipschitz.ts"
import { monotone } from "./monotone.ts"
import { transpose } from "./transpose.ts"
import { vmapIsLoop } from "./vmap-is-loop.ts"

/**
 * Laws over a function of yours: `laws.linear(f, args)` is a property that fast-check tries, with one arbitrary for each
 * parameter. Runs, seeds and time limits are fast-check's: `fc.assert(law, { numRuns: 1000, seed: 1 })`.
 */
export const laws = {
  gradients,
  transpose,
  vmapIsLoop,
  jitIsEager,
  enginesAgree,
  linear,
  homogeneous,
  monotone,
  idempotent,
  involution,
  lipschitz,
  causal,
  equivariant,
  chainRule,
  monoid,
  functor,
  differentiable,
} as const
