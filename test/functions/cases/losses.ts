/** Losses. */
import {
  absoluteError,
  binaryCrossEntropy,
  cosineSimilarity,
  crossEntropy,
  hinge,
  huber,
  klDivergence,
  logCosh,
  logSoftmax,
  meanAbsoluteError,
  meanSquaredError,
  poissonNll,
  softmax,
  squaredError,
} from "cotangent"
import { values } from "cotangent/testing"
import { type FunctionCase, floats, functionCase, integers } from "../case.ts"

const F = "torch.nn.functional."
const offZero = values.awayFrom([0], 0.1)
const [low, high] = [values.between(-2, 0), values.between(0.1, 1)]

export const losses: readonly FunctionCase[] = [
  functionCase({
    name: "crossEntropy",
    note: "class numbers",
    args: [floats([2, 3]), integers([2], 0, 2)],
    of: (x, labels) => crossEntropy(x, labels),
    torch: `${F}cross_entropy(a, b.long(), reduction="none")`,
  }),
  functionCase({
    name: "crossEntropy",
    note: "distributions",
    args: [floats([2, 3]), floats([2, 3])],
    of: (x, y) => crossEntropy(x, softmax(y)),
    torch: `${F}cross_entropy(a, b.softmax(-1), reduction="none")`,
  }),
  functionCase({
    name: "crossEntropy",
    note: "smoothed, along axis 1",
    args: [floats([2, 3, 4]), integers([2, 4], 0, 2)],
    of: (x, labels) => crossEntropy(x, labels, { axis: 1, labelSmoothing: 0.1 }),
    torch: `${F}cross_entropy(a, b.long(), reduction="none", label_smoothing=0.1)`,
  }),
  functionCase({
    name: "binaryCrossEntropy",
    args: [floats([6], values.between(-5, 5)), floats([6], values.between(0, 1))],
    of: (x, y) => binaryCrossEntropy(x, y),
    exact: (x, y) => [
      x.data.map((n, k) => {
        const label = y.data[k] ?? 0
        return label * Math.log1p(Math.exp(-n)) + (1 - label) * Math.log1p(Math.exp(n))
      }),
    ],
    torch: `${F}binary_cross_entropy_with_logits(a, b, reduction="none")`,
  }),
  functionCase({
    name: "squaredError",
    args: [floats([4]), floats([4])],
    of: (x, y) => squaredError(x, y),
    torch: "(a - b) ** 2",
  }),
  functionCase({
    name: "absoluteError",
    args: [floats([4], low), floats([4], high)],
    of: (x, y) => absoluteError(x, y),
    torch: "(a - b).abs()",
  }),
  functionCase({
    name: "meanSquaredError",
    args: [floats([2, 3]), floats([2, 3])],
    of: (x, y) => meanSquaredError(x, y),
    torch: `${F}mse_loss(a, b)`,
  }),
  functionCase({
    name: "meanAbsoluteError",
    args: [floats([4], low), floats([4], high)],
    of: (x, y) => meanAbsoluteError(x, y),
    torch: `${F}l1_loss(a, b)`,
  }),
  functionCase({
    name: "huber",
    note: "near",
    args: [floats([4], values.between(-0.4, 0)), floats([4], values.between(0.05, 0.5))],
    of: (x, y) => huber(x, y),
    torch: `${F}huber_loss(a, b, reduction="none")`,
  }),
  functionCase({
    name: "huber",
    note: "far",
    args: [floats([4], low), floats([4], high)],
    of: (x, y) => huber(x, y, { delta: 0.05 }),
    torch: `${F}huber_loss(a, b, reduction="none", delta=0.05)`,
  }),
  functionCase({
    name: "logCosh",
    note: "near",
    args: [floats([4], values.between(-0.4, 0.4)), floats([4], values.between(-0.5, 0.5))],
    of: (x, y) => logCosh(x, y),
    exact: (x, y) => [x.data.map((n, k) => Math.log1p(2 * Math.sinh((n - (y.data[k] ?? 0)) / 2) ** 2))],
    torch: "(a - b).cosh().log()",
  }),
  functionCase({
    name: "logCosh",
    note: "far",
    args: [floats([4], values.between(-5, -1)), floats([4], values.between(0.2, 3))],
    of: (x, y) => logCosh(x, y),
    torch: "(a - b).cosh().log()",
  }),
  functionCase({
    name: "klDivergence",
    args: [floats([2, 3]), floats([2, 3])],
    of: (x, y) => klDivergence(logSoftmax(x), softmax(y)),
    torch: `${F}kl_div(a.log_softmax(-1), b.softmax(-1), reduction="none").sum(-1)`,
  }),
  functionCase({
    name: "cosineSimilarity",
    args: [floats([2, 3], offZero), floats([2, 3], offZero)],
    of: (x, y) => cosineSimilarity(x, y),
    torch: `${F}cosine_similarity(a, b, -1)`,
  }),
  functionCase({
    name: "hinge",
    args: [floats([6], values.awayFrom([-1, 1], 0.1)), floats([6], values.between(0.999, 1))],
    of: (x, y) => hinge(x, y),
    torch: "(1 - a * b).clamp(min=0)",
  }),
  functionCase({
    name: "poissonNll",
    args: [floats([4]), floats([4], high)],
    of: (x, y) => poissonNll(x, y),
    torch: `${F}poisson_nll_loss(a, b, reduction="none")`,
  }),
]
