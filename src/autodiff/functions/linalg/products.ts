/** Products of tensors that are no matrix products. */
import { typed } from "../../boundary.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { concat } from "../../primitives/concat.ts"
import { contraction } from "../../primitives/contraction.ts"
import { normaliseAxis } from "../../shape/axes.ts"
import { broadcastShapes } from "../../shape/broadcast.ts"
import { fail, product } from "../../shape/fail.ts"
import { lastAxesDiffer, notThree, sizesDiffer, summedAxesDiffer } from "../../shape/messages.ts"
import type { Cross, Inner, Kron, Tensordot, Vdot } from "../../signatures/linalg.ts"
import type { Value } from "../../value.ts"
import { arithmetic } from "../operands.ts"
import * as v from "../values.ts"

/**
 * The Kronecker product: every element of a times the whole of b, in blocks. Sizes multiply, axis by axis from the last;
 * `[m, n]` and `[p, q]` give `[m p, n q]`.
 *
 * @throws DTypeError for bools.
 * @example
 * ```ts
 * import { kron, tensor } from "cotangent"
 * console.log(await kron(tensor([1, 10]), tensor([1, 2])).array())
 * ```
 */
export const kron: Kron = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("kron", a, b)
  const rank = Math.max(x.shape.length, y.shape.length)
  const whole = (shape: readonly number[]): readonly number[] => [
    ...Array<number>(rank - shape.length).fill(1),
    ...shape,
  ]
  const [p, q] = [whole(x.shape), whole(y.shape)]
  // Each axis in two: a's outside, b's inside.
  const blocks = v.mul(
    v.reshape(
      x,
      p.flatMap((n) => [n, 1]),
    ),
    v.reshape(
      y,
      q.flatMap((n) => [1, n]),
    ),
  )
  return v.reshape(
    blocks,
    p.map((n, d) => n * (q[d] ?? 1)),
  )
})

/**
 * The vector product of vectors of three on one axis, by default the last; the other axes broadcast.
 *
 * @throws ShapeError where the axis is not 3 long.
 * @example
 * ```ts
 * import { cross, tensor } from "cotangent"
 * console.log(await cross(tensor([1, 0, 0]), tensor([0, 1, 0])).array())
 * ```
 */
export const cross: Cross = typed((a: unknown, b: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("cross", options, ["axis"])
  const { axis = -1 } = options
  const [x, y] = arithmetic("cross", a, b)
  for (const { shape } of [x, y])
    if (shape[normaliseAxis("cross", axis, shape)] !== 3) fail("cross", notThree("cross", axis, shape), { shape })
  const shape = broadcastShapes("cross", x.shape, y.shape)
  const d = normaliseAxis("cross", axis, shape)
  const [p, q] = [v.filled(x, shape), v.filled(y, shape)]
  /** Components k, k + 1, k + 2. */
  const from = (value: Value, k: number): Value =>
    bindOne(concat.along(d), v.part(value, d, k, 3 - k), v.part(value, d, 0, k))
  return v.sub(v.mul(from(p, 1), from(q, 2)), v.mul(from(p, 2), from(q, 1)))
})

/**
 * The sum of the products of all elements, taken row-major whatever the shapes.
 *
 * @throws ShapeError where the numbers of elements differ.
 * @example
 * ```ts
 * import { tensor, vdot } from "cotangent"
 * console.log(await vdot(tensor([[1, 2], [3, 4]]), tensor([1, 1, 1, 1])).item())
 * ```
 */
export const vdot: Vdot = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("vdot", a, b)
  if (product(x.shape) !== product(y.shape)) fail("vdot", sizesDiffer("vdot", x.shape, y.shape))
  return bindOne(contraction.by("i, i ->"), v.flat(x), v.flat(y))
})

const names = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `${letter}${k}`)
/**
 * The sum of products over last axes: `[…, k]` and `[…, k]` give all axes before, those of a first.
 *
 * @throws ShapeError where the last axes differ.
 * @example
 * ```ts
 * import { inner, tensor } from "cotangent"
 * console.log(await inner(tensor([[1, 2], [3, 4]]), tensor([1, 10])).array())
 * ```
 */
export const inner: Inner = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("inner", a, b)
  const last = x.shape.at(-1)
  if (last === undefined || last !== y.shape.at(-1)) fail("inner", lastAxesDiffer(x.shape, y.shape))
  const [p, q] = [names("a", x.shape.length - 1).join(" "), names("b", y.shape.length - 1).join(" ")]
  return bindOne(contraction.by(`${p} k, ${q} k -> ${p} ${q}`), x, y)
})

type Axes = number | readonly [readonly number[], readonly number[]]
/**
 * The sum of products over some axes: `axes` counts them, the last of a and the first of b, 2 by default; or names them, as
 * `[[…], […]]`. What is left are the other axes, those of a first.
 *
 * @throws ShapeError where an axis is missing or sizes differ.
 * @example
 * ```ts
 * import { ones, tensordot } from "cotangent"
 * console.log(tensordot(ones([2, 3, 4]), ones([4, 3, 5]), { axes: [[1, 2], [1, 0]] }).shape)
 * ```
 */
export const tensordot: Tensordot = typed((a: unknown, b: unknown, options: { readonly axes?: Axes } = {}) => {
  checkOptions("tensordot", options, ["axes"])
  const [x, y] = arithmetic("tensordot", a, b)
  const [left, right] = summed(options.axes ?? 2, x.shape, y.shape)
  if (left.length !== right.length || left.some((d, k) => x.shape[d] !== y.shape[right[k] ?? -1]))
    fail("tensordot", summedAxesDiffer(x.shape, y.shape))
  const p = names("a", x.shape.length).map((name, d) => (left.includes(d) ? `k${left.indexOf(d)}` : name))
  const q = names("b", y.shape.length).map((name, d) => (right.includes(d) ? `k${right.indexOf(d)}` : name))
  const kept = [...p, ...q].filter((name) => !name.startsWith("k"))
  return bindOne(contraction.by(`${p.join(" ")}, ${q.join(" ")} -> ${kept.join(" ")}`), x, y)
})
function summed(
  axes: Axes,
  a: readonly number[],
  b: readonly number[],
): readonly [left: readonly number[], right: readonly number[]] {
  if (typeof axes !== "number") {
    const all = (which: readonly number[], shape: readonly number[]): readonly number[] =>
      which.map((d) => normaliseAxis("tensordot", d, shape))
    return [all(axes[0], a), all(axes[1], b)]
  }
  if (!Number.isInteger(axes) || axes < 0)
    throw new CotangentError("option", `tensordot: axes is a number of 0 or more, or two lists, got ${axes}`)
  if (axes > a.length || axes > b.length) return fail("tensordot", summedAxesDiffer(a, b))
  const first = Array.from({ length: axes }, (_, k) => k)
  return [first.map((k) => a.length - axes + k), first]
}
