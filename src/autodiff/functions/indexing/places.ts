/** What an index of `at` names: a window of x, and in it rows that tensors pick. */
import { isInteger } from "../../dtype.ts"
import { CotangentError, DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { broadcastShapes } from "../../shape/broadcast.ts"
import { indexWindow, type PlainIndex } from "../../shape/index-places.ts"
import { indicesOnly, type Sizes } from "../../shape/messages.ts"
import { Value } from "../../value.ts"
import { flatIndex } from "../shaping/grids.ts"
import * as v from "../values.ts"

export interface Gathered {
  /** The axes of the window in the order in which those that tensors pick from come first. */
  readonly order: Sizes
  /** Its shape with them as one axis. */
  readonly merged: Sizes
  /** Where along that axis: `count` of them, i32, outside where any coordinate is. */
  readonly ids: Value
  readonly count: number
  /** The shape of the indices, and the axes behind them; and how those are reordered for the result. */
  readonly shape: Sizes
  readonly rest: Sizes
  readonly toResult: Sizes
}
export interface Places {
  readonly start: Sizes
  readonly size: Sizes
  readonly gathered: Gathered | undefined
  /** Of what the index names. */
  readonly shape: Sizes
}

export function placesOf(shape: Sizes, index: readonly unknown[]): Places {
  const tensors = index.map((one) => (one instanceof Value ? indexValue(one) : undefined))
  const { start, size, drops } = indexWindow("at", shape, index.map(plain))
  const axes = tensors.flatMap((t, d) => (t === undefined ? [] : [d]))
  const [first] = axes
  if (first === undefined) return { start, size, gathered: undefined, shape: size.filter((_, d) => drops[d] !== true) }
  const found = tensors.flatMap((t) => (t === undefined ? [] : [t]))
  const over = broadcastShapes("at", ...found.map((t) => t.shape))
  const others = shape.map((_, d) => d).filter((d) => !axes.includes(d))
  const sizes = axes.map((d) => shape[d] ?? 1)
  const rest = others.map((d) => size[d] ?? 1)
  const ids = found.length === 1 && found[0] !== undefined ? found[0] : flatIndex(found, sizes)
  const before = others.filter((d) => d < first).length
  const ranks = over.map((_, k) => k)
  const behind = others.map((_, k) => over.length + k)
  return {
    start,
    size,
    gathered: {
      order: [...axes, ...others],
      merged: [sizes.reduce((a, b) => a * b, 1), ...rest],
      ids: v.flat(ids.shape.length === over.length ? ids : bindOne(broadcast.to(over), ids)),
      count: over.reduce((a, b) => a * b, 1),
      shape: over,
      rest,
      toResult: [...behind.slice(0, before), ...ranks, ...behind.slice(before)],
    },
    shape: [
      ...others.filter((d) => d < first && drops[d] !== true).map((d) => size[d] ?? 1),
      ...over,
      ...others.filter((d) => d > first && drops[d] !== true).map((d) => size[d] ?? 1),
    ],
  }
}
function indexValue(x: Value): Value {
  if (x.dtype === "bool")
    throw new DTypeError("indices", "at: indices must be i32 or u32, got bool; choose by a mask with where", {})
  if (!isInteger(x.dtype)) throw new DTypeError("indices", indicesOnly("at", x.dtype), { dtype: x.dtype })
  return v.cast("i32", x)
}
function plain(one: unknown): PlainIndex | undefined {
  if (one instanceof Value) return undefined
  if (typeof one === "number") return one
  if (Array.isArray(one) && (one.length === 1 || one.length === 2)) {
    const [start, end]: readonly unknown[] = one
    if (typeof start === "number" && (end === undefined || typeof end === "number"))
      return end === undefined ? [start] : [start, end]
  }
  throw new CotangentError(
    "at-index",
    `at: an index is a number, a tensor of integers, or a window [start, end], got ${JSON.stringify(one)}; a list of places is tensor([…], { dtype: "i32" })`,
  )
}
