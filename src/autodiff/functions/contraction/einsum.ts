/** Sums of products by axis names. */
import { typed } from "../../boundary.ts"
import { DTypeError, ShapeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { contraction } from "../../primitives/contraction.ts"
import { einsumShape } from "../../shape/einsum.ts"
import { noArithmetic } from "../../shape/messages.ts"
import type { Einsum, EinsumPath } from "../../signatures/contraction.ts"
import type { Value } from "../../value.ts"
import { promoted } from "../operands.ts"
import * as v from "../values.ts"
import { contractionOrder, type Step } from "./order.ts"

/** Without those axes of `...` that the operand stretches, so that nothing is copied. */
function unstretched(x: Value, names: readonly string[], sizes: ReadonlyMap<string, number>) {
  const own = names.flatMap((name, d) =>
    name.startsWith("...") && x.shape[d] === 1 && sizes.get(name) !== 1 ? [] : [d],
  )
  return {
    value: v.reshape(
      x,
      own.map((d) => x.shape[d] ?? 1),
    ),
    names: own.map((d) => names[d] ?? ""),
  }
}
function prepared(op: string, pattern: string, operands: readonly unknown[]) {
  const values = promoted(op, ...operands)
  const [first] = values
  if (first === undefined) throw new ShapeError("einsum", "einsum: needs at least one tensor")
  if (first.dtype === "bool" || first.dtype === "key")
    throw new DTypeError("dtype", noArithmetic("einsum", first.dtype), { op })
  const { inputs, output, sizes } = einsumShape(
    pattern,
    values.map((x) => x.shape),
  )
  const ready = values.map((x, k) => unstretched(x, inputs[k] ?? [], sizes))
  const steps = contractionOrder(
    ready.map((x) => x.names),
    output,
    sizes,
  )
  return { values: ready.map((x) => x.value), steps, sizes }
}
const written = ({ inputs, output }: Step): string =>
  `${inputs.map((names) => names.join(" ")).join(", ")} -> ${output.join(" ")}`

/**
 * Any sum of products, by axis names: `einsum("b i k, b k j -> b i j", a, b)`. Names are separated by spaces; a pattern
 * without any space is in letters, as NumPy writes it: `"bik,bkj->bij"`. Names that the result leaves out are summed; a
 * name twice in one operand takes its diagonal; `...` stands for any axes, which broadcast. The arrow is always written.
 *
 * Several operands meet two at a time in the order that forms the fewest products, found by trying all (up to 8 operands;
 * beyond, greedily); `einsumPath` shows it.
 *
 * @throws ShapeError where a name has two sizes, an operand has other axes than the pattern, or the result names a stranger.
 * @example
 * ```ts
 * import { einsum, ones, tensor } from "cotangent"
 * console.log(await einsum("i i ->", tensor([[1, 2], [3, 4]])).item())
 * console.log(einsum("...ij,jk->...ik", ones([5, 2, 3]), ones([3, 4])).shape)
 * ```
 */
export const einsum: Einsum = typed((pattern: string, ...operands: readonly unknown[]) => {
  const { values, steps } = prepared("einsum", pattern, operands)
  const list = [...values]
  for (const step of steps) {
    const taken = step.operands.flatMap((at) => list[at] ?? [])
    for (const at of [...step.operands].sort((a, b) => b - a)) list.splice(at, 1)
    list.push(bindOne(contraction.by(written(step)), ...taken))
  }
  return list[0]
})
/**
 * The order in which `einsum` contracts operands of these shapes: for each step which of the list meet (the result goes to
 * its end), as what, and how many products that forms; `toString()` prints it.
 *
 * @example
 * ```ts
 * import { einsumPath, zeros } from "cotangent"
 * console.log(String(einsumPath("i j, j k, k l -> i l", zeros([2, 100]), zeros([100, 50]), zeros([50, 3]))))
 * ```
 */
export const einsumPath: EinsumPath = typed((pattern: string, ...operands: readonly unknown[]) => {
  const { steps, sizes } = prepared("einsumPath", pattern, operands)
  const cost = steps.reduce((sum, step) => sum + step.cost, 0)
  const naive = [...sizes.values()].reduce((a, b) => a * b, 1)
  return {
    steps: steps.map((step) => ({ operands: step.operands, pattern: written(step), cost: step.cost })),
    cost,
    naive,
    toString: () =>
      [
        ...steps.map((step) => `[${step.operands.join(", ")}] ${written(step)}: ${step.cost} products`),
        `${cost} products; ${naive} all at once`,
      ].join("\n"),
  }
})
