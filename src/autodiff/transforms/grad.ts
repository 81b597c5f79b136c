/** Reverse mode for scalar losses. */

import { type AnyFunction, functionArgument, notAsync, typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../errors.ts"
import { linearizeValues } from "../interpreters/linearize.ts"
import { transposeLinear } from "../interpreters/transpose.ts"
import { fill, orZeros } from "../interpreters/zeros.ts"
import { checkOptions } from "../options.ts"
import { lossNotFloat, lossNotScalar, lossNotTensor, lossWithoutAux, notDifferentiable } from "../shape/messages.ts"
import type { Grad, ValueAndGrad } from "../signatures/transforms.ts"
import { type Flat, flatten } from "../tree.ts"
import { Value } from "../value.ts"
import { settled } from "./arguments.ts"

interface Options {
  readonly argnums?: number | readonly number[]
  readonly hasAux?: boolean
}

/** The arguments to differentiate by, taken apart; refuses what has no gradient, by path. */
function activeArguments(op: string, args: readonly unknown[], argnums: readonly number[]): readonly Flat[] {
  return argnums.map((n) => {
    if (!Number.isInteger(n) || n < 0 || n >= args.length)
      throw new CotangentError("argnums", `${op}: argnums names argument ${n}, the call has ${args.length}`, {
        argnums,
        given: args.length,
      })
    const flat = settled(flatten(args[n], argnums.length === 1 && n === 0 ? "params" : `argument ${n}`))
    flat.leaves.forEach((x, k) => {
      if (!isFloat(x.dtype))
        throw new DTypeError("not-differentiable", notDifferentiable(op, flat.paths[k] ?? "params", x.dtype), {
          path: flat.paths[k],
          dtype: x.dtype,
        })
    })
    return flat
  })
}

function expectLoss(op: string, loss: unknown): Value {
  const lifted = typeof loss === "number" ? flatten(loss, "loss").leaves[0] : loss
  if (!(lifted instanceof Value)) throw new CotangentError("loss", lossNotTensor(op))
  if (lifted.shape.length > 0)
    throw new ShapeError("loss-shape", lossNotScalar(op, lifted.shape), { shape: lifted.shape })
  if (!isFloat(lifted.dtype))
    throw new DTypeError("loss-dtype", lossNotFloat(op, lifted.dtype), { dtype: lifted.dtype })
  return lifted
}

interface Differentiated {
  readonly loss: Value
  readonly aux: unknown
  readonly grads: unknown
}
function differentiate(
  op: string,
  f: AnyFunction,
  { argnums = 0, hasAux = false }: Options,
  args: readonly unknown[],
): Differentiated {
  const positions = typeof argnums === "number" ? [argnums] : argnums
  const active = activeArguments(op, args, positions)
  let aux: Flat | undefined
  const made = linearizeValues(
    (...leaves) => {
      const given = [...args]
      let next = 0
      active.forEach((flat, k) => {
        given[positions[k] ?? 0] = flat.build(leaves.slice(next, next + flat.leaves.length))
        next += flat.leaves.length
      })
      const result = notAsync(op, f(...given))
      if (!hasAux) return [expectLoss(op, result)]
      if (!Array.isArray(result) || result.length !== 2) throw new CotangentError("aux", lossWithoutAux(op))
      aux = flatten(result[1], "aux", { keep: true })
      return [expectLoss(op, result[0]), ...aux.leaves]
    },
    active.flatMap((flat) => flat.leaves),
    active.flatMap((flat) => flat.leaves.map(() => true)),
    op,
  )
  const [loss, ...auxLeaves] = made.outputs
  if (loss === undefined) throw new CotangentError("loss", lossNotTensor(op))
  const cotangents = transposeLinear(made.equations, made.inputs, made.tangents.slice(0, 1), [fill(loss.type, 1)])
  let next = 0
  const grads = active.map((flat) => flat.build(flat.leaves.map((x) => orZeros(cotangents[next++], x.type))))
  return { loss, aux: aux?.build(auxLeaves), grads: typeof argnums === "number" ? grads[0] : grads }
}

/**
 * The gradient of a scalar function by its first argument, or by those that `argnums` names. Trees give trees.
 *
 * @param options `argnums`: a position, or several (then a tuple of gradients). `hasAux`: `f` returns `[loss, aux]` and
 * the result is `[gradient, aux]`.
 * @throws ShapeError where the loss is no scalar; DTypeError where a leaf is no float.
 * @example
 * ```ts
 * import { type F32, grad, mul, sin, sum, tensor } from "cotangent"
 * const f = grad((x: F32<[3]>) => sum(mul(sin(x), x)))
 * console.log(await f(tensor([0, 1, 2])).array())
 * ```
 */
export const grad: Grad = typed((f: unknown, options: Options = {}) => gradientOf("grad", f, options))

/** `grad` under the name of the transform that the user called, which its messages have to speak of. */
export function gradientOf(op: string, f: unknown, options: Options = {}): AnyFunction {
  checkOptions(op, options, ["argnums", "hasAux"])
  const call = functionArgument(op, f)
  return (...args) => {
    const { grads, aux } = differentiate(op, call, options, args)
    return options.hasAux === true ? [grads, aux] : grads
  }
}

/**
 * The value of a scalar function and its gradient, the function run once.
 *
 * @param options as for `grad`; with `hasAux` the result is `[[loss, aux], gradient]`.
 * @example
 * ```ts
 * import { type F32, mul, sum, tensor, valueAndGrad } from "cotangent"
 * const [value, gradient] = valueAndGrad((x: F32<[2]>) => sum(mul(x, x)))(tensor([1, 2]))
 * console.log(await value.item(), await gradient.array())
 * ```
 */
export const valueAndGrad: ValueAndGrad = typed((f: unknown, options: Options = {}) => {
  checkOptions("valueAndGrad", options, ["argnums", "hasAux"])
  const call = functionArgument("valueAndGrad", f)
  return (...args: readonly unknown[]) => {
    const { loss, aux, grads } = differentiate("valueAndGrad", call, options, args)
    return [options.hasAux === true ? [loss, aux] : loss, grads]
  }
})
