/** Operations over the axis that a vmap has named. */
import { typed } from "../boundary.ts"
import { isFloat } from "../dtype.ts"
import { CotangentError, internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { fill, zeros } from "../interpreters/zeros.ts"
import { cast } from "../primitives/cast.ts"
import { equal } from "../primitives/compare.ts"
import { div } from "../primitives/div.ts"
import { iota } from "../primitives/iota.ts"
import { mul } from "../primitives/mul.ts"
import { reduceMax } from "../primitives/reduce-max.ts"
import { reduceMin } from "../primitives/reduce-min.ts"
import type { Reduction } from "../primitives/reduction.ts"
import { sum } from "../primitives/sum.ts"
import { where } from "../primitives/where.ts"
import { type CollectiveOperation, keyOf, type Maybe } from "../program/operation.ts"
import { typeOf } from "../program/type.ts"
import type { AxisIndex, Collective } from "../signatures/transforms.ts"
import { fromNumber } from "../tensor.ts"
import { flatten } from "../tree.ts"
import type { Value } from "../value.ts"

/** A combination of all examples that every example sees. */
function collective(name: string, axisName: string, reduction: Reduction): CollectiveOperation {
  const linear = reduction === sum
  const operation: CollectiveOperation = {
    kind: "collective",
    name,
    params: { axisName },
    key: keyOf(name, { axisName }),
    axisName,
    results: (types) => types,
    jvp: (primals, tangents) => {
      const outputs = bind(operation, primals)
      return { outputs, tangents: tangentsOf(primals, outputs, tangents) }
    },
    linearize: (primals, tangents, record) => {
      const outputs = bind(operation, primals)
      return { outputs, tangents: record(() => tangentsOf(primals, outputs, tangents)) }
    },
    // Each example's result holds every example's operand, so each operand collects every result's cotangent.
    transpose: ([ct]) => [ct === undefined ? undefined : bindOne(operation, ct)],
    batch: (values, batched, axis) => {
      if (axis.name !== axisName) return { values: bind(operation, values), batched }
      const [x] = values
      if (x === undefined) throw internal(`${name} of nothing`)
      if (batched[0] === true) return { values: [bindOne(reduction.over([0]), x)], batched: [false] }
      const alike = linear ? bindOne(mul.operation, x, fill(x.type, axis.size)) : x
      return { values: [alike], batched: [false] }
    },
  }
  const tangentsOf = (
    primals: readonly Value[],
    outputs: readonly Value[],
    [t]: readonly Maybe[],
  ): readonly Maybe[] => {
    if (t === undefined || linear) return [t && bindOne(operation, t)]
    const [[x], [best]] = [primals, outputs]
    if (x === undefined || best === undefined) throw internal(`${name} of nothing`)
    // The winners share the slope equally.
    const psumOf = collective("psum", axisName, sum)
    const wins = bindOne(equal.operation, x, best)
    const count = bindOne(psumOf, bindOne(cast.to(x.type.array.dtype), wins))
    return [bindOne(div.operation, bindOne(psumOf, bindOne(where.operation, wins, t, zeros(t.type))), count)]
  }
  return operation
}
const over =
  (name: string, reduction: Reduction): ((tree: unknown, axisName: string) => unknown) =>
  (tree, axisName) => {
    if (typeof axisName !== "string")
      throw new CotangentError("axis-name", `${name}: takes the name of a vmap axis, as in ${name}(x, "batch")`)
    const flat = flatten(tree, "tree")
    return flat.build(flat.leaves.map((x) => bindOne(collective(name, axisName, reduction), x)))
  }

/**
 * The sum over the examples of the vmap whose `axisName` is given; every example sees it.
 *
 * @example
 * ```ts
 * import { div, psum, type Scalar, tensor, vmap } from "cotangent"
 * const share = vmap((x: Scalar) => div(x, psum(x, "batch")), { axisName: "batch" })
 * console.log(await share(tensor([1, 2, 5])).array())
 * ```
 */
export const psum: Collective = typed(over("psum", sum))
/** The largest over the examples of the named vmap. */
export const pmax: Collective = typed(over("pmax", reduceMax))
/** The smallest over the examples of the named vmap. */
export const pmin: Collective = typed(over("pmin", reduceMin))
/**
 * The mean over the examples of the named vmap.
 *
 * @example
 * ```ts
 * import { pmean, type Scalar, sub, tensor, vmap } from "cotangent"
 * const centred = vmap((x: Scalar) => sub(x, pmean(x, "batch")), { axisName: "batch" })
 * console.log(await centred(tensor([1, 2, 6])).array())
 * ```
 */
export const pmean: Collective = typed((tree: unknown, axisName: string) => {
  const flat = flatten(tree, "tree")
  return flat.build(
    flat.leaves.map((x) => {
      const dtype = isFloat(x.dtype) ? x.dtype : "f32"
      const total = bindOne(collective("psum", axisName, sum), bindOne(cast.to(dtype), x))
      const count = bindOne(collective("psum", axisName, sum), fromNumber(dtype, 1))
      return bindOne(div.operation, total, count)
    }),
  )
})

const axisIndexOperation = (axisName: string): CollectiveOperation => {
  const operation: CollectiveOperation = {
    kind: "collective",
    name: "axisIndex",
    params: { axisName },
    key: keyOf("axisIndex", { axisName }),
    axisName,
    results: () => [typeOf("i32", [])],
    jvp: () => ({ outputs: bind(operation, []), tangents: [undefined] }),
    linearize: () => ({ outputs: bind(operation, []), tangents: [undefined] }),
    transpose: () => [],
    batch: (_, __, axis) => ({ values: [bindOne(iota.of(axis.size, "i32"))], batched: [true] }),
  }
  return operation
}
/**
 * This example's position on the axis of the named vmap, an i32 scalar.
 *
 * @example
 * ```ts
 * import { axisIndex, type Scalar, mul, cast, tensor, vmap } from "cotangent"
 * const weighted = vmap((x: Scalar) => mul(x, cast(axisIndex("batch"), "f32")), { axisName: "batch" })
 * console.log(await weighted(tensor([1, 1, 1])).array())
 * ```
 */
export const axisIndex: AxisIndex = typed((axisName: string) => bindOne(axisIndexOperation(axisName)))
