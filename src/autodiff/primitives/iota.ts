import type { Element } from "../dtype.ts"
import { mapLoop } from "../program/loop/loop.ts"
import { cast } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation } from "./primitive.ts"

const of = (size: number, dtype: Element): LoopOperation =>
  loopOperation("iota", { size, dtype }, () => mapLoop([], [size], (...i) => i.map((v) => cast(dtype, v))))
/** 0, 1, … size - 1. */
export const iota: Entry & { readonly of: typeof of } = {
  name: "iota",
  of,
  cases: [
    { operation: of(5, "i32"), operands: [] },
    { operation: of(3, "f32"), operands: [] },
    { operation: of(0, "u32"), operands: [] },
  ],
}
