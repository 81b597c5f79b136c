import { add, mul } from "../autodiff/functions/arithmetic.ts"
import { tree } from "../autodiff/functions/tree.ts"
import { transformation } from "./transformation.ts"
import type { AddDecayedWeights, NoState, Scale } from "./types.ts"

/** Multiplies updates by a number; `scale(-0.1)` turns gradients into steps downhill. */
export const scale: Scale = (factor) =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state) => [tree.map((g) => mul(g, factor), grads), state],
  })

/** Adds `decay` times the parameters to the updates: weight decay, apart from the gradient's scaling (Loshchilov and Hutter 2019). */
export const addDecayedWeights: AddDecayedWeights = (decay) =>
  transformation<NoState>({
    init: () => ({}),
    update: (grads, state, params) => [tree.map((g, p) => add(g, mul(p, decay)), grads, params), state],
  })
