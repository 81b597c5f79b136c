import { fail } from "./fail.ts"
import {
  convChannels,
  convGroups,
  convInputRank,
  convKernelRank,
  convOption,
  convPadding,
  convWindow,
  type Sizes,
} from "./messages.ts"

/** One whole number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[]
export type Padding = "valid" | "same" | number | readonly (readonly [low: number, high: number])[]

export interface ConvOptions {
  readonly stride?: PerAxis
  readonly padding?: Padding
  readonly dilation?: PerAxis
  readonly groups?: number
}

/** The options with every default and shorthand written out, and the shape that follows. */
export interface ConvGeometry {
  readonly shape: Sizes
  readonly stride: readonly number[]
  readonly padding: readonly (readonly [low: number, high: number])[]
  readonly dilation: readonly number[]
  readonly groups: number
}

export type ConvName = "conv1d" | "conv2d" | "conv3d"
const layouts = {
  conv1d: ["[N, C, W]", "[out, in / groups, kw]"],
  conv2d: ["[N, C, H, W]", "[out, in / groups, kh, kw]"],
  conv3d: ["[N, C, D, H, W]", "[out, in / groups, kd, kh, kw]"],
} as const

export const whole = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && Number(value) >= least

export function perSpatialAxis(op: string, name: string, value: PerAxis, axes: number): readonly number[] {
  const all = typeof value === "number" ? new Array<number>(axes).fill(value) : value
  if (all.length !== axes || !all.every((one) => whole(one, 1)))
    fail("conv", convOption(op, name, value), { [name]: value })
  return all
}

export function paddingPairs(
  op: string,
  padding: Padding,
  sizes: Sizes,
  windows: Sizes,
  stride: Sizes,
): ConvGeometry["padding"] {
  if (padding === "valid") return sizes.map(() => [0, 0])
  if (padding === "same")
    // The output is ceil(size / stride); an odd cell goes to the high side, as in JAX and TensorFlow.
    return sizes.map((size, axis) => {
      const [step, window] = [stride[axis] ?? 1, windows[axis] ?? 1]
      const total = Math.max(0, (Math.ceil(size / step) - 1) * step + window - size)
      return [Math.floor(total / 2), Math.ceil(total / 2)]
    })
  if (typeof padding === "string") return fail("conv", convPadding(op, padding), { padding })
  const pairs = typeof padding === "number" ? sizes.map(() => [padding, padding] as const) : padding
  const good = pairs.length === sizes.length && pairs.every(([low, high]) => whole(low, 0) && whole(high, 0))
  return good ? pairs : fail("conv", convPadding(op, padding), { padding })
}

/** Convolution of `[N, C, …]` with a kernel `[out, in / groups, …]`. */
export function convGeometry(op: ConvName, x: Sizes, kernel: Sizes, options: ConvOptions = {}): ConvGeometry {
  const axes = Number(op[4])
  const details = { shapes: [x, kernel], ...options }
  if (x.length !== axes + 2) fail("conv", convInputRank(op, layouts[op][0], x), details)
  if (kernel.length !== axes + 2) fail("conv", convKernelRank(op, layouts[op][1], kernel), details)
  const [batch = 0, channels = 0, ...sizes] = x
  const [outputs = 0, perGroup = 0, ...kernelSizes] = kernel
  const groups = options.groups ?? 1
  if (!whole(groups, 1)) fail("conv", convOption(op, "groups", groups), details)
  if (channels !== perGroup * groups) fail("conv", convChannels(op, channels, groups, perGroup), details)
  if (outputs % groups !== 0) fail("conv", convGroups(op, groups, outputs), details)

  const stride = perSpatialAxis(op, "stride", options.stride ?? 1, axes)
  const dilation = perSpatialAxis(op, "dilation", options.dilation ?? 1, axes)
  const windows = kernelSizes.map((size, axis) => (dilation[axis] ?? 1) * (size - 1) + 1)
  const padding = paddingPairs(op, options.padding ?? "valid", sizes, windows, stride)
  const spatial = sizes.map((size, axis) => {
    const [low, high] = padding[axis] ?? [0, 0]
    const [padded, window] = [low + size + high, windows[axis] ?? 1]
    if (window > padded) fail("conv", convWindow(op, window, padded, axis + 2), details)
    return Math.floor((padded - window) / (stride[axis] ?? 1)) + 1
  })
  return { shape: [batch, outputs, ...spatial], stride, padding, dilation, groups }
}
