/** Draws under a fixed key, as functions of their parameters: what is differentiated is the reparametrised draw. */
import { eye, matmul, random, transpose } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, key } from "../case.ts"

const shape: [4] = [4]
const positive = values.between(0.5, 3)
export const randomDraws: readonly FunctionCase[] = [
  functionCase({
    name: "random.uniform",
    args: [key, floats(shape), floats(shape, values.between(2.5, 4))],
    of: (k, low, high) => random.uniform(k, shape, { low, high }),
  }),
  functionCase({
    name: "random.normal",
    args: [key, floats(shape), floats(shape, positive)],
    of: (k, mean, std) => random.normal(k, shape, { mean, std }),
  }),
  functionCase({
    name: "random.truncatedNormal",
    args: [key, floats(shape, values.between(-2, 0)), floats(shape, values.between(0.5, 3))],
    of: (k, low, high) => random.truncatedNormal(k, shape, { low, high }),
  }),
  ...(["gumbel", "laplace", "logistic", "cauchy"] as const).map((name) =>
    functionCase({
      name: `random.${name}`,
      args: [key, floats(shape), floats(shape, positive)],
      of: (k, loc, scale) => random[name](k, shape, { loc, scale }),
    }),
  ),
  functionCase({
    name: "random.exponential",
    args: [key, floats(shape, positive)],
    of: (k, rate) => random.exponential(k, shape, { rate }),
  }),
  // Implicit derivatives are not those of one accepted attempt, so differences at a fixed key are others: they are held to
  // the law's own in test/autodiff/distributions.test.ts.
  functionCase({
    name: "random.gamma",
    args: [key, floats(shape, positive), floats(shape, positive)],
    of: (k, concentration, rate) => random.gamma(k, shape, { concentration, rate }),
    orders: 0,
  }),
  functionCase({
    name: "random.logGamma",
    args: [key, floats(shape, positive)],
    of: (k, concentration) => random.logGamma(k, shape, { concentration }),
    orders: 0,
  }),
  functionCase({
    name: "random.beta",
    args: [key, floats(shape, positive), floats(shape, positive)],
    of: (k, a, b) => random.beta(k, shape, { a, b }),
    orders: 0,
  }),
  functionCase({
    name: "random.dirichlet",
    args: [key, floats(shape, positive)],
    of: (k, concentration) => random.dirichlet(k, shape, { concentration }),
    orders: 0,
  }),
  functionCase({
    name: "random.studentT",
    args: [key, floats(shape, positive)],
    of: (k, df) => random.studentT(k, shape, { df }),
    orders: 0,
  }),
  functionCase({
    name: "random.chiSquare",
    args: [key, floats(shape, positive)],
    of: (k, df) => random.chiSquare(k, shape, { df }),
    orders: 0,
  }),
  functionCase({
    name: "random.multivariateNormal",
    args: [key, floats(shape)],
    of: (k, mean) => random.multivariateNormal(k, [3, 4], { mean, covariance: eye(4) }),
  }),
  functionCase({
    name: "random.permutation",
    args: [key, floats([4, 2])],
    of: (k, x) => random.permutation(k, x),
  }),
  functionCase({
    name: "random.choice",
    args: [key, floats([4, 2])],
    of: (k, x) => random.choice(k, x, { shape: [3] }),
  }),
  functionCase({
    name: "random.categorical",
    args: [key, floats([3, 5])],
    of: (k, logits) => random.categorical(k, logits),
    orders: 0,
  }),
  functionCase({
    name: "random.bernoulli",
    args: [key, floats(shape, values.between(0, 1))],
    of: (k, p) => random.bernoulli(k, shape, { p }),
    orders: 0,
  }),
  functionCase({
    name: "random.poisson",
    args: [key, floats(shape, values.between(0, 30))],
    of: (k, rate) => random.poisson(k, shape, { rate }),
    orders: 0,
  }),
  functionCase({
    name: "random.geometric",
    args: [key, floats(shape, values.between(0.1, 0.9))],
    of: (k, p) => random.geometric(k, shape, { p }),
    orders: 0,
  }),
  functionCase({
    name: "random.randint",
    args: [key],
    of: (k) => random.randint(k, [20], { low: -3, high: 9 }),
  }),
  functionCase({
    name: "random.rademacher",
    args: [key],
    of: (k) => random.rademacher(k, [20], { dtype: "f32" }),
  }),
  functionCase({
    name: "random.orthogonal",
    args: [key],
    of: (k) => random.orthogonal(k, 4),
  }),
  functionCase({
    name: "random.orthogonal",
    note: "times its transpose",
    args: [key],
    of: (k) => {
      const q = random.orthogonal(k, 5)
      return matmul(q, transpose(q))
    },
    exact: () => [Array.from({ length: 25 }, (_, at) => Number(at % 6 === 0))],
  }),
]
