/** Trees of tensors to try functions on. */
import fc from "fast-check"
import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import { flatten } from "../autodiff/tree.ts"
import type { Value } from "../autodiff/value.ts"
import { defaultValues, elementCount, tensorFrom } from "./elements.ts"
import { keys } from "./keys.ts"
import type { Values } from "./values/vector.ts"

export interface TreesOptions {
  /** Of the floats among the leaves; `values.exact()` unless given. Integers and truths are drawn as `tensors` draws them. */
  readonly values?: Values
}

/**
 * Trees like an example: the same structure, shapes and dtypes, other numbers. A JavaScript number stands for an f32 scalar,
 * as it does everywhere else, and is drawn as a tensor.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { random, tree } from "cotangent"
 * import { linear } from "cotangent/layers"
 * import { expectClose, treesOf, values } from "cotangent/testing"
 * const params = linear(3, 2).init(random.key(0))
 * fc.assert(
 *   fc.property(treesOf(params, { values: values.logNormal() }), (p) => {
 *     const [flat, unravel] = tree.ravel(p)
 *     expectClose(unravel(flat), p, { ulps: 0 })
 *   }),
 * )
 * ```
 */
export function treesOf<P>(example: P, options: TreesOptions = {}): fc.Arbitrary<P> {
  checkOptions("treesOf", options, ["values"])
  const flat = flatten(example, "the example")
  return fc.tuple(...flat.leaves.map((leaf) => like(leaf, options))).map((leaves) => typed<P>(flat.build(leaves)))
}

function like(leaf: Value, options: TreesOptions): fc.Arbitrary<unknown> {
  const { shape, dtype } = leaf
  if (dtype === "key") {
    if (shape.length > 0)
      throw new CotangentError(
        "arbitrary",
        `treesOf: the example holds keys [${shape.join(", ")}]; only single keys can be drawn; give the example one key`,
      )
    return keys()
  }
  const float = dtype === "f32" || dtype === "f64"
  const draw = (float ? options.values : undefined) ?? defaultValues(dtype)
  return draw(elementCount(shape), { shape, dtype }).map((numbers) => tensorFrom(dtype, shape, numbers))
}
