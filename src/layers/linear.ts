import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { add, mul } from "../autodiff/functions/arithmetic.ts"
import { matmul } from "../autodiff/functions/contraction/matmul.ts"
import { zeros } from "../autodiff/functions/creation.ts"
import * as random from "../autodiff/functions/random/index.ts"
import type { F32 } from "../autodiff/types/tensor.ts"
import { expectInput, layer } from "./layer.ts"
import type { Linear, LinearParams } from "./types.ts"

/**
 * x W + b. Weights begin normal with variance 1 / inputs, so that the outputs vary as much as the inputs (LeCun et al.
 * 1998, section 4.6); biases begin at zero.
 *
 * @throws ShapeError for an input that is not `[from]`.
 * @example
 * ```ts
 * import { random, zeros } from "cotangent"
 * import { linear } from "cotangent/layers"
 * const layer = linear(4, 2)
 * console.log(layer.apply(layer.init(random.key(0)), zeros([4])))
 * ```
 */
export const linear: Linear = <const I extends number, const O extends number>(from: I, to: O) => {
  if (![from, to].every((size) => Number.isInteger(size) && size > 0))
    throw new CotangentError("layer", `linear: takes two sizes, linear(784, 10); got (${from}, ${to})`)
  return layer<readonly [I], readonly [O], LinearParams<I, O>>({
    init: (key) => ({ weight: mul(random.normal(key, [from, to]), 1 / Math.sqrt(from)), bias: zeros([to]) }),
    apply: (params, x) => {
      expectInput([from], x)
      const { weight, bias } = typed<LinearParams<number, number>>(params)
      return add(matmul(typed<F32<[number]>>(x), weight), bias)
    },
  })
}
