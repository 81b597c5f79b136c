/** Functions of one real number that are operations of the machine or of its library. */
import { ceil, cos, exp, floor, log, sin, sqrt, tanh } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, type Plain } from "../case.ts"

const each =
  (f: (x: number) => number) =>
  (x: Plain): readonly (readonly number[])[] => [x.data.map(f)]
const positive = values.between(0.2, 3)
const notWhole = values.awayFrom([-2, -1, 0, 1, 2], 0.01)

export const elementary: readonly FunctionCase[] = [
  functionCase({ name: "exp", args: [floats([5])], of: (x) => exp(x), exact: each(Math.exp), torch: "torch.exp(a)" }),
  functionCase({
    name: "log",
    args: [floats([5], positive)],
    of: (x) => log(x),
    exact: each(Math.log),
    torch: "torch.log(a)",
  }),
  functionCase({ name: "sin", args: [floats([5])], of: (x) => sin(x), exact: each(Math.sin), torch: "torch.sin(a)" }),
  functionCase({ name: "cos", args: [floats([5])], of: (x) => cos(x), exact: each(Math.cos), torch: "torch.cos(a)" }),
  functionCase({
    name: "tanh",
    args: [floats([5])],
    of: (x) => tanh(x),
    exact: each(Math.tanh),
    torch: "torch.tanh(a)",
  }),
  functionCase({
    name: "sqrt",
    args: [floats([5], positive)],
    of: (x) => sqrt(x),
    exact: each(Math.sqrt),
    torch: "torch.sqrt(a)",
  }),
  functionCase({
    name: "floor",
    args: [floats([5], notWhole)],
    of: (x) => floor(x),
    exact: each(Math.floor),
    torch: "torch.floor(a)",
  }),
  functionCase({
    name: "ceil",
    args: [floats([5], notWhole)],
    of: (x) => ceil(x),
    exact: each(Math.ceil),
    torch: "torch.ceil(a)",
  }),
]
