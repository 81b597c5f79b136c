/** Draws under a fixed key, as functions of their parameters: what is differentiated is the reparametrised draw. */
import { eye, random } from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const k = 11
const shape: [4] = [4]
const positive = values.between(0.5, 3)
export const randomDraws: readonly FunctionCase[] = [
  functionCase({
    name: "random.uniform",
    args: [floats(shape), floats(shape, values.between(2.5, 4))],
    of: (low, high) => random.uniform(random.key(k), shape, { low, high }),
  }),
  functionCase({
    name: "random.normal",
    args: [floats(shape), floats(shape, positive)],
    of: (mean, std) => random.normal(random.key(k), shape, { mean, std }),
  }),
  functionCase({
    name: "random.truncatedNormal",
    args: [floats(shape, values.between(-2, 0)), floats(shape, values.between(0.5, 3))],
    of: (low, high) => random.truncatedNormal(random.key(k), shape, { low, high }),
  }),
  ...(["gumbel", "laplace", "logistic", "cauchy"] as const).map((name) =>
    functionCase({
      name: `random.${name}`,
      args: [floats(shape), floats(shape, positive)],
      of: (loc, scale) => random[name](random.key(k), shape, { loc, scale }),
    }),
  ),
  functionCase({
    name: "random.exponential",
    args: [floats(shape, positive)],
    of: (rate) => random.exponential(random.key(k), shape, { rate }),
  }),
  // Implicit derivatives are not those of one accepted attempt, so differences at a fixed key are others: they are held to
  // the law's own in test/autodiff/distributions.test.ts.
  functionCase({
    name: "random.gamma",
    args: [floats(shape, positive), floats(shape, positive)],
    of: (concentration, rate) => random.gamma(random.key(k), shape, { concentration, rate }),
    orders: 0,
  }),
  functionCase({
    name: "random.logGamma",
    args: [floats(shape, positive)],
    of: (concentration) => random.logGamma(random.key(k), shape, { concentration }),
    orders: 0,
  }),
  functionCase({
    name: "random.beta",
    args: [floats(shape, positive), floats(shape, positive)],
    of: (a, b) => random.beta(random.key(k), shape, { a, b }),
    orders: 0,
  }),
  functionCase({
    name: "random.dirichlet",
    args: [floats(shape, positive)],
    of: (concentration) => random.dirichlet(random.key(k), shape, { concentration }),
    orders: 0,
  }),
  functionCase({
    name: "random.studentT",
    args: [floats(shape, positive)],
    of: (df) => random.studentT(random.key(k), shape, { df }),
    orders: 0,
  }),
  functionCase({
    name: "random.chiSquare",
    args: [floats(shape, positive)],
    of: (df) => random.chiSquare(random.key(k), shape, { df }),
    orders: 0,
  }),
  functionCase({
    name: "random.multivariateNormal",
    args: [floats(shape)],
    of: (mean) => random.multivariateNormal(random.key(k), [3, 4], { mean, covariance: eye(4) }),
  }),
  functionCase({
    name: "random.permutation",
    args: [floats([4, 2])],
    of: (x) => random.permutation(random.key(k), x),
  }),
  functionCase({
    name: "random.choice",
    args: [floats([4, 2])],
    of: (x) => random.choice(random.key(k), x, { shape: [3] }),
  }),
  functionCase({
    name: "random.categorical",
    args: [floats([3, 5])],
    of: (logits) => random.categorical(random.key(k), logits),
    orders: 0,
  }),
  functionCase({
    name: "random.bernoulli",
    args: [floats(shape, values.between(0, 1))],
    of: (p) => random.bernoulli(random.key(k), shape, { p }),
    orders: 0,
  }),
  functionCase({
    name: "random.poisson",
    args: [floats(shape, values.between(0, 30))],
    of: (rate) => random.poisson(random.key(k), shape, { rate }),
    orders: 0,
  }),
  functionCase({
    name: "random.geometric",
    args: [floats(shape, values.between(0.1, 0.9))],
    of: (p) => random.geometric(random.key(k), shape, { p }),
    orders: 0,
  }),
]
