import { bindOne } from "../interpreter.ts"
import { fromNumber } from "../tensor.ts"
import type { Value } from "../value.ts"
import { pad } from "./pad.ts"
import { slice } from "./slice.ts"

/** x moved by `steps` places along an axis (backwards where negative), with `border` where it came from. */
export function shifted(x: Value, axis: number, steps: number, border: number): Value {
  const size = x.shape[axis] ?? 0
  const by = Math.min(Math.abs(steps), size)
  const kept = slice.window({
    start: x.shape.map((_, d) => (d === axis && steps < 0 ? by : 0)),
    step: x.shape.map(() => 1),
    size: x.shape.map((n, d) => (d === axis ? n - by : n)),
  })
  const amounts = x.shape.map((_, d): readonly [number, number] =>
    d !== axis ? [0, 0] : steps < 0 ? [0, by] : [by, 0],
  )
  return bindOne(pad.by(amounts), bindOne(kept, x), fromNumber(x.type.array.dtype, border))
}
