/** The cosine of the angle between the momentum and the gradient: of the whole model, of each tensor, of each element. */
import { typed } from "../../autodiff/boundary.ts"
import type { Float } from "../../autodiff/dtype.ts"
import { add, cast, div, mul, square } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { equal, greater, logicalOr, where } from "../../autodiff/functions/logic.ts"
import { sqrt } from "../../autodiff/functions/real.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { Scalar, Tensor } from "../../autodiff/types/tensor.ts"

/** What has a cosine, and so a damping, of its own. */
export type Granularity = "model" | "tensor" | "element"
export const granularities: readonly Granularity[] = ["model", "tensor", "element"]

export type Leaf = Tensor<Shape, Float>
export interface Cosines {
  /** One for the model, or one for each tensor: a scalar, or an element for each element. */
  readonly each: readonly Leaf[]
  readonly mean: Scalar
}

interface Products {
  readonly dot: Leaf
  readonly momentum: Leaf
  readonly gradient: Leaf
}
// The three sums of one pair of tensors are one pass over them when compiled.
const products = (m: Leaf, g: Leaf, fold: (x: Leaf) => Leaf): Products => ({
  dot: fold(mul(m, g)),
  momentum: fold(square(m)),
  gradient: fold(square(g)),
})
const whole = (x: Leaf): Leaf => sum(x)
const columns = (x: Leaf): Leaf => (x.shape.length === 0 ? x : typed<Leaf>(sum(x, { axis: 0, keepDims: true })))

/** The root, 1 for nothing: what is divided by it is nothing too, and neither quotient nor gradient is NaN. */
const length = (squares: Leaf): Leaf => sqrt(where(greater(squares, 0), squares, 1))
/** x / (|m| |g|), and 0 where one of them is 0; NaN stays NaN. */
const over = (x: Leaf, { momentum, gradient }: Products): Leaf =>
  where(
    logicalOr(equal(momentum, 0), equal(gradient, 0)),
    0,
    // Two divisions: the product of two small norms would underflow before the norms do.
    div(div(x, length(momentum)), length(gradient)),
  )

const ofModel = (momenta: readonly Leaf[], gradients: readonly Leaf[]): Cosines => {
  const dtype = widest(momenta)
  const sums = momenta.map((m, k) => products(m, gradients[k] ?? m, (x) => cast(whole(x), dtype)))
  const total = (of: keyof Products): Leaf =>
    sums.reduce<Leaf>((sofar, one) => add(sofar, one[of]), tensor(0, { dtype }))
  const all = { dot: total("dot"), momentum: total("momentum"), gradient: total("gradient") }
  const cosine = over(all.dot, all)
  return { each: [cosine], mean: typed<Scalar>(cast(cosine, "f32")) }
}

const ofTensors = (momenta: readonly Leaf[], gradients: readonly Leaf[]): Cosines => {
  const each = momenta.map((m, k) => {
    const sums = products(m, gradients[k] ?? m, whole)
    return over(sums.dot, sums)
  })
  return { each, mean: meanOf(each, each.length) }
}

const ofElements = (momenta: readonly Leaf[], gradients: readonly Leaf[]): Cosines => {
  const pairs = momenta.map((m, k) => ({ m, g: gradients[k] ?? m }))
  const sums = pairs.map(({ m, g }) => products(m, g, columns))
  return {
    each: pairs.map(({ m, g }, k) => {
      const { momentum, gradient } = sums[k] ?? products(m, g, columns)
      return mul(div(m, length(momentum)), div(g, length(gradient)))
    }),
    // The elements of a column sum to its cosine: no second pass over the elements.
    mean: meanOf(
      sums.map((one) => over(one.dot, one)),
      momenta.reduce((count, m) => count + sizeOf(m), 0),
    ),
  }
}

const ways = { model: ofModel, tensor: ofTensors, element: ofElements }
export const cosines = (granularity: Granularity, momenta: readonly Leaf[], gradients: readonly Leaf[]): Cosines =>
  ways[granularity](momenta, gradients)

/** The dtype that holds numbers of all leaves. */
export const widest = (leaves: readonly Leaf[]): Float => (leaves.some((x) => x.dtype === "f64") ? "f64" : "f32")
export const sizeOf = (x: Leaf): number => x.shape.reduce((size, n) => size * n, 1)
/** The sum of all elements by a count, as f32; 0 over nothing. */
export const meanOf = (leaves: readonly Leaf[], count: number): Scalar =>
  div(
    leaves.reduce<Scalar>((total, x) => add(total, typed<Scalar>(cast(sum(x), "f32"))), tensor(0)),
    Math.max(1, count),
  )
