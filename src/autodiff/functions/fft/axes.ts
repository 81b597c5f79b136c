/** What users hand to a Fourier transform, and one axis after another. */
import { CotangentError, ShapeError } from "../../errors.ts"
import { checkOptions } from "../../options.ts"
import { shapesDiffer } from "../../shape/messages.ts"
import { Value } from "../../value.ts"
import { arithmetic, floatValue, like } from "../operands.ts"
import * as v from "../values.ts"
import { type Direction, onBoth, type Pair } from "./pair.ts"
import { transformLast } from "./transform.ts"

/** Where the division by the number of elements is: after the inverse, before the forward, or its root in both. */
export type Norm = "backward" | "ortho" | "forward"
export function normOf(op: string, options: { readonly norm?: Norm }, known: readonly string[]): Norm {
  checkOptions(op, options, known)
  const norm = options.norm ?? "backward"
  if (norm === "backward" || norm === "ortho" || norm === "forward") return norm
  throw new CotangentError("option", `${op}: norm is "backward", "ortho" or "forward", got ${JSON.stringify(norm)}`, {
    norm,
  })
}

/** A pair { re, im }, or a real tensor. */
export function complexOf(op: string, x: unknown): Pair {
  if (typeof x !== "object" || x === null || x instanceof Value || !("re" in x) || !("im" in x))
    return { re: floatValue(op, x), im: undefined }
  const [re, im] = arithmetic(op, floatValue(op, x.re), floatValue(op, x.im))
  if (re.shape.length !== im.shape.length || re.shape.some((n, d) => n !== im.shape[d]))
    throw new ShapeError("shape-differ", shapesDiffer(op, re.shape, im.shape), { shapes: [re.shape, im.shape] })
  return { re, im }
}
/** Both parts, for users: what is real has an imaginary part of zeros. */
export const whole = (x: Pair): { readonly re: Value; readonly im: Value } => ({
  re: x.re,
  im: x.im ?? v.filled(like(x.re, 0), x.re.shape),
})

/** The transform along each of the axes, with its division. */
export function along(op: string, x: Pair, axes: readonly number[], direction: Direction, norm: Norm): Pair {
  const { shape } = x.re
  for (const axis of axes)
    if (shape[axis] === 0)
      throw new ShapeError("shape-fft", `${op}: axis ${axis} of [${shape.join(", ")}] is empty`, { shape, axis })
  const transformed = axes.reduce((y, axis) => alongOne(y, axis, direction), x)
  return divided(
    transformed,
    axes.reduce((count, axis) => count * (shape[axis] ?? 1), 1),
    direction,
    norm,
  )
}
function alongOne(x: Pair, axis: number, direction: Direction): Pair {
  const { shape } = x.re
  const last = shape.length - 1
  const order = shape.map((_, d) => (d === axis ? last : d === last ? axis : d))
  const turned = order.map((d) => shape[d] ?? 1)
  const n = shape[axis] ?? 1
  const rows = shape.reduce((a, b) => a * b, 1) / n
  const flat = onBoth(x, (part) => v.reshape(v.permuted(part, order), [rows, n]))
  return onBoth(transformLast(flat, direction), (part) => v.permuted(v.reshape(part, turned), order))
}
/** By whole numbers and their roots, which are what they are in every float. */
function divided(x: Pair, count: number, direction: Direction, norm: Norm): Pair {
  if (norm === "ortho") return onBoth(x, (part) => v.div(part, v.sqrt(like(part, count))))
  return norm === (direction === "forward" ? "forward" : "backward") ? onBoth(x, (part) => v.div(part, count)) : x
}
