/** Options of pooling, read once for both kinds. */
import { CotangentError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { checkOptions } from "../../options.ts"
import { type Windows, windowReduce } from "../../primitives/window-reduce.ts"
import { type PoolGeometry, type PoolOptions, poolGeometry } from "../../shape/pool.ts"
import type { Value } from "../../value.ts"

export function pooled(
  op: string,
  axes: number,
  monoid: Windows["monoid"],
  x: Value,
  options: PoolOptions,
  more: readonly string[] = [],
): { readonly value: Value; readonly geometry: PoolGeometry } {
  checkOptions(op, options, ["window", "stride", "padding", "dilation", ...more])
  if (options?.window === undefined)
    throw new CotangentError("option", `${op}: needs a window, as in ${op}(x, { window: 2 })`, { op })
  const geometry = poolGeometry(op, axes, x.shape, options)
  const { window, stride, dilation, padding, shape } = geometry
  const low = padding.map(([cells]) => cells)
  return {
    value: bindOne(windowReduce.by({ monoid, window, stride, dilation, low, size: shape.slice(2) }), x),
    geometry,
  }
}
