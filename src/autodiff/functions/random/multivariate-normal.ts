import { typed } from "../../boundary.ts"
import { ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import type { MultivariateNormal } from "../../signatures/random.ts"
import type { Value } from "../../value.ts"
import { add, mul } from "../arithmetic.ts"
import { cholesky } from "../linalg/factorizations.ts"
import { floatValue } from "../operands.ts"
import { sum } from "../reductions/sum.ts"
import { expandDims } from "../shaping.ts"
import { normalReals } from "./normal.ts"
import { finite, floatOption, parameter } from "./parameters.ts"
import type { Reals } from "./words.ts"

/**
 * Normal vectors along the last axis of the shape [..., n], with a covariance [..., n, n] that is positive definite and a mean
 * that stretches to the shape, by default 0; differentiable by both: `mean + L z` with Cholesky's factor L.
 *
 * @throws ShapeError where the covariance has not the sizes [..., n, n].
 * @example
 * ```ts
 * import { random, tensor } from "cotangent"
 * const covariance = tensor([[2, 1], [1, 1]])
 * console.log(await random.multivariateNormal(random.key(0), [3, 2], { covariance }).array())
 * ```
 */
export const multivariateNormal: MultivariateNormal = typed(
  (
    key: unknown,
    shape: Shape,
    options: { readonly mean?: unknown; readonly covariance?: unknown; readonly dtype?: unknown } = {},
  ) => {
    checkOptions("random.multivariateNormal", options, ["mean", "covariance", "dtype"])
    const dtype = floatOption("multivariateNormal", options.dtype)
    const z = normalReals("multivariateNormal", key, shape, dtype)
    const given = floatValue("random.multivariateNormal", options.covariance)
    const n = shape.at(-1)
    if (n === undefined || given.shape.length < 2 || given.shape.slice(-2).some((size) => size !== n))
      throw new ShapeError(
        "covariance",
        `random.multivariateNormal: the covariance of [${shape.join(", ")}] is [..., ${n ?? "n"}, ${n ?? "n"}], got [${given.shape.join(", ")}]`,
      )
    const wide: Shape = [...shape, n]
    stretchShape("random.multivariateNormal", given.shape, wide)
    const factor: Value = typed(cholesky(typed<Reals>(given)))
    const rows: Reals = typed(bindOne(broadcast.to(wide), factor))
    const moved = sum(mul(rows, expandDims(z, { axis: -2 })), { axis: -1 })
    return options.mean === undefined
      ? moved
      : add(moved, parameter("multivariateNormal", "mean", options.mean, finite, shape, dtype))
  },
)
