/** Tensors sampled anew. */
import { resize } from "cotangent"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const F = "torch.nn.functional.interpolate"
export const sampling: readonly FunctionCase[] = [
  functionCase({
    name: "resize",
    note: "linear, larger",
    args: [floats([1, 2, 3, 4])],
    of: (x) => resize(x, [1, 2, 5, 8]),
    torch: `${F}(a, size=(5, 8), mode="bilinear", align_corners=False)`,
  }),
  functionCase({
    name: "resize",
    note: "linear, smaller, smoothed",
    args: [floats([1, 1, 7, 8])],
    of: (x) => resize(x, [1, 1, 3, 4]),
    torch: `${F}(a, size=(3, 4), mode="bilinear", align_corners=False, antialias=True)`,
  }),
  functionCase({
    name: "resize",
    note: "linear, smaller, not smoothed",
    args: [floats([1, 1, 7])],
    of: (x) => resize(x, [1, 1, 3], { antialias: false }),
    torch: `${F}(a, size=3, mode="linear", align_corners=False)`,
  }),
  functionCase({
    name: "resize",
    note: "cubic",
    args: [floats([6, 3])],
    of: (x) => resize(x, [4, 5], { method: "cubic" }),
  }),
  functionCase({
    name: "resize",
    note: "cubic, smaller, smoothed",
    args: [floats([1, 1, 9, 8])],
    of: (x) => resize(x, [1, 1, 4, 3], { method: "cubic" }),
    // PyTorch smooths with a = -1/2 as well.
    torch: `${F}(a, size=(4, 3), mode="bicubic", align_corners=False, antialias=True)`,
  }),
  functionCase({
    name: "resize",
    note: "nearest, a whole factor",
    args: [floats([1, 1, 2, 3])],
    of: (x) => resize(x, [1, 1, 6, 6], { method: "nearest" }),
    torch: `${F}(a, size=(6, 6), mode="nearest-exact")`,
  }),
  functionCase({
    name: "resize",
    note: "nearest",
    args: [floats([1, 1, 5, 7])],
    of: (x) => resize(x, [1, 1, 3, 9], { method: "nearest" }),
    torch: `${F}(a, size=(3, 9), mode="nearest-exact")`,
  }),
]
