/** Elements read and added by index, and put in order. */
import { argsort, oneHot, scatterAdd, sort, take, takeAlongAxis } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, integers } from "../case.ts"

const distinct = values.distinct({ gap: 0.05 })
export const gathering: readonly FunctionCase[] = [
  functionCase({
    name: "take",
    args: [floats([5, 2]), integers([3], 0, 4)],
    of: (x, rows) => take(x, rows, { axis: 0 }),
    torch: "a[b]",
  }),
  functionCase({
    name: "takeAlongAxis",
    args: [floats([4, 3]), integers([2, 3], 0, 3)],
    of: (x, rows) => takeAlongAxis(x, rows, { axis: 0 }),
    torch: "torch.gather(a, 0, b)",
  }),
  functionCase({
    name: "scatterAdd",
    args: [floats([4, 2]), integers([3], 0, 3), floats([3, 2])],
    of: (x, rows, updates) => scatterAdd(x, rows, updates),
    torch: "a.index_add(0, b, c)",
  }),
  functionCase({
    name: "oneHot",
    args: [integers([4], 0, 2)],
    of: (labels) => oneHot(labels, 3),
    exact: ({ data }) => [data.flatMap((label) => [0, 1, 2].map((k) => Number(k === label)))],
  }),
  functionCase({
    name: "sort",
    args: [floats([3, 5], distinct)],
    of: (x) => sort(x, { axis: 0 }),
    torch: "torch.sort(a, 0).values",
  }),
  functionCase({
    name: "argsort",
    args: [floats([3, 5], distinct)],
    of: (x) => argsort(x),
    orders: 0,
    torch: "torch.argsort(a)",
  }),
]
