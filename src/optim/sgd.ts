import { typed } from "../autodiff/boundary.ts"
import { add, mul, neg } from "../autodiff/functions/arithmetic.ts"
import { tensor, zerosLike } from "../autodiff/functions/creation.ts"
import { tree } from "../autodiff/functions/tree.ts"
import { checkOptions, requireOptions } from "../autodiff/options.ts"
import { rateAt, scaleLeaf } from "./rate.ts"
import { transformation } from "./transformation.ts"
import type { CountState, MomentumState, Rate, Sgd } from "./types.ts"

const plain = (learningRate: Rate) =>
  transformation<CountState>({
    init: () => ({ count: tensor(0, { dtype: "i32" }) }),
    update: (grads, { count }) => {
      const rate = rateAt(learningRate, count)
      return [tree.map((g) => neg(scaleLeaf(g, rate)), grads), { count: add(count, 1) }]
    },
  })

const withMomentum = (learningRate: Rate, momentum: number, nesterov: boolean) =>
  transformation<MomentumState>({
    init: (params) => ({
      velocity: tree.map((leaf) => zerosLike(leaf), params),
      count: tensor(0, { dtype: "i32" }),
    }),
    update: (grads, { velocity: before, count }) => {
      const rate = rateAt(learningRate, count)
      const velocity = tree.map((v, g) => add(mul(v, momentum), g), before, grads)
      const direction = nesterov ? tree.map((v, g) => add(mul(v, momentum), g), velocity, grads) : velocity
      return [tree.map((d) => neg(scaleLeaf(d, rate)), direction), { velocity, count: add(count, 1) }]
    },
  })

/**
 * Gradient descent. With `momentum` the velocity v = momentum * v + gradient is followed (Polyak 1964); `nesterov` looks
 * ahead by one more step of it (Sutskever et al. 2013).
 *
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { sgd } from "cotangent/optim"
 * const optimiser = sgd({ learningRate: 0.1, momentum: 0.9 })
 * const params = { w: tensor([1, 2]) }
 * const [updates] = optimiser.update({ w: tensor([1, 1]) }, optimiser.init(params), params)
 * console.log(await updates.w.array())
 * ```
 */
export const sgd: Sgd = typed(
  (options: { readonly learningRate: Rate; readonly momentum?: number; readonly nesterov?: boolean }) => {
    checkOptions("sgd", options, ["learningRate", "momentum", "nesterov"])
    requireOptions("sgd", options, ["learningRate"])
    return options.momentum === undefined
      ? plain(options.learningRate)
      : withMomentum(options.learningRate, options.momentum, options.nesterov ?? false)
  },
)
