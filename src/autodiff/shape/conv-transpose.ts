import { type ConvGeometry, type Padding, type PerAxis, paddingPairs, perSpatialAxis, whole } from "./conv.ts"
import { fail } from "./fail.ts"
import {
  convInputGroups,
  convInputRank,
  convKernelRank,
  convOption,
  convOutputPadding,
  convTransposeChannels,
  convTransposeEmpty,
  type Sizes,
} from "./messages.ts"

export interface ConvTransposeOptions {
  readonly stride?: PerAxis
  readonly padding?: Padding
  readonly outputPadding?: PerAxis
  readonly dilation?: PerAxis
  readonly groups?: number
}
export type ConvTransposeName = "convTranspose1d" | "convTranspose2d" | "convTranspose3d"
const layouts = {
  convTranspose1d: ["[N, C, W]", "[in, out / groups, kw]"],
  convTranspose2d: ["[N, C, H, W]", "[in, out / groups, kh, kw]"],
  convTranspose3d: ["[N, C, D, H, W]", "[in, out / groups, kd, kh, kw]"],
} as const

/** What the convolution had to be, of which this is the transpose: its padding, and its input as the shape that follows. */
export function convTransposeGeometry(
  op: ConvTransposeName,
  x: Sizes,
  kernel: Sizes,
  options: ConvTransposeOptions = {},
): ConvGeometry {
  const axes = Number(op["convTranspose".length])
  const details = { shapes: [x, kernel], ...options }
  if (x.length !== axes + 2) fail("conv-transpose", convInputRank(op, layouts[op][0], x), details)
  if (kernel.length !== axes + 2) fail("conv-transpose", convKernelRank(op, layouts[op][1], kernel), details)
  const [batch = 0, channels = 0, ...sizes] = x
  const [inputs = 0, perGroup = 0, ...kernelSizes] = kernel
  const groups = options.groups ?? 1
  if (!whole(groups, 1)) fail("conv-transpose", convOption(op, "groups", groups), details)
  if (channels !== inputs) fail("conv-transpose", convTransposeChannels(op, channels, inputs), details)
  if (channels % groups !== 0) fail("conv-transpose", convInputGroups(op, groups, channels), details)

  const stride = perSpatialAxis(op, "stride", options.stride ?? 1, axes)
  const dilation = perSpatialAxis(op, "dilation", options.dilation ?? 1, axes)
  const extra = extraCells(op, options.outputPadding ?? 0, stride, dilation)
  const windows = kernelSizes.map((size, d) => (dilation[d] ?? 1) * (size - 1) + 1)
  const same = options.padding === "same"
  // "same" is the transpose of a convolution with "same" whose input is `stride` times as long.
  const longer = sizes.map((size, d) => size * (stride[d] ?? 1))
  const padding = paddingPairs(op, options.padding ?? "valid", longer, windows, stride)
  const spatial = sizes.map((size, d) => {
    const [low, high] = padding[d] ?? [0, 0]
    const full = (size - 1) * (stride[d] ?? 1) + (windows[d] ?? 1)
    const kept = (same ? (longer[d] ?? 0) : full - low - high) + (extra[d] ?? 0)
    return kept > 0 ? kept : fail("conv-transpose", convTransposeEmpty(op, low, high, full, d + 2), details)
  })
  return { shape: [batch, perGroup * groups, ...spatial], stride, padding, dilation, groups }
}

function extraCells(op: string, value: PerAxis, stride: Sizes, dilation: Sizes): Sizes {
  const all = typeof value === "number" ? stride.map(() => value) : value
  // As many as the step of a convolution leaves out at its end, and no more.
  const good =
    all.length === stride.length && all.every((n, d) => whole(n, 0) && n < Math.max(stride[d] ?? 1, dilation[d] ?? 1))
  return good ? all : fail("conv-transpose", convOutputPadding(op, value), { outputPadding: value })
}
