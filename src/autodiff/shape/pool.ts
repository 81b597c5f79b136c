import { type ConvGeometry, type Padding, type PerAxis, paddingPairs, perSpatialAxis } from "./conv.ts"
import { fail } from "./fail.ts"
import { convInputRank, convWindow, type Sizes } from "./messages.ts"

export interface PoolOptions {
  readonly window: PerAxis
  /** The window, unless given: windows that lie side by side. */
  readonly stride?: PerAxis
  readonly padding?: Padding
  readonly dilation?: PerAxis
}
const layouts = ["", "[N, C, W]", "[N, C, H, W]", "[N, C, D, H, W]"]

export interface PoolGeometry extends Omit<ConvGeometry, "groups"> {
  readonly window: Sizes
}
/** Windows over the spatial axes of `[N, C, …]`. */
export function poolGeometry(op: string, axes: number, x: Sizes, options: PoolOptions): PoolGeometry {
  const details = { shape: x, ...options }
  if (x.length !== axes + 2) fail("pool", convInputRank(op, layouts[axes] ?? "", x), details)
  const [batch = 0, channels = 0, ...sizes] = x
  const window = perSpatialAxis(op, "window", options.window, axes)
  const stride = perSpatialAxis(op, "stride", options.stride ?? window, axes)
  const dilation = perSpatialAxis(op, "dilation", options.dilation ?? 1, axes)
  const spans = window.map((size, d) => (dilation[d] ?? 1) * (size - 1) + 1)
  const padding = paddingPairs(op, options.padding ?? "valid", sizes, spans, stride)
  const spatial = sizes.map((size, d) => {
    const [low, high] = padding[d] ?? [0, 0]
    const [padded, span] = [low + size + high, spans[d] ?? 1]
    if (span > padded) fail("pool", convWindow(op, span, padded, d + 2), details)
    return Math.floor((padded - span) / (stride[d] ?? 1)) + 1
  })
  return { shape: [batch, channels, ...spatial], window, stride, padding, dilation }
}
