/** Steps that move, fold or multiply whole axes. */

import { softmax } from "../../autodiff/functions/activations/softmax.ts"
import { add, mul, square } from "../../autodiff/functions/arithmetic.ts"
import { einsum } from "../../autodiff/functions/contraction/einsum.ts"
import { matmul, outer } from "../../autodiff/functions/contraction/matmul.ts"
import { conv1d } from "../../autodiff/functions/convolution/conv.ts"
import { cumsum } from "../../autodiff/functions/cumulative/running.ts"
import { argsort, oneHot, scatterAdd, sort, take, takeAlongAxis } from "../../autodiff/functions/indexing.ts"
import { tanh } from "../../autodiff/functions/real.ts"
import { argmax } from "../../autodiff/functions/reductions/arg.ts"
import { max, min } from "../../autodiff/functions/reductions/extremes.ts"
import { logSumExp } from "../../autodiff/functions/reductions/log-sum-exp.ts"
import { mean, variance } from "../../autodiff/functions/reductions/mean.ts"
import { prod, sum } from "../../autodiff/functions/reductions/sum.ts"
import {
  broadcastTo,
  concat,
  expandDims,
  flip,
  pad,
  slice,
  stack,
  swapAxes,
  transpose,
} from "../../autodiff/functions/shaping.ts"
import {
  anchored,
  asShape,
  asVector,
  axisOf,
  elements,
  integers,
  matrix,
  resize,
  rows,
  type Step,
  tame,
  type Wide,
} from "./fitting.ts"

/** Applies to one axis where there is one. */
const along =
  (f: (x: Wide, axis: number) => Wide): Step["apply"] =>
  (x, _, n) =>
    f(x.shape.length === 0 ? asVector(x) : x, axisOf(x, n))

export const reductions: readonly Step[] = [
  { name: "sum", apply: along((x, axis) => tame(sum(x, { axis }))) },
  { name: "sum of all", apply: (x) => tame(sum(x)) },
  { name: "mean", apply: along((x, axis) => mean(x, { axis, keepDims: true })) },
  { name: "max", apply: (x, _, n) => along((y, axis) => max(anchored(y, n), { axis }))(x, x, n) },
  { name: "min of all", apply: (x, _, n) => min(anchored(x, n)) },
  { name: "prod", apply: along((x, axis) => prod(add(mul(tanh(x), 0.25), 1), { axis })) },
  { name: "logSumExp", apply: along((x, axis) => logSumExp(x, { axis })) },
  { name: "variance", apply: along((x, axis) => variance(x, { axis, keepDims: true })) },
  { name: "softmax", apply: along((x, axis) => softmax(x, { axis })) },
  { name: "cumsum", apply: (x, _, n) => along((y, axis) => tame(cumsum(y, { axis, reverse: n % 2 === 0 })))(x, x, n) },
  {
    name: "argmax",
    apply: (x, _, n) => mul(oneHot(argmax(anchored(rows(x), n), { axis: 1 }), rows(x).shape.at(-1) ?? 1), rows(x)),
  },
]

export const movements: readonly Step[] = [
  { name: "transpose", apply: (x) => transpose(x) },
  { name: "swapAxes", apply: along((x, axis) => swapAxes(x, axis, -1)) },
  { name: "flip", apply: along((x, axis) => flip(x, { axis })) },
  { name: "reshape", apply: (x) => asVector(x) },
  { name: "expandDims", apply: (x) => (x.shape.length < 4 ? expandDims(x, { axis: 0 }) : x) },
  { name: "broadcastTo", apply: (x) => (x.shape.length < 4 ? broadcastTo(x, [2, ...x.shape]) : x) },
  { name: "pad", apply: (x, _, n) => pad(asVector(x), [[n % 3, 1]], { value: 0.5 }) },
  { name: "slice", apply: (x) => (elements(x.shape) > 1 ? slice(asVector(x), [1], [elements(x.shape)]) : x) },
  { name: "concat", apply: (x, y) => concat([asVector(x), asVector(y)], { axis: 0 }) },
  { name: "stack", apply: (x, y) => stack([asVector(x), resize(y, elements(x.shape))], { axis: 1 }) },
  { name: "take", apply: (x, _, n) => along((y, axis) => take(y, integers([n % 3, 0, n % 5]), { axis }))(x, x, n) },
  { name: "row", apply: along((x, axis) => take(x, 0, { axis })) },
  { name: "sort", apply: (x, _, n) => sort(anchored(rows(x), n), { axis: 1, descending: n % 2 === 0 }) },
  { name: "argsort", apply: (x, _, n) => takeAlongAxis(rows(x), argsort(anchored(rows(x), n)), { axis: 1 }) },
  {
    name: "scatterAdd",
    apply: (x, y, n) => tame(scatterAdd(asVector(x), integers([n % 4, 0, (n % 7) - 1]), resize(y, 3), { axis: 0 })),
  },
]

export const products: readonly Step[] = [
  { name: "matmul", apply: (x, y, n) => tame(matmul(rows(x), matrix(y, x.shape.at(-1) ?? 1, 1 + (n % 3)))) },
  { name: "vector", apply: (x, y) => tame(matmul(rows(x), resize(y, x.shape.at(-1) ?? 1))) },
  { name: "einsum", apply: (x, y) => tame(einsum("i k, j k -> j i", rows(x), matrix(y, 2, x.shape.at(-1) ?? 1))) },
  { name: "diagonal", apply: (x) => einsum("i i -> i", matrix(x, 3, 3)) },
  { name: "outer", apply: (x, y) => tame(outer(resize(x, 4), resize(y, 3))) },
  {
    name: "conv1d",
    apply: (x, y, n) => {
      const image = asShape(asVector(x), [1, 1, elements(x.shape)])
      return tame(conv1d(image, asShape(resize(y, 6), [2, 1, 3]), { padding: "same", stride: 1 + (n % 2) }))
    },
  },
  { name: "norm", apply: (x) => tame(mul(x, add(mean(square(x)), 0.5))) },
]
