/** Convolutions, their transposes, and pooling. */
import {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const F = "torch.nn.functional"
const apart = values.distinct()
export const convolution: readonly FunctionCase[] = [
  functionCase({
    name: "conv1d",
    args: [floats([2, 4, 9]), floats([6, 2, 3])],
    of: (x, w) => conv1d(x, w, { stride: 2, padding: 1, dilation: 2, groups: 2 }),
    torch: `${F}.conv1d(a, b, stride=2, padding=1, dilation=2, groups=2)`,
  }),
  functionCase({
    name: "conv1d",
    note: "same",
    args: [floats([1, 1, 5]), floats([1, 1, 4])],
    of: (x, w) => conv1d(x, w, { padding: "same" }),
    torch: `${F}.conv1d(a, b, padding="same")`,
  }),
  functionCase({
    name: "conv2d",
    args: [floats([2, 3, 5, 4]), floats([2, 3, 3, 2])],
    of: (x, w) => conv2d(x, w, { stride: [2, 1], padding: 1 }),
    torch: `${F}.conv2d(a, b, stride=(2, 1), padding=1)`,
  }),
  functionCase({
    name: "conv2d",
    note: "depthwise",
    args: [floats([1, 3, 4, 4]), floats([6, 1, 2, 2])],
    of: (x, w) => conv2d(x, w, { groups: 3 }),
    torch: `${F}.conv2d(a, b, groups=3)`,
  }),
  functionCase({
    name: "conv3d",
    args: [floats([1, 2, 4, 3, 5]), floats([2, 2, 2, 2, 3])],
    of: (x, w) => conv3d(x, w, { stride: [2, 1, 1], padding: 1, dilation: [1, 2, 1] }),
    torch: `${F}.conv3d(a, b, stride=(2, 1, 1), padding=1, dilation=(1, 2, 1))`,
  }),
  functionCase({
    name: "convTranspose1d",
    args: [floats([2, 4, 5]), floats([4, 3, 3])],
    of: (x, w) => convTranspose1d(x, w, { stride: 3, padding: 2, outputPadding: 1, dilation: 2, groups: 2 }),
    torch: `${F}.conv_transpose1d(a, b, stride=3, padding=2, output_padding=1, dilation=2, groups=2)`,
  }),
  functionCase({
    name: "convTranspose2d",
    args: [floats([1, 2, 3, 4]), floats([2, 3, 3, 2])],
    of: (x, w) => convTranspose2d(x, w, { stride: 2, padding: 1, outputPadding: [1, 0] }),
    torch: `${F}.conv_transpose2d(a, b, stride=2, padding=1, output_padding=(1, 0))`,
  }),
  functionCase({
    name: "convTranspose3d",
    args: [floats([1, 2, 2, 3, 2]), floats([2, 1, 2, 3, 2])],
    of: (x, w) => convTranspose3d(x, w, { stride: [1, 2, 2] }),
    torch: `${F}.conv_transpose3d(a, b, stride=(1, 2, 2))`,
  }),
  functionCase({
    name: "maxPool1d",
    args: [floats([2, 2, 7], apart)],
    of: (x) => maxPool1d(x, { window: 3, stride: 2, padding: 1 }),
    torch: `${F}.max_pool1d(a, 3, stride=2, padding=1)`,
  }),
  functionCase({
    name: "maxPool2d",
    args: [floats([1, 2, 5, 6], apart)],
    of: (x) => maxPool2d(x, { window: [2, 3], stride: 2 }),
    torch: `${F}.max_pool2d(a, (2, 3), stride=2)`,
  }),
  functionCase({
    name: "maxPool3d",
    args: [floats([1, 2, 4, 2, 4], apart)],
    of: (x) => maxPool3d(x, { window: 2 }),
    torch: `${F}.max_pool3d(a, 2)`,
  }),
  functionCase({
    name: "avgPool1d",
    args: [floats([2, 2, 7])],
    of: (x) => avgPool1d(x, { window: 3, stride: 2, padding: 1, countPadding: false }),
    torch: `${F}.avg_pool1d(a, 3, stride=2, padding=1, count_include_pad=False)`,
  }),
  functionCase({
    name: "avgPool2d",
    args: [floats([1, 2, 5, 6])],
    of: (x) => avgPool2d(x, { window: 3, stride: 2, padding: 1 }),
    torch: `${F}.avg_pool2d(a, 3, stride=2, padding=1)`,
  }),
  functionCase({
    name: "avgPool3d",
    args: [floats([1, 2, 4, 2, 4])],
    of: (x) => avgPool3d(x, { window: [2, 1, 2] }),
    torch: `${F}.avg_pool3d(a, (2, 1, 2))`,
  }),
]
