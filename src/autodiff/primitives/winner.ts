import { internal } from "../errors.ts"
import { bind, bindOne } from "../interpreter.ts"
import { inputsOf, type Routine, routineLoop, sizeOf } from "../program/loop/loop.ts"
import type { LoopOperation } from "../program/operation.ts"
import { broadcast } from "./broadcast.ts"
import { type Entry, opaqueOperation, operand, type Values } from "./primitive.ts"
import { indexOperand } from "./take.ts"

export type Contest = "last" | "max" | "min"

/** NaN beats every number, as in `max` and `min`; of equals the first stays. */
const beats: Readonly<Record<Contest, (a: number, b: number) => boolean>> = {
  last: () => true,
  max: (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b)),
  min: (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b)),
}
/** The shape is part of what the routine does and its name says all of it: routines of one name are one function. */
const routineOf = (contest: Contest, segments: number, lead: number): Routine => ({
  name: `winner ${contest} ${segments} ${lead}`,
  run: ([ids, values], [idsType, valuesType]) => {
    if (ids === undefined || values === undefined || idsType === undefined || valuesType === undefined) return []
    const batches = sizeOf(valuesType.shape.slice(0, lead))
    const count = valuesType.shape[lead] ?? 0
    const cells = sizeOf(valuesType.shape.slice(lead + 1))
    const better = beats[contest]
    const out = new Int32Array(batches * segments * cells).fill(-1)
    for (let b = 0; b < batches; b++)
      for (let p = 0; p < count; p++) {
        const id = ids[b * count + p] ?? -1
        if (!(id >= 0 && id < segments)) continue
        for (let c = 0; c < cells; c++) {
          const place = (b * segments + id) * cells + c
          const best = out[place] ?? -1
          const row = b * count
          if (best < 0 || better(values[(row + p) * cells + c] ?? 0, values[(row + best) * cells + c] ?? 0))
            out[place] = p
        }
      }
    return [out]
  },
})
// A position has no slope. The leading axes are a batch already, so that a further one is one more of them.
const of = (contest: Contest, segments: number, lead = 0): LoopOperation =>
  opaqueOperation(
    "winner",
    { contest, segments, lead },
    (types) => {
      const [ids, values] = [indexOperand("winner", types[0]), operand("winner", types[1])]
      if (ids.shape.length !== lead + 1 || ids.shape.some((n, d) => n !== values.shape[d]))
        throw internal(`winner of ids [${ids.shape.join(", ")}] among values [${values.shape.join(", ")}]`)
      const shape = [...values.shape.slice(0, lead), segments, ...values.shape.slice(lead + 1)]
      return routineLoop(inputsOf([ids, values]), routineOf(contest, segments, lead), [{ dtype: "i32", shape }])
    },
    {
      jvp: () => [undefined],
      batch: (operands, batched, axis) => ({
        values: bind(
          of(contest, segments, lead + 1),
          operands.map((x, k) => (batched[k] === true ? x : bindOne(broadcast.to([axis.size, ...x.shape]), x))),
        ),
        batched: [true],
      }),
    },
  )
const ids: Values = { min: -1, max: 3 }
const values: Values = { min: -3, max: 3, gap: 0.05 }
/**
 * For each segment the position of its winner, i32, -1 where the segment is empty: of the rows [n, …] with ids [n], for each
 * of the further axes. It is what makes a scatter of anything but sums the same on every engine and thread count: who wins
 * is found first, and then read. Host code, in one pass over the rows.
 */
export const winner: Entry & { readonly of: typeof of } = {
  name: "winner",
  of,
  cases: [
    {
      operation: of("last", 3),
      operands: [
        { shape: [6], dtype: "i32", values: ids },
        { shape: [6], values },
      ],
    },
    {
      operation: of("max", 3),
      operands: [
        { shape: [5], dtype: "i32", values: ids },
        { shape: [5, 2], values },
      ],
    },
    {
      operation: of("min", 2, 1),
      operands: [
        { shape: [2, 4], dtype: "u32", values: { min: 0, max: 2 } },
        { shape: [2, 4], values },
      ],
    },
  ],
}
