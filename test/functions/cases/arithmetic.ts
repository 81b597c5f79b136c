/** Arithmetic, element by element. */
import { abs, add, clip, div, maximum, minimum, mul, neg, pow, rem, sign, square, sub } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const apart = values.awayFrom([0], 0.1)
export const arithmetic: readonly FunctionCase[] = [
  functionCase({
    name: "add",
    args: [floats([2, 3]), floats([3])],
    of: (x, y) => add(x, y),
    exact: (x, y) => [x.data.map((v, k) => v + (y.data[k % 3] ?? 0))],
    torch: "a + b",
  }),
  functionCase({ name: "sub", args: [floats([2, 3]), floats([2, 1])], of: (x, y) => sub(x, y), torch: "a - b" }),
  functionCase({ name: "mul", args: [floats([2, 3]), floats([2, 1])], of: (x, y) => mul(x, y), torch: "a * b" }),
  functionCase({ name: "div", args: [floats([4]), floats([4], apart)], of: (x, y) => div(x, y), torch: "a / b" }),
  functionCase({
    name: "rem",
    args: [floats([4], values.between(2.1, 2.9)), floats([4], values.between(0.8, 1))],
    of: (x, y) => rem(x, y),
    torch: "torch.fmod(a, b)",
  }),
  functionCase({
    name: "pow",
    args: [floats([4], values.between(0.2, 2)), floats([4])],
    of: (x, y) => pow(x, y),
    exact: (x, y) => [x.data.map((v, k) => v ** (y.data[k] ?? 0))],
    torch: "a ** b",
  }),
  functionCase({
    name: "maximum",
    args: [floats([4], values.between(-2, 0)), floats([4], values.between(0.1, 1))],
    of: (x, y) => maximum(x, y),
    torch: "torch.maximum(a, b)",
  }),
  functionCase({
    name: "minimum",
    args: [floats([4], values.between(-2, 0)), floats([4], values.between(0.1, 1))],
    of: (x, y) => minimum(x, y),
    torch: "torch.minimum(a, b)",
  }),
  functionCase({ name: "neg", args: [floats([4])], of: (x) => neg(x), torch: "-a" }),
  functionCase({ name: "abs", args: [floats([4], apart)], of: (x) => abs(x), torch: "torch.abs(a)" }),
  functionCase({ name: "square", args: [floats([4])], of: (x) => square(x), torch: "torch.square(a)" }),
  functionCase({ name: "sign", args: [floats([4], apart)], of: (x) => sign(x), orders: 0, torch: "torch.sign(a)" }),
  functionCase({
    name: "clip",
    args: [floats([6], values.awayFrom([-1, 1], 0.1))],
    of: (x) => clip(x, -1, 1),
    torch: "torch.clip(a, -1, 1)",
  }),
]
