import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { CotangentError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { cumsum } from "../../primitives/cumsum.ts"
import { minimum } from "../../primitives/minimum.ts"
import { mul } from "../../primitives/mul.ts"
import { reshape } from "../../primitives/reshape.ts"
import { slice as last } from "../../primitives/slice.ts"
import { sizeOf } from "../../program/loop/loop.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { Choice } from "../../signatures/random.ts"
import type { Tensor } from "../../types/tensor.ts"
import { Value } from "../../value.ts"
import { argsort, take } from "../indexing.ts"
import { floatValue, like } from "../operands.ts"
import { log } from "../real.ts"
import { slice } from "../shaping.ts"
import { searchSorted } from "../sorting/search.ts"
import { perturbed } from "./categorical.ts"
import { order } from "./permutation.ts"
import { randint } from "./randint.ts"
import { keyValue, openReals, type Reals, shaped } from "./words.ts"

type Vector = Tensor<readonly [number], Float>

interface Options {
  readonly shape?: Shape
  readonly replace?: boolean
  readonly p?: unknown
  readonly axis?: number
}
/**
 * Slices of a tensor along an axis, by default the first, or numbers from 0 to x - 1, each as likely as the others or with
 * the probabilities (any weights) `p`: one, or a `shape` of them. Without replacement none is drawn twice, and with weights
 * it is as if each were drawn in turn from those that are left: the largest of logits plus Gumbel noise (Kool, van Hoof and
 * Welling, "Stochastic beams and where to find them", 2019, section 2).
 *
 * @throws CotangentError where there is nothing to draw from, or more is asked for without replacement than there is;
 * ShapeError where p has not one weight for each slice.
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * const [a, b] = random.split(random.key(0))
 * console.log(await random.choice(a, 10, { shape: [3], replace: false }).array())
 * console.log(await random.choice(b, tensor([5, 6, 7]), { p: tensor([0.1, 0, 0.9]) }).item())
 * ```
 */
export const choice: Choice = typed((key: unknown, x: unknown, options: Options = {}) => {
  checkOptions("random.choice", options, ["shape", "replace", "p", "axis"])
  keyValue("choice", key)
  const { replace = true } = options
  const shape = checkSizes("random.choice", options.shape ?? [])
  const axis = x instanceof Value ? normaliseAxis("random.choice", options.axis ?? 0, x.shape) : 0
  const [n = 0] = x instanceof Value ? [x.shape[axis]] : checkSizes("random.choice", typed<Shape>([x]))
  const count = sizeOf(shape)
  if (count > 0 && n === 0) throw new CotangentError("choice", "random.choice: there is nothing to draw from")
  if (!replace && count > n)
    throw new CotangentError(
      "choice",
      `random.choice: ${count} of ${n} cannot be drawn without replacement; ask for fewer, or replace`,
    )
  const at = bindOne(reshape.to(shape), indices(key, n, count, replace, options.p))
  return x instanceof Value ? take(typed<Tensor>(x), typed<Tensor<Shape, "i32">>(at), { axis }) : at
})

function indices(key: unknown, n: number, count: number, replace: boolean, p: unknown): Value {
  const first = (all: unknown): Value => typed(slice(typed<Tensor<readonly [number], "i32">>(all), [0], [count]))
  if (p === undefined) {
    if (!replace) return first(order("choice", key, n))
    return typed(Reflect.apply(randint, undefined, [key, [count], { high: Math.max(n, 1) }]))
  }
  const weights = floatValue("random.choice", p)
  if (weights.shape.length !== 1 || weights.shape[0] !== n)
    throw new ShapeError(
      "weights",
      `random.choice: p needs one weight for each of ${n}, got [${weights.shape.join(", ")}]`,
    )
  if (!replace) {
    const logits: Value = typed(log(typed<Reals>(weights)))
    return first(argsort(perturbed("choice", key, logits), { descending: true }))
  }
  // The distribution inverted at numbers above 0, so that what weighs nothing is never reached.
  const sums = bindOne(cumsum.along(0, false), weights)
  const total = shaped(bindOne(last.window({ start: [n - 1], step: [1], size: [1] }), sums), [])
  const u: Value = typed(openReals("choice", key, [count], weights.dtype === "f64" ? "f64" : "f32"))
  const place: Value = typed(searchSorted(typed<Vector>(sums), typed<Vector>(bindOne(mul.operation, total, u))))
  return bindOne(minimum.operation, place, like(place, n - 1))
}
