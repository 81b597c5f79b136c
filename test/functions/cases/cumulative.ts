/** Cumulative functions. */
import { add, associativeScan, cumlogsumexp, cummax, cummin, cumprod, cumsum, diff, mul } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const apart = values.distinct()
const running = (xs: readonly number[], f: (a: number, b: number) => number): readonly number[] => {
  const out: number[] = []
  for (const x of xs) out.push(out.length === 0 ? x : f(out.at(-1) ?? 0, x))
  return out
}
export const cumulative: readonly FunctionCase[] = [
  functionCase({
    name: "cumsum",
    args: [floats([5])],
    of: (x) => cumsum(x),
    exact: (x) => [running(x.data, (a, b) => a + b)],
    torch: "a.cumsum(0)",
  }),
  functionCase({
    name: "cumprod",
    args: [floats([5])],
    of: (x) => cumprod(x),
    exact: (x) => [running(x.data, (a, b) => a * b)],
    torch: "a.cumprod(0)",
  }),
  functionCase({
    name: "cumprod",
    note: "reverse",
    args: [floats([2, 3])],
    of: (x) => cumprod(x, { axis: 0, reverse: true }),
    torch: "a.flip(0).cumprod(0).flip(0)",
  }),
  functionCase({
    name: "cummax",
    args: [floats([6], apart)],
    of: (x) => cummax(x),
    exact: (x) => [running(x.data, Math.max)],
    torch: "a.cummax(0).values",
  }),
  functionCase({
    name: "cummin",
    args: [floats([2, 4], apart)],
    of: (x) => cummin(x, { reverse: true }),
    torch: "a.flip(1).cummin(1).values.flip(1)",
  }),
  functionCase({
    name: "cumlogsumexp",
    args: [floats([2, 5])],
    of: (x) => cumlogsumexp(x),
    torch: "a.logcumsumexp(1)",
  }),
  functionCase({
    name: "diff",
    args: [floats([2, 5])],
    of: (x) => diff(x, { n: 2 }),
    torch: "a.diff(n=2)",
  }),
  functionCase({
    name: "associativeScan",
    args: [floats([5]), floats([5])],
    of: (a, b) => associativeScan((p, q) => ({ a: mul(p.a, q.a), b: add(mul(q.a, p.b), q.b) }), { a, b }).b,
    exact: (a, b) => {
      let y = 0
      return [a.data.map((f, k) => (y = k === 0 ? (b.data[0] ?? 0) : f * y + (b.data[k] ?? 0)))]
    },
  }),
]
