/** Tensors and keys to try functions on. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"
import { allocate, type Element, hold, isFloat } from "../autodiff/dtype.ts"
import { random } from "../autodiff/functions/random.ts"
import { typeOf } from "../autodiff/program/type.ts"
import { fromNumbers } from "../autodiff/tensor.ts"
import type { Key, Tensor } from "../autodiff/types/tensor.ts"
import { type Values, values } from "./values.ts"

export interface TensorOptions<S, T> {
  /** The shape, or shapes to choose from. */
  readonly shape: S | fc.Arbitrary<S>
  /** f32 unless given. */
  readonly dtype?: T
  /** `values.exact()` for numbers unless given; truths are drawn evenly. */
  readonly values?: Values
}

/** A number as its dtype holds it; integers are cut towards zero. */
const held = (dtype: Element, x: number): number => hold(dtype, isFloat(dtype) || dtype === "bool" ? x : Math.trunc(x))

/**
 * Tensors, made on the engine that is current when they are drawn. They print as tensors where a property fails.
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
  const dtype: Element = options.dtype ?? "f32"
  const draw = options.values ?? (dtype === "bool" ? truths : values.exact())
  const shape: fc.Arbitrary<readonly number[]> =
    options.shape instanceof fc.Arbitrary ? options.shape : fc.constant(options.shape)
  return shape
    .chain((s) =>
      draw(s.reduce((a, b) => a * b, 1)).map((numbers): readonly [readonly number[], readonly number[]] => [
        s,
        numbers,
      ]),
    )
    .map(([s, numbers]) => {
      const out = allocate(dtype, numbers.length)
      numbers.forEach((x, k) => {
        out[k] = held(dtype, x)
      })
      return typed<Tensor<S, T>>(fromNumbers(typeOf(dtype, s), out))
    })
}
const truths: Values = (count) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: count, maxLength: count })

/**
 * Keys of the random generator.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { random } from "cotangent"
 * import { expectClose, keys } from "cotangent/testing"
 * fc.assert(fc.property(keys(), (key) => expectClose(random.bits(key, [3]), random.bits(key, [3]), { ulps: 0 })))
 * ```
 */
export const keys = (): fc.Arbitrary<Key> => fc.nat().map((seed) => random.key(seed))
