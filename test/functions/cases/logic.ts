/** Comparisons, truths and choices. */
import {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from "cotangent"
import { bools, type FunctionCase, floats, functionCase, integers } from "../case.ts"

const two = [integers([6], 0, 2), integers([6], 0, 2)] as const
const flags = [bools([6]), bools([6])] as const
export const logic: readonly FunctionCase[] = [
  functionCase({ name: "equal", args: two, of: (x, y) => equal(x, y), torch: "a == b" }),
  functionCase({ name: "notEqual", args: two, of: (x, y) => notEqual(x, y), torch: "a != b" }),
  functionCase({ name: "less", args: two, of: (x, y) => less(x, y), torch: "a < b" }),
  functionCase({ name: "lessEqual", args: two, of: (x, y) => lessEqual(x, y), torch: "a <= b" }),
  functionCase({ name: "greater", args: two, of: (x, y) => greater(x, y), torch: "a > b" }),
  functionCase({ name: "greaterEqual", args: two, of: (x, y) => greaterEqual(x, y), torch: "a >= b" }),
  functionCase({
    name: "logicalAnd",
    args: flags,
    of: (x, y) => logicalAnd(x, y),
    torch: "torch.logical_and(a, b)",
  }),
  functionCase({ name: "logicalOr", args: flags, of: (x, y) => logicalOr(x, y), torch: "torch.logical_or(a, b)" }),
  functionCase({
    name: "logicalXor",
    args: flags,
    of: (x, y) => logicalXor(x, y),
    torch: "torch.logical_xor(a, b)",
  }),
  functionCase({ name: "logicalNot", args: [bools([6])], of: (x) => logicalNot(x), torch: "torch.logical_not(a)" }),
  functionCase({
    name: "isNaN",
    args: [floats([6])],
    of: (x) => isNaN(where(less(x, 0), Number.NaN, x)),
    exact: (x) => [x.data.map((v) => Number(v < 0))],
    orders: 0,
  }),
  functionCase({
    name: "isFinite",
    args: [floats([6])],
    of: (x) => isFinite(where(less(x, 0), Number.POSITIVE_INFINITY, x)),
    exact: (x) => [x.data.map((v) => Number(v >= 0))],
    orders: 0,
  }),
  functionCase({
    name: "where",
    args: [bools([2, 3]), floats([2, 3]), floats([3])],
    of: (test, x, y) => where(test, x, y),
    torch: "torch.where(a, b, c)",
  }),
]
