/** Operands made fit for an operation, and kept away from where a rounding error would become a jump. */
import { add, mul } from "../../autodiff/functions/arithmetic.ts"
import { tensor } from "../../autodiff/functions/creation.ts"
import { take } from "../../autodiff/functions/indexing.ts"
import { tanh } from "../../autodiff/functions/real.ts"
import { mean } from "../../autodiff/functions/reductions/mean.ts"
import { reshape } from "../../autodiff/functions/shaping.ts"
import type { Shape } from "../../autodiff/shape/types/dimension.ts"
import type { F32, Tensor } from "../../autodiff/types/tensor.ts"

export type Wide = F32<Shape>
/** One kind of step: `n` is a number to make choices by. */
export interface Step {
  readonly name: string
  readonly apply: (x: Wide, y: Wide, n: number) => Wide
}

export const elements = (shape: Shape): number => shape.reduce((a, b) => a * b, 1)
/** x itself up to size: between about -4 and 4, with a slope of at most 1, so that no step grows what the next squares. */
export const tame = (x: Wide): Wide => mul(tanh(mul(x, 0.25)), 4)
export const asShape = (x: Wide, shape: readonly number[]): Wide => reshape(x, [...shape])
export const asVector = (x: Wide): Wide => asShape(x, [elements(x.shape)])
/** The first `count` elements, from the start again where there are fewer. */
export const resize = (x: Wide, count: number): F32<readonly [number]> =>
  reshape(take(asVector(x), integers(Array.from({ length: count }, (_, k) => k % elements(x.shape)))), [count])
export const matrix = (x: Wide, rows: number, columns: number): F32<readonly [number, number]> =>
  reshape(resize(x, rows * columns), [rows, columns])
/** x as rows of its last axis; a scalar is one row of one. */
export const rows = (x: Wide): F32<readonly [number, number]> => {
  const last = x.shape.at(-1) ?? 1
  return reshape(x, [elements(x.shape) / last, last])
}
export const integers = (data: readonly number[]): Tensor<Shape, "i32"> =>
  tensor(Int32Array.from(data), { shape: [data.length], dtype: "i32" })
export const axisOf = (x: Wide, n: number): number => n % Math.max(x.shape.length, 1)
/** No larger than a failure can be read and two engines be compared on quickly. */
export const small = (x: Wide): Wide => (elements(x.shape) > 36 ? small(mean(x, { axis: 0 })) : x)

/**
 * Distinct numbers that x moves by at most 0.1: quarters of an odd number apart from 0, from each other and from every
 * integer. Two engines that round differently still agree on which is larger.
 */
export function anchored(x: Wide, n = 0): Wide {
  const size = elements(x.shape)
  const stride = [7, 5, 3, 1].find((s) => size % s !== 0 || s === 1) ?? 1
  const places = Float32Array.from({ length: size }, (_, k) => (((k + n) * stride) % size) - Math.floor(size / 2))
  const held = tensor(
    places.map((p) => p * 0.5 + 0.125),
    { shape: [...x.shape], dtype: "f32" },
  )
  return add(held, mul(tanh(x), 0.1))
}
/** The other operand as it broadcasts with x: itself where it does, otherwise its mean. */
export function beside(x: Wide, y: Wide): Wide {
  const [long, short] = x.shape.length >= y.shape.length ? [x.shape, y.shape] : [y.shape, x.shape]
  const fits = short.every((size, d) => {
    const other = long[long.length - short.length + d] ?? 1
    return size === other || size === 1 || other === 1
  })
  return fits ? y : mean(y)
}
