/** Tensors to try functions on. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"
import type { Element } from "../autodiff/dtype.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import { dependent } from "./dependent.ts"
import { defaultValues, elementCount, tensorFrom } from "./elements.ts"
import type { Values } from "./values/vector.ts"

export interface TensorOptions<S, T> {
  /** The shape, or shapes to choose from. */
  readonly shape: S | fc.Arbitrary<S>
  /** f32 unless given. */
  readonly dtype?: T
  /** `values.exact()` unless given: whole numbers for integers, truths drawn evenly. */
  readonly values?: Values
}

/**
 * Tensors, made on the engine that is current when they are drawn. They print as code that makes them where a property
 * fails. They shrink to smaller shapes, where those are drawn too, around the numbers that failed, and then to simpler
 * numbers.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { add } from "cotangent"
 * import { expectClose, tensors, values } from "cotangent/testing"
 * const xs = tensors({ shape: [2, 3], values: values.exact() })
 * fc.assert(fc.property(xs, xs, (a, b) => expectClose(add(a, b), add(b, a), { ulps: 0 })))
 * ```
 */
export function tensors<const S extends number[], T extends Element = "f32">(
  options: TensorOptions<readonly [...S], T>,
): fc.Arbitrary<Tensor<S, T>> {
  checkOptions("tensors", options, ["shape", "dtype", "values"])
  const dtype: Element = options.dtype ?? "f32"
  const draw = options.values ?? defaultValues(dtype)
  if (typeof draw !== "function")
    throw new CotangentError(
      "values",
      `tensors: values are one of the functions of \`values\`, values.between(-1, 1) for instance; got ${JSON.stringify(draw)}`,
    )
  const sizes: fc.Arbitrary<readonly number[]> =
    options.shape instanceof fc.Arbitrary ? options.shape : fc.constant(options.shape)
  return dependent({
    sizes,
    drawFor: (shape) => draw(elementCount(shape), { shape, dtype }),
    cut: (numbers, from, to) => draw.cut?.(numbers, from, to),
  }).map(([shape, numbers]) => typed<Tensor<S, T>>(tensorFrom(dtype, shape, numbers)))
}
