import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { CotangentError } from "../../autodiff/errors.ts"
import { add, cast, mul } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { tree } from "../../autodiff/functions/tree.ts"
import { checkOptions } from "../../autodiff/options.ts"
import type { Mismatch } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { Value } from "../../autodiff/value.ts"
import type { Rate } from "../rate.ts"
import {
  type Counted,
  initial,
  type StateFor,
  type StateOf,
  type Transformation,
  transformation,
} from "../transformation.ts"

/** The options that are hyper-parameters: those given as a number, a scalar or a function of the step. */
export type Hyperparameters<G, Static> = {
  readonly [K in keyof G as K extends Static ? never : G[K] extends Rate ? K : never]: Scalar<Float>
}
export interface Injection<H, S> extends Counted {
  /** Those of the last step; those of the next one, where nothing but a number was given. */
  readonly hyperparameters: H
  readonly inner: S
}
export interface Injected<F extends StateOf, H> extends StateOf {
  readonly state: Injection<H, StateFor<F, this["params"]>>
}
type Given = Readonly<Record<string, unknown>>
type Scalars = Readonly<Record<string, Scalar<Float>>>
/** A function among the options that is no schedule has to be named. */
type OnlySchedules<G, Static> = {
  readonly [K in keyof G]: K extends Static
    ? unknown
    : G[K] extends (...args: never) => unknown
      ? G[K] extends Rate
        ? unknown
        : Mismatch<`injectHyperparameters: ${K & string} is a function and no schedule; name it in { static: ["${K & string}"] }`>
      : unknown
}

export type InjectHyperparameters = <
  O extends object,
  F extends StateOf,
  const N extends readonly (keyof O)[] = readonly [],
>(
  factory: (options: O) => Transformation<F>,
  settings?: { readonly static?: N },
) => <const G extends O>(
  options: G & OnlySchedules<G, N[number]>,
) => Transformation<Injected<F, Hyperparameters<G, N[number]>>>

/**
 * Keeps the numeric options of a transformation as scalars in its state, under `hyperparameters`, instead of in the
 * program. There they can be logged, set between two steps without compiling anew, batched by `vmap` (an ensemble over
 * learning rates) and saved in a checkpoint. Schedules are evaluated into them at every step; to set by hand, give a
 * number. They are f64 if a leaf of the parameters is f64, and then compute what the numbers themselves compute, bit for
 * bit; otherwise f32.
 *
 * @param factory A function of one object of options: `adam`, or `(o: { learningRate: Rate }) => sgd(o)` where there are
 * overloads.
 * @param settings `static`: names of options that stay as they are: functions that are no schedules (a mask) and numbers
 * that shape the program.
 * @throws CotangentError for a function that is no schedule and not static.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { adam, injectHyperparameters } from "cotangent/optim"
 * const optimiser = injectHyperparameters(adam)({ learningRate: 0.1, beta1: 0.9 })
 * const params = { w: tensor([1, 2]) }
 * const state = optimiser.init(params)
 * const slower = { ...state, hyperparameters: { ...state.hyperparameters, learningRate: tensor(0.01) } }
 * const [updates] = optimiser.update({ w: tensor([1, -1]) }, slower, params)
 * console.log(await updates.w.array())
 * ```
 */
export const injectHyperparameters: InjectHyperparameters = typed(
  <F extends StateOf>(
    factory: (options: Given) => Transformation<F>,
    settings: { static?: readonly string[] } = {},
  ) => {
    checkOptions("injectHyperparameters", settings, ["static"])
    const { static: fixed = [] } = settings
    return (options: Given): Transformation<Injected<F, Scalars>> => {
      const given = Object.entries(options).filter(([name, x]) => !fixed.includes(name) && isHyperparameter(x))
      const evaluated = (count: Scalar<"i32">, params: unknown, known: Scalars): Scalars => {
        const dtype = tree.leaves(params).some((leaf) => leaf.dtype === "f64") ? "f64" : "f32"
        const first = (name: string, x: unknown): Scalar<Float> =>
          typeof x === "number"
            ? tensor(x, { dtype })
            : typeof x === "function"
              ? scheduled(name, x(count))
              : typed<Scalar>(x)
        const value = (name: string, x: unknown): Scalar<Float> =>
          cast(typeof x === "function" ? first(name, x) : (known[name] ?? first(name, x)), dtype)
        return Object.fromEntries(given.map(([name, x]) => [name, value(name, x)]))
      }
      const part = (hyperparameters: Scalars): Transformation<F> => factory({ ...options, ...hyperparameters })
      return transformation<Injected<F, Scalars>>({
        init: (params) => {
          const count = tensor(0, { dtype: "i32" })
          // Not the options' own tensors: who donates the state would give them away.
          const hyperparameters = tree.map((h) => mul(h, 1), evaluated(count, params, {}))
          return { hyperparameters, count, inner: initial(part(hyperparameters), params) }
        },
        update: <P>(grads: P, state: Injection<Scalars, StateFor<F, P>>, params: P) => {
          const hyperparameters = evaluated(state.count, params, state.hyperparameters)
          const [updates, inner] = part(hyperparameters).update<P>(grads, state.inner, params)
          return [updates, { hyperparameters, count: add(state.count, 1), inner }]
        },
      })
    }
  },
)

const isHyperparameter = (x: unknown): boolean =>
  typeof x === "number" || typeof x === "function" || (x instanceof Value && x.shape.length === 0)

function scheduled(name: string, rate: unknown): Scalar {
  if (rate instanceof Value && rate.shape.length === 0) return typed(rate)
  throw new CotangentError(
    "option",
    `injectHyperparameters: ${name} is a function and no schedule; name it in { static: ["${name}"] }`,
    { name },
  )
}
