/** Elements named by an index, read or replaced; `places.ts` says which ones. */
import { typed } from "../../boundary.ts"
import { DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { scatterAdd } from "../../primitives/scatter-add.ts"
import { updateSlice } from "../../primitives/update-slice.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import { doNotMix, keyIsNoNumber, noArithmetic } from "../../shape/messages.ts"
import { sameShape } from "../../shape/sizes.ts"
import type { AtFn } from "../../signatures/updates.ts"
import { Value } from "../../value.ts"
import { asValue, promoted } from "../operands.ts"
import * as v from "../values.ts"
import { type Gathered, type Places, placesOf } from "./places.ts"
import { best, lastOf, multiplied } from "./segment-values.ts"

/** How the named elements meet the new values: without tensors of indices no element is named twice. */
interface Meeting {
  readonly name: string
  readonly once: (old: Value, put: Value) => Value
  /** The same on rows [m, …], where row `ids[p]` meets `put[p]`, for every p. */
  readonly many: (old: Value, put: Value, ids: Value) => Value
}
const meetings = {
  set: { name: "set", once: (_, put) => put, many: (old, put, ids) => lastOf(put, ids, old) },
  add: { name: "add", once: v.add, many: (old, put, ids) => bindOne(scatterAdd.along(0), old, ids, put) },
  multiply: {
    name: "multiply",
    once: v.mul,
    many: (old, put, ids) => v.mul(old, multiplied(put, ids, old.shape[0] ?? 0)),
  },
  // Where nothing is put the old element meets itself, and the slopes of the two halves add up to 1.
  max: { name: "max", once: v.maximum, many: (old, put, ids) => v.maximum(old, best("max", put, ids, old)) },
  min: { name: "min", once: v.minimum, many: (old, put, ids) => v.minimum(old, best("min", put, ids, old)) },
} as const satisfies Readonly<Record<string, Meeting>>

/** The part of x that plain indices leave, with the axes of tensors as one, in front. */
function rowsOf(block: Value, { order, merged }: Gathered): Value {
  return v.reshape(v.permuted(block, order), merged)
}
function blockOf(rows: Value, block: Value, { order }: Gathered): Value {
  const back = order.map((_, d) => order.indexOf(d))
  return v.permuted(
    v.reshape(
      rows,
      order.map((d) => block.shape[d] ?? 1),
    ),
    back,
  )
}

function read(x: Value, places: Places): Value {
  const block = v.window(x, places.start, places.size)
  const { gathered } = places
  if (gathered === undefined) return v.reshape(block, places.shape)
  const rows = v.take(rowsOf(block, gathered), gathered.ids, 0)
  // Rows lead; their axes go to where the first tensor stood.
  const wide = v.reshape(rows, [...gathered.shape, ...gathered.rest])
  return v.reshape(v.permuted(wide, gathered.toResult), places.shape)
}
function write(x: Value, places: Places, given: Value, meeting: Meeting): Value {
  const { gathered, shape } = places
  stretchShape("at", given.shape, shape)
  const put = sameShape(given.shape, shape) ? given : bindOne(broadcast.to(shape), given)
  const block = v.window(x, places.start, places.size)
  const changed = (): Value => {
    if (gathered === undefined) return meeting.once(block, v.reshape(put, block.shape))
    const wide = gathered.toResult.map((d) => [...gathered.shape, ...gathered.rest][d] ?? 1)
    const back = gathered.toResult.map((_, d) => gathered.toResult.indexOf(d))
    const rows = v.reshape(v.permuted(v.reshape(put, wide), back), [gathered.count, ...gathered.rest])
    return blockOf(meeting.many(rowsOf(block, gathered), rows, gathered.ids), block, gathered)
  }
  const out = changed()
  return sameShape(block.shape, x.shape) ? out : bindOne(updateSlice.at(places.start), x, out)
}

function given(x: Value, value: unknown, { name }: Meeting): Value {
  if (x.dtype === "bool" && name !== "set")
    throw new DTypeError("dtype", noArithmetic(`at(…).${name}`, x.dtype), { dtype: x.dtype })
  if (typeof value === "boolean" || (value instanceof Value && !value.type.weak)) {
    const made = asValue("at", value)
    if (made.dtype !== x.dtype)
      throw new DTypeError("mix", doNotMix("at", x.dtype, made.dtype), { dtypes: [x.dtype, made.dtype] })
    return made
  }
  return promoted("at", x, value)[1] ?? x
}
/**
 * The elements of x that an index names, to read or to replace; x itself stays as it is. One index per axis from the first
 * on, all of each axis that none is left for:
 * - a number drops the axis, and may count from the end;
 * - `[start, end]` is a window without its end, `[start]` one up to the last; both may count from the end;
 * - tensors of integers broadcast together and name one element each; their axes stand where the first of them stood.
 *
 * `get()` reads, `set(v)`, `add(v)`, `multiply(v)`, `max(v)` and `min(v)` give x changed; v broadcasts to what `get()` gives.
 * A tensor's index outside (also a negative one) reads 0, and what is put there is dropped. Where one element is named
 * several times, all are added, multiplied or compared; of `set` the last in row-major order of the indices stays, on every
 * engine and number of threads, and it alone has a gradient.
 *
 * @throws ShapeError where a number or a window is out of range, there are more indices than axes, or v does not broadcast;
 * DTypeError where indices are no integers or v has another dtype than x.
 * @example
 * ```ts
 * import { at, tensor, zeros } from "cotangent"
 * const rows = tensor([0, 2, 0], { dtype: "i32" })
 * console.log(await at(zeros([3]), rows).add(tensor([1, 2, 3])).array())
 * console.log(await at(zeros([2, 3]), 0, [1, 3]).set(7).array())
 * ```
 */
export const at: AtFn = typed((x: unknown, ...index: readonly unknown[]) => {
  const value = asValue("at", x)
  if (value.dtype === "key") throw new DTypeError("key", keyIsNoNumber("at"), { op: "at" })
  const places = placesOf(value.shape, index)
  const put =
    (meeting: Meeting): ((v: unknown) => Value) =>
    (w) =>
      write(value, places, given(value, w, meeting), meeting)
  return {
    get: () => read(value, places),
    set: put(meetings.set),
    add: put(meetings.add),
    multiply: put(meetings.multiply),
    max: put(meetings.max),
    min: put(meetings.min),
  }
})
