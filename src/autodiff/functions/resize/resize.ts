/** Tensors sampled anew. */
import { typed } from "../../boundary.ts"
import { isFloat } from "../../dtype.ts"
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { contraction } from "../../primitives/contraction.ts"
import { type Kernel, resizeWeights } from "../../primitives/resize-weights.ts"
import { typeOf } from "../../program/type.ts"
import { fail } from "../../shape/fail.ts"
import { ranksDiffer } from "../../shape/messages.ts"
import { checkSizes } from "../../shape/sizes.ts"
import type { Resize } from "../../signatures/resize.ts"
import { fromNumbers } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { floatValue } from "../operands.ts"
import * as v from "../values.ts"

interface Options {
  readonly method?: "nearest" | Kernel
  readonly antialias?: boolean
}
/** Which of `from` cells holds the middle of each of `to`, floor((2 k + 1) from / (2 to)). */
function nearestCells(from: number, to: number): Value {
  // Where the products overflow i32 (sound of 44.1 kHz resampled to 48 kHz) they are counted here, in doubles.
  if (2 * from * to < 2 ** 31) return v.div(v.mul(v.add(v.mul(v.iota(to), 2), 1), from), 2 * to)
  return fromNumbers(
    typeOf("i32", [to]),
    Int32Array.from({ length: to }, (_, k) => Math.floor(((2 * k + 1) * from) / (2 * to))),
  )
}
/** The cell whose middle is nearest; between two, the later one. */
function nearest(x: Value, axis: number, to: number): Value {
  const from = x.shape[axis] ?? 0
  if (to % from !== 0) return v.take(x, nearestCells(from, to), axis)
  // A whole factor repeats cells, which is a read in order, and a sum on the way back.
  const shape = [...x.shape.slice(0, axis), from, to / from, ...x.shape.slice(axis + 1)]
  const one = [...x.shape.slice(0, axis), from, 1, ...x.shape.slice(axis + 1)]
  return v.reshape(
    v.filled(v.reshape(x, one), shape),
    x.shape.map((n, d) => (d === axis ? to : n)),
  )
}
function weighted(x: Value, axis: number, to: number, kernel: Kernel, antialias: boolean): Value {
  if (!isFloat(x.dtype)) return x
  const names = x.shape.map((_, d) => `x${d}`)
  const out = names.map((name, d) => (d === axis ? "to" : name))
  const weights = bindOne(resizeWeights.of(x.shape[axis] ?? 0, to, kernel, antialias, x.dtype))
  return bindOne(contraction.by(`${names.join(" ")}, to x${axis} -> ${out.join(" ")}`), x, weights)
}

/**
 * x in another shape of as many axes, each sampled anew where its size changes; cells have their middles at halves, so that
 * both ends meet, as in `jax.image.resize` and in PyTorch's `interpolate` with `align_corners=False`.
 *
 * @param options `method`: "linear" (the default; in two axes bilinear), "cubic" (Keys' kernel with a = -1/2, as in JAX; PyTorch
 * has a = -3/4) or "nearest" (PyTorch's "nearest-exact"); `antialias` (true, as in JAX; PyTorch's default is false), whether an
 * axis that shrinks is averaged over all the cells that fall together. At the border the weights of the cells there are sum to 1;
 * for "linear" that is PyTorch's rule of repeating the last cell, for "cubic" it differs near the border.
 * @throws ShapeError where the numbers of axes differ, or a size is to grow from nothing.
 * @example
 * ```ts
 * import { resize, tensor } from "cotangent"
 * console.log(await resize(tensor([[0, 4]]), [2, 4]).array())
 * console.log(await resize(tensor([1, 2, 3]), [6], { method: "nearest" }).array())
 * ```
 */
export const resize: Resize = typed((image: unknown, shape: readonly number[], options: Options = {}) => {
  checkOptions("resize", options, ["method", "antialias"])
  const method = options.method ?? "linear"
  if (method !== "linear" && method !== "cubic" && method !== "nearest")
    throw new CotangentError(
      "option",
      `resize: method is "nearest", "linear" or "cubic", got ${JSON.stringify(method)}`,
      { method },
    )
  const x = floatValue("resize", image)
  checkSizes("resize", shape)
  if (shape.length !== x.shape.length)
    fail("resize", ranksDiffer("resize", x.shape, shape), { shapes: [x.shape, shape] })
  return shape.reduce((y, to, axis) => {
    const from = y.shape[axis] ?? 0
    if (from === to) return y
    if (from === 0)
      fail("resize", `resize: axis ${axis} of [${x.shape.join(", ")}] is empty`, { shapes: [x.shape, shape] })
    return method === "nearest" ? nearest(y, axis, to) : weighted(y, axis, to, method, options.antialias ?? true)
  }, x)
})
