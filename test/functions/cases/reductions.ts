/** Reductions and statistics. */
import {
  all,
  any,
  argmax,
  argmin,
  average,
  corrCoef,
  countNonzero,
  cov,
  greater,
  logSumExp,
  max,
  mean,
  median,
  min,
  nanMax,
  nanMean,
  nanMin,
  nanSum,
  nanVar,
  percentile,
  prod,
  ptp,
  quantile,
  std,
  sum,
  variance,
} from "cotangent"
import { values } from "cotangent/testing"
import { bools, type FunctionCase, floats, functionCase } from "../case.ts"

const apart = values.distinct()
const positive = values.between(0.3, 2)
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const meanOf = (xs: readonly number[]): number => total(xs) / xs.length
const spread = (xs: readonly number[], ddof = 0): number =>
  total(xs.map((x) => (x - meanOf(xs)) ** 2)) / (xs.length - ddof)
const rowsOf = (x: { readonly data: readonly number[] }, n: number): readonly (readonly number[])[] =>
  Array.from({ length: x.data.length / n }, (_, k) => x.data.slice(k * n, k * n + n))
/** Definition 7 of Hyndman and Fan, from the sorted elements. */
const quantileOf = (xs: readonly number[], q: number): number => {
  const sorted = [...xs].sort((a, b) => a - b)
  const place = q * (xs.length - 1)
  const low = sorted[Math.floor(place)] ?? 0
  return low + (place % 1) * ((sorted[Math.ceil(place)] ?? 0) - low)
}

export const reductions: readonly FunctionCase[] = [
  functionCase({
    name: "sum",
    args: [floats([2, 3])],
    of: (x) => sum(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map(total)],
    torch: "a.sum(1)",
  }),
  functionCase({
    name: "prod",
    args: [floats([2, 3])],
    of: (x) => prod(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => r.reduce((a, b) => a * b, 1))],
    torch: "a.prod(1)",
  }),
  functionCase({
    name: "max",
    args: [floats([2, 3], apart)],
    of: (x) => max(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => Math.max(...r))],
    torch: "a.amax(1)",
  }),
  functionCase({ name: "min", args: [floats([2, 3], apart)], of: (x) => min(x, { axis: 0 }), torch: "a.amin(0)" }),
  functionCase({ name: "ptp", args: [floats([6], apart)], of: (x) => ptp(x), torch: "a.max() - a.min()" }),
  functionCase({
    name: "any",
    args: [bools([2, 3])],
    of: (x) => any(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => Math.max(...r))],
  }),
  functionCase({
    name: "all",
    args: [bools([2, 3])],
    of: (x) => all(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => Math.min(...r))],
  }),
  functionCase({
    name: "countNonzero",
    args: [floats([2, 3])],
    of: (x) => countNonzero(greater(x, 0), { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => r.filter((n) => n > 0).length)],
    orders: 0,
  }),
  functionCase({
    name: "argmax",
    args: [floats([2, 3], apart)],
    of: (x) => argmax(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => r.indexOf(Math.max(...r)))],
    orders: 0,
  }),
  functionCase({
    name: "argmin",
    args: [floats([2, 3], apart)],
    of: (x) => argmin(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => r.indexOf(Math.min(...r)))],
    orders: 0,
  }),
  functionCase({
    name: "mean",
    args: [floats([2, 3])],
    of: (x) => mean(x, { axis: [0, 1] }),
    exact: (x) => [[meanOf(x.data)]],
    torch: "a.mean()",
  }),
  functionCase({
    name: "variance",
    args: [floats([2, 4])],
    of: (x) => variance(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 4).map((r) => spread(r))],
    torch: "a.var(1, unbiased=False)",
  }),
  functionCase({
    name: "variance",
    note: "ddof 1",
    args: [floats([2, 4])],
    of: (x) => variance(x, { axis: 1, ddof: 1 }),
    exact: (x) => [rowsOf(x, 4).map((r) => spread(r, 1))],
    torch: "a.var(1)",
  }),
  functionCase({
    name: "std",
    args: [floats([5], apart)],
    of: (x) => std(x),
    exact: (x) => [[Math.sqrt(spread(x.data))]],
    torch: "a.std(unbiased=False)",
  }),
  functionCase({
    name: "logSumExp",
    args: [floats([2, 3])],
    of: (x) => logSumExp(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 3).map((r) => Math.log(total(r.map(Math.exp))))],
    torch: "a.logsumexp(1)",
  }),
  functionCase({
    name: "logSumExp",
    note: "weights",
    args: [floats([2, 3]), floats([3], positive)],
    of: (x, weights) => logSumExp(x, { axis: 1, weights }),
    exact: (x, w) => [rowsOf(x, 3).map((r) => Math.log(total(r.map((n, k) => Math.exp(n) * (w.data[k] ?? 0)))))],
    torch: "(a + b.log()).logsumexp(1)",
  }),
  functionCase({
    name: "average",
    args: [floats([2, 3]), floats([3], positive)],
    of: (x, weights) => average(x, { axis: 1, weights }),
    exact: (x, w) => [rowsOf(x, 3).map((r) => total(r.map((n, k) => n * (w.data[k] ?? 0))) / total(w.data))],
    torch: "(a * b).sum(1) / b.sum()",
  }),
  functionCase({
    name: "median",
    args: [floats([2, 4], apart)],
    of: (x) => median(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 4).map((r) => quantileOf(r, 0.5))],
    torch: "a.quantile(0.5, 1)",
  }),
  functionCase({
    name: "quantile",
    args: [floats([2, 4], apart)],
    of: (x) => quantile(x, [0.1, 0.7], { axis: 1 }),
    exact: (x) => [[0.1, 0.7].flatMap((q) => rowsOf(x, 4).map((r) => quantileOf(r, q)))],
    torch: "a.quantile(torch.tensor([0.1, 0.7], dtype=a.dtype), 1)",
  }),
  functionCase({
    name: "percentile",
    args: [floats([5], apart)],
    of: (x) => percentile(x, 30),
    exact: (x) => [[quantileOf(x.data, 0.3)]],
    torch: "a.quantile(0.3)",
  }),
  functionCase({ name: "nanSum", args: [floats([2, 3])], of: (x) => nanSum(x, { axis: 1 }), torch: "a.nansum(1)" }),
  functionCase({ name: "nanMean", args: [floats([2, 3])], of: (x) => nanMean(x, { axis: 1 }), torch: "a.nanmean(1)" }),
  functionCase({
    name: "nanVar",
    args: [floats([2, 4])],
    of: (x) => nanVar(x, { axis: 1 }),
    exact: (x) => [rowsOf(x, 4).map((r) => spread(r))],
    torch: "a.var(1, unbiased=False)",
  }),
  functionCase({
    name: "nanMax",
    args: [floats([2, 3], apart)],
    of: (x) => nanMax(x, { axis: 1 }),
    torch: "a.amax(1)",
  }),
  functionCase({
    name: "nanMin",
    args: [floats([2, 3], apart)],
    of: (x) => nanMin(x, { axis: 1 }),
    torch: "a.amin(1)",
  }),
  functionCase({ name: "cov", args: [floats([2, 5], apart)], of: (x) => cov(x), torch: "torch.cov(a)" }),
  functionCase({
    name: "corrCoef",
    args: [floats([3, 6], apart)],
    of: (x) => corrCoef(x),
    torch: "torch.corrcoef(a)",
  }),
]
