/** Other shapes of the same elements, and pieces of them. */
import {
  broadcastTo,
  cast,
  concat,
  expandDims,
  flatten,
  flip,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from "cotangent"
import { type FunctionCase, floats, functionCase } from "../case.ts"

export const layout: readonly FunctionCase[] = [
  functionCase({
    name: "broadcastTo",
    args: [floats([3, 1])],
    of: (x) => broadcastTo(x, [2, 3, 4]),
    torch: "torch.broadcast_to(a, (2, 3, 4))",
  }),
  functionCase({
    name: "cast",
    args: [floats([4])],
    of: (x) => cast(x, "i32"),
    exact: (x) => [x.data.map(Math.trunc)],
    orders: 0,
  }),
  functionCase({
    name: "concat",
    args: [floats([2, 3]), floats([2, 1])],
    of: (x, y) => concat([x, y], { axis: 1 }),
    torch: "torch.cat([a, b], 1)",
  }),
  functionCase({
    name: "stack",
    args: [floats([2, 3]), floats([2, 3])],
    of: (x, y) => stack([x, y], { axis: 1 }),
    torch: "torch.stack([a, b], 1)",
  }),
  functionCase({
    name: "split",
    args: [floats([2, 6])],
    of: (x) => split(x, 3, { axis: 1 }),
    torch: "torch.chunk(a, 3, 1)",
  }),
  functionCase({
    name: "expandDims",
    args: [floats([2, 3])],
    of: (x) => expandDims(x, { axis: 1 }),
    torch: "torch.unsqueeze(a, 1)",
  }),
  functionCase({ name: "squeeze", args: [floats([2, 1, 3])], of: (x) => squeeze(x), torch: "torch.squeeze(a)" }),
  functionCase({ name: "flatten", args: [floats([2, 3])], of: (x) => flatten(x), torch: "torch.flatten(a)" }),
  functionCase({
    name: "reshape",
    args: [floats([2, 6])],
    of: (x) => reshape(x, [3, -1]),
    torch: "torch.reshape(a, (3, -1))",
  }),
  functionCase({
    name: "flip",
    args: [floats([2, 3])],
    of: (x) => flip(x, { axis: 1 }),
    torch: "torch.flip(a, (1,))",
  }),
  functionCase({
    name: "pad",
    args: [floats([2, 3])],
    of: (x) =>
      pad(x, [
        [1, 0],
        [0, 2],
      ]),
    torch: "F.pad(a, (0, 2, 1, 0))",
  }),
  functionCase({
    name: "slice",
    args: [floats([4, 5])],
    of: (x) => slice(x, [1, 0], [3, 4]),
    torch: "a[1:3, 0:4]",
  }),
  functionCase({
    name: "swapAxes",
    args: [floats([2, 3, 4])],
    of: (x) => swapAxes(x, 0, 2),
    torch: "torch.swapaxes(a, 0, 2)",
  }),
  functionCase({
    name: "transpose",
    args: [floats([2, 3, 4])],
    of: (x) => transpose(x, [1, 2, 0]),
    torch: "torch.permute(a, (1, 2, 0))",
  }),
]
