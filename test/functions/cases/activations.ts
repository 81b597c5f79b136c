/** Activations and normalisations. */
import {
  celu,
  elu,
  gelu,
  glu,
  greater,
  groupNorm,
  hardSigmoid,
  hardSwish,
  hardTanh,
  l2Normalize,
  layerNorm,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  prelu,
  relu,
  relu6,
  rmsNorm,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softSign,
  squareplus,
  standardize,
} from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase } from "../case.ts"

const offZero = values.awayFrom([0], 0.1)
const wide = values.between(-5, 5)
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const normed = (xs: readonly number[], epsilon: number): readonly number[] => {
  const mean = total(xs) / xs.length
  const deviation = Math.sqrt(total(xs.map((x) => (x - mean) ** 2)) / xs.length + epsilon)
  return xs.map((x) => (x - mean) / deviation)
}
const F = "torch.nn.functional."

export const activations: readonly FunctionCase[] = [
  functionCase({ name: "relu", args: [floats([6], offZero)], of: (x) => relu(x), torch: "torch.relu(a)" }),
  functionCase({
    name: "relu6",
    args: [floats([6], values.awayFrom([0, 6], 0.1))],
    of: (x) => relu6(x),
    torch: `${F}relu6(a)`,
  }),
  functionCase({
    name: "leakyRelu",
    args: [floats([6], offZero)],
    of: (x) => leakyRelu(x, { slope: 0.2 }),
    torch: `${F}leaky_relu(a, 0.2)`,
  }),
  functionCase({
    name: "prelu",
    args: [floats([2, 3], offZero), floats([3])],
    of: (x, slopes) => prelu(x, slopes),
    torch: `${F}prelu(a, b)`,
  }),
  functionCase({
    name: "hardTanh",
    args: [floats([6], values.awayFrom([-1, 1], 0.1))],
    of: (x) => hardTanh(x),
    torch: `${F}hardtanh(a)`,
  }),
  functionCase({
    name: "hardSigmoid",
    args: [floats([6], values.between(-2.9, 2.9))],
    of: (x) => hardSigmoid(x),
    torch: "((a + 3) / 6).clamp(0, 1)",
  }),
  functionCase({
    name: "hardSwish",
    args: [floats([6], values.between(-2.9, 2.9))],
    of: (x) => hardSwish(x),
    torch: "a * ((a + 3) / 6).clamp(0, 1)",
  }),
  functionCase({
    name: "sigmoid",
    args: [floats([6], wide)],
    of: (x) => sigmoid(x),
    exact: (x) => [x.data.map((n) => 1 / (1 + Math.exp(-n)))],
    torch: "torch.sigmoid(a)",
  }),
  functionCase({
    name: "logSigmoid",
    args: [floats([6], wide)],
    of: (x) => logSigmoid(x),
    exact: (x) => [x.data.map((n) => -Math.log1p(Math.exp(-n)))],
    torch: `${F}logsigmoid(a)`,
  }),
  functionCase({ name: "silu", args: [floats([6], wide)], of: (x) => silu(x), torch: `${F}silu(a)` }),
  functionCase({
    name: "softplus",
    args: [floats([6], wide)],
    of: (x) => softplus(x),
    exact: (x) => [x.data.map((n) => Math.log1p(Math.exp(n)))],
    torch: `${F}softplus(a)`,
  }),
  functionCase({
    name: "squareplus",
    args: [floats([6], wide)],
    of: (x) => squareplus(x),
    exact: (x) => [x.data.map((n) => (n + Math.sqrt(n * n + 4)) / 2)],
    torch: "(a + (a * a + 4).sqrt()) / 2",
  }),
  functionCase({ name: "mish", args: [floats([6], wide)], of: (x) => mish(x), torch: `${F}mish(a)` }),
  functionCase({ name: "softSign", args: [floats([6], offZero)], of: (x) => softSign(x), torch: `${F}softsign(a)` }),
  functionCase({
    name: "elu",
    args: [floats([6], offZero)],
    of: (x) => elu(x, { alpha: 0.5 }),
    exact: (x) => [x.data.map((n) => (n > 0 ? n : 0.5 * Math.expm1(n)))],
    torch: `${F}elu(a, 0.5)`,
  }),
  functionCase({ name: "selu", args: [floats([6], offZero)], of: (x) => selu(x), torch: `${F}selu(a)` }),
  functionCase({
    name: "celu",
    args: [floats([6], offZero)],
    of: (x) => celu(x, { alpha: 0.5 }),
    torch: `${F}celu(a, 0.5)`,
  }),
  functionCase({
    name: "gelu",
    note: "by tanh",
    args: [floats([6], wide)],
    of: (x) => gelu(x),
    torch: `${F}gelu(a, approximate="tanh")`,
  }),
  functionCase({
    name: "gelu",
    note: "exact",
    args: [floats([6], wide)],
    of: (x) => gelu(x, { approximate: false }),
    torch: `${F}gelu(a)`,
  }),
  functionCase({ name: "glu", args: [floats([2, 4])], of: (x) => glu(x), torch: `${F}glu(a, -1)` }),
  functionCase({
    name: "softmax",
    args: [floats([2, 3])],
    of: (x) => softmax(x),
    torch: "torch.softmax(a, -1)",
  }),
  functionCase({
    name: "softmax",
    note: "where",
    args: [floats([2, 3]), floats([2, 3], values.distinct())],
    of: (x, y) => softmax(x, { where: greater(y, 0) }),
  }),
  functionCase({
    name: "logSoftmax",
    args: [floats([2, 3])],
    of: (x) => logSoftmax(x, { axis: 0 }),
    torch: "torch.log_softmax(a, 0)",
  }),
  functionCase({
    name: "layerNorm",
    args: [floats([3, 4], values.distinct()), floats([4]), floats([4])],
    of: (x, scale, bias) => layerNorm(x, { scale, bias }),
    torch: `${F}layer_norm(a, [4], b, c)`,
  }),
  functionCase({
    name: "rmsNorm",
    args: [floats([3, 4]), floats([4])],
    of: (x, scale) => rmsNorm(x, { scale, epsilon: 0.01 }),
    torch: "a / (a.square().mean(-1, keepdim=True) + 0.01).sqrt() * b",
  }),
  functionCase({
    name: "standardize",
    args: [floats([6], values.distinct())],
    of: (x) => standardize(x, { epsilon: 0.01 }),
    exact: (x) => [normed(x.data, 0.01)],
    torch: `${F}layer_norm(a, [6], eps=0.01)`,
  }),
  functionCase({
    name: "groupNorm",
    args: [floats([2, 4, 3], values.distinct()), floats([4]), floats([4])],
    of: (x, scale, bias) => groupNorm(x, 2, { scale, bias }),
    torch: `${F}group_norm(a, 2, b, c)`,
  }),
  functionCase({
    name: "l2Normalize",
    args: [floats([2, 3], offZero)],
    of: (x) => l2Normalize(x),
    torch: `${F}normalize(a, dim=-1)`,
  }),
]
