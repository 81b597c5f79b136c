/** Axes added, dropped, reordered, joined and cut. */

import { typed } from "../boundary.ts"
import { CotangentError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { checkOptions, requireOptions } from "../options.ts"
import { broadcast } from "../primitives/broadcast.ts"
import { concat as concatOp } from "../primitives/concat.ts"
import { keyToWords, wordsToKey } from "../primitives/key-words.ts"
import { pad as padOp } from "../primitives/pad.ts"
import { reshape as reshapeOp } from "../primitives/reshape.ts"
import { slice as sliceOp } from "../primitives/slice.ts"
import { transpose as transposeOp } from "../primitives/transpose.ts"
import { cutSizes } from "../shape/arrange.ts"
import { type AxisArgument, expandDimsShape, normaliseAxes, normaliseAxis, squeezeShape } from "../shape/axes.ts"
import { stretchShape } from "../shape/broadcast.ts"
import { concatShape, splitShape, stackShape } from "../shape/join.ts"
import { reshapeShape, transposePermutation } from "../shape/reshape.ts"
import { checkSizes, expectSizes } from "../shape/sizes.ts"
import { type PadAmounts, padShape, sliceBounds } from "../shape/window.ts"
import type { Slice } from "../signatures/indexing.ts"
import type {
  BroadcastTo,
  Concat,
  DimFn,
  ExpandDims,
  ExpectShape,
  Flatten,
  Flip,
  Pad,
  Reshape,
  Split,
  Squeeze,
  Stack,
  SwapAxes,
  Transpose,
} from "../signatures/shaping.ts"
import type { Value } from "../value.ts"
import { asValue, promoted } from "./operands.ts"

/** A key is moved about as its two words, which stay together as a last axis. */
export function onWords(x: Value, f: (x: Value, extra: readonly number[]) => Value): Value {
  return x.dtype === "key" ? bindOne(wordsToKey.operation, f(bindOne(keyToWords.operation, x), [2])) : f(x, [])
}
const reshaped = (x: Value, shape: readonly number[]): Value =>
  onWords(x, (v, extra) => bindOne(reshapeOp.to([...shape, ...extra]), v))

/**
 * The same elements under another shape; one size may be -1.
 *
 * @throws ShapeError where the numbers of elements differ.
 * @example
 * ```ts
 * import { arange, reshape } from "cotangent"
 * console.log(reshape(arange(12), [3, -1]).shape)
 * ```
 */
export const reshape: Reshape = typed((x: unknown, shape: readonly number[]) => {
  const value = asValue("reshape", x)
  return reshaped(value, reshapeShape(value.shape, shape))
})
/** All elements along one axis. */
export const flatten: Flatten = typed((x: unknown) => {
  const value = asValue("flatten", x)
  return reshaped(value, [value.shape.reduce((a, b) => a * b, 1)])
})
/**
 * Axes in another order: axis d of the result is axis `permutation[d]` of x; reversed without a permutation.
 *
 * @example
 * ```ts
 * import { transpose, zeros } from "cotangent"
 * console.log(transpose(zeros([2, 3, 5]), [2, 0, 1]).shape)
 * ```
 */
export const transpose: Transpose = typed((x: unknown, permutation?: readonly number[]) => {
  const value = asValue("transpose", x)
  const order = transposePermutation(value.shape, permutation)
  return onWords(value, (v, extra) => bindOne(transposeOp.by([...order, ...extra.map((_, k) => order.length + k)]), v))
})
/** Two axes exchanged. */
export const swapAxes: SwapAxes = typed((x: unknown, first: number, second: number) => {
  const value = asValue("swapAxes", x)
  const [a, b] = [normaliseAxis("swapAxes", first, value.shape), normaliseAxis("swapAxes", second, value.shape)]
  const order = value.shape.map((_, d) => (d === a ? b : d === b ? a : d))
  return onWords(value, (v, extra) => bindOne(transposeOp.by([...order, ...extra.map((_, k) => order.length + k)]), v))
})
/**
 * Elements in opposite order along an axis, along all without one.
 *
 * @example
 * ```ts
 * import { flip, tensor } from "cotangent"
 * console.log(await flip(tensor([1, 2, 3])).array())
 * ```
 */
export const flip: Flip = typed((x: unknown, options: { readonly axis?: AxisArgument } = {}) => {
  checkOptions("flip", options, ["axis"])
  const value = asValue("flip", x)
  const axes = normaliseAxes("flip", options.axis, value.shape)
  return onWords(value, (v) =>
    bindOne(
      sliceOp.window({
        start: v.shape.map((n, d) => (axes.includes(d) ? Math.max(n - 1, 0) : 0)),
        step: v.shape.map((_, d) => (axes.includes(d) ? -1 : 1)),
        size: v.shape,
      }),
      v,
    ),
  )
})
/**
 * Axes of size 1 stretched and leading axes added, until x has this shape.
 *
 * @example
 * ```ts
 * import { broadcastTo, tensor } from "cotangent"
 * console.log(await broadcastTo(tensor([[1], [2]]), [2, 3]).array())
 * ```
 */
export const broadcastTo: BroadcastTo = typed((x: unknown, shape: readonly number[]) => {
  const value = asValue("broadcastTo", x)
  stretchShape("broadcastTo", value.shape, checkSizes("broadcastTo", shape))
  return onWords(value, (v, extra) => bindOne(broadcast.to([...shape, ...extra]), v))
})
/**
 * A new axis of size 1; its position counts in the result.
 *
 * @example
 * ```ts
 * import { expandDims, zeros } from "cotangent"
 * console.log(expandDims(zeros([2, 3]), { axis: 1 }).shape)
 * ```
 */
export const expandDims: ExpandDims = typed((x: unknown, options: { readonly axis: number | readonly number[] }) => {
  checkOptions("expandDims", options, ["axis"])
  requireOptions("expandDims", options, ["axis"])
  const value = asValue("expandDims", x)
  return reshaped(value, expandDimsShape(value.shape, options.axis))
})
/**
 * Axes of size 1 dropped: the named ones, or all.
 *
 * @example
 * ```ts
 * import { squeeze, zeros } from "cotangent"
 * console.log(squeeze(zeros([2, 1, 3]), { axis: 1 }).shape)
 * ```
 */
export const squeeze: Squeeze = typed((x: unknown, options: { readonly axis?: AxisArgument } = {}) => {
  checkOptions("squeeze", options, ["axis"])
  const value = asValue("squeeze", x)
  return reshaped(value, squeezeShape(value.shape, options.axis))
})

/**
 * A border of `value` (0 by default) around x: `[low, high]` cells for each axis.
 *
 * @example
 * ```ts
 * import { pad, tensor } from "cotangent"
 * console.log(await pad(tensor([1, 2]), [[1, 2]], { value: 9 }).array())
 * ```
 */
export const pad: Pad = typed((x: unknown, amounts: PadAmounts, options: { readonly value?: number } = {}) => {
  checkOptions("pad", options, ["value"])
  const [value, border] = promoted("pad", x, options.value ?? 0)
  if (value === undefined || border === undefined) throw new CotangentError("operand", "pad: takes a tensor")
  padShape(value.shape, amounts)
  return bindOne(padOp.by(amounts), value, border)
})

/**
 * A window: for each axis from `start` up to `end`, which is left out. Negative positions count from the end.
 *
 * @example
 * ```ts
 * import { arange, slice } from "cotangent"
 * console.log(await slice(arange(6), [1], [-1]).array())
 * ```
 */
export const slice: Slice = typed((x: unknown, start: readonly number[], end?: readonly number[]) => {
  const value = asValue("slice", x)
  const bounds = sliceBounds(value.shape, start, end)
  return onWords(value, (v, extra) =>
    bindOne(
      sliceOp.window({
        start: [...bounds.start, ...extra.map(() => 0)],
        step: v.shape.map(() => 1),
        size: [...bounds.shape, ...extra],
      }),
      v,
    ),
  )
})

/** Tensors in one dtype; keys among themselves as words. */
function joined(
  op: string,
  tensors: unknown,
  axisOf: (shapes: readonly (readonly number[])[]) => number,
  prepare: (x: Value) => Value,
): Value {
  if (!Array.isArray(tensors))
    throw new CotangentError("operand", `${op}: takes an array of tensors, as in ${op}([a, b])`)
  const given: readonly unknown[] = tensors
  const values = promoted(op, ...given)
  const axis = axisOf(values.map((x) => x.shape))
  const [first] = values
  if (first === undefined) throw new CotangentError("operand", `${op}: needs at least one tensor`)
  const ready = values.map((x) => (x.dtype === "key" ? bindOne(keyToWords.operation, x) : x)).map(prepare)
  const out = ready.length === 1 && ready[0] !== undefined ? ready[0] : bindOne(concatOp.along(axis), ...ready)
  return first.dtype === "key" ? bindOne(wordsToKey.operation, out) : out
}
/**
 * Tensors joined along an axis, by default the first.
 *
 * @throws ShapeError where they differ on another axis.
 * @example
 * ```ts
 * import { concat, tensor } from "cotangent"
 * console.log(await concat([tensor([1]), tensor([2, 3])]).array())
 * ```
 */
export const concat: Concat = typed((tensors: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("concat", options, ["axis"])
  const axis = options.axis ?? 0
  return joined(
    "concat",
    tensors,
    (shapes) => {
      concatShape(shapes, axis)
      return normaliseAxis("concat", axis, shapes[0] ?? [])
    },
    (x) => x,
  )
})
/**
 * Tensors of one shape along a new axis, by default the first.
 *
 * @example
 * ```ts
 * import { stack, tensor } from "cotangent"
 * console.log(await stack([tensor([1, 2]), tensor([3, 4])], { axis: 1 }).array())
 * ```
 */
export const stack: Stack = typed((tensors: unknown, options: { readonly axis?: number } = {}) => {
  checkOptions("stack", options, ["axis"])
  const axis = options.axis ?? 0
  let place = 0
  return joined(
    "stack",
    tensors,
    (shapes) => {
      stackShape(shapes, axis)
      place = normaliseAxis("stack", axis, [...(shapes[0] ?? []), shapes.length])
      return place
    },
    (x) => bindOne(reshapeOp.to([...x.shape.slice(0, place), 1, ...x.shape.slice(place)]), x),
  )
})
/**
 * Parts along an axis, by default the first, as a tuple: a number of equal ones, or those between cuts, as in
 * `split(x, [2, 5])` for x[:2], x[2:5] and x[5:].
 *
 * @throws ShapeError where the parts are not equal, or the cuts do not rise within the axis.
 * @example
 * ```ts
 * import { split, tensor } from "cotangent"
 * const [left, right] = split(tensor([1, 2, 3, 4]), 2)
 * const [one, three] = split(tensor([1, 2, 3, 4]), [1])
 * console.log(await left.array(), await right.array(), await one.array(), await three.array())
 * ```
 */
export const split: Split = typed(
  (x: unknown, parts: number | readonly number[], options: { readonly axis?: number } = {}) => {
    checkOptions("split", options, ["axis"])
    const value = asValue("split", x)
    const axis = normaliseAxis("split", options.axis ?? 0, value.shape)
    const asked = options.axis ?? 0
    const size = typeof parts === "number" ? (splitShape(value.shape, parts, asked)[axis] ?? 0) : 0
    const cuts = typeof parts === "number" ? Array.from({ length: parts - 1 }, (_, k) => (k + 1) * size) : parts
    return cutSizes(value.shape, cuts, asked).map(([start, length]) =>
      onWords(value, (v) =>
        bindOne(
          sliceOp.window({
            start: v.shape.map((_, d) => (d === axis ? start : 0)),
            step: v.shape.map(() => 1),
            size: v.shape.map((n, d) => (d === axis ? length : n)),
          }),
          v,
        ),
      ),
    )
  },
)

/**
 * x itself, once its shape is checked: the way from a shape that the types do not know to one that they do.
 *
 * @throws ShapeError where the shape is another.
 *
 * @example
 * ```ts
 * import { expectShape, type Tensor, zeros } from "cotangent"
 * const unknown: Tensor = zeros([128, 784])
 * console.log(expectShape(unknown, [128, 784]).shape)
 * ```
 */
export const expectShape: ExpectShape = typed((x: unknown, shape: readonly number[]) => {
  const value = asValue("expectShape", x)
  expectSizes(value.shape, shape)
  return value
})
/**
 * A size with a name, which the types of shapes carry: at run time the number it is.
 *
 * @example
 * ```ts
 * import { dim, zeros } from "cotangent"
 * const batch = dim("batch", 32)
 * console.log(zeros([batch, 10]).shape)
 * ```
 */
export const dim: DimFn = typed((name: string, size: number) => {
  checkSizes(`dim("${name}")`, [size])
  return size
})
