/** Steps that act on every element by itself. */
import { relu } from "../../autodiff/functions/activations/relu.ts"
import { sigmoid, silu, softplus } from "../../autodiff/functions/activations/sigmoid.ts"
import {
  abs,
  add,
  cast,
  clip,
  div,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  sign,
  square,
  sub,
} from "../../autodiff/functions/arithmetic.ts"
import { less, logicalAnd, where } from "../../autodiff/functions/logic.ts"
import * as random from "../../autodiff/functions/random/index.ts"
import { ceil, cos, exp, floor, log, sin, sqrt, tanh } from "../../autodiff/functions/real.ts"
import { stopGradient } from "../../autodiff/transforms/stop-gradient.ts"
import { anchored, beside, type Step, tame } from "./fitting.ts"

export const elementwise: readonly Step[] = [
  { name: "sin", apply: (x) => sin(x) },
  { name: "cos", apply: (x) => cos(x) },
  { name: "tanh", apply: (x) => tanh(x) },
  { name: "neg", apply: (x) => neg(x) },
  { name: "exp", apply: (x) => exp(tanh(x)) },
  { name: "log", apply: (x) => log(add(square(x), 1)) },
  { name: "sqrt", apply: (x) => sqrt(add(square(x), 1)) },
  { name: "sigmoid", apply: (x) => sigmoid(x) },
  { name: "silu", apply: (x) => silu(x) },
  { name: "softplus", apply: (x) => softplus(x) },
  { name: "square", apply: (x) => tame(square(x)) },
  { name: "abs", apply: (x, _, n) => abs(anchored(x, n)) },
  { name: "relu", apply: (x, _, n) => relu(anchored(x, n)) },
  { name: "clip", apply: (x, _, n) => clip(anchored(x, n), -1, 1.5) },
  { name: "floor", apply: (x, _, n) => add(floor(anchored(x, n)), x) },
  { name: "ceil", apply: (x, _, n) => sub(x, ceil(anchored(x, n))) },
  { name: "sign", apply: (x, _, n) => mul(sign(anchored(x, n)), x) },
  { name: "cast", apply: (x, _, n) => add(cast(cast(anchored(x, n), "i32"), "f32"), x) },
  { name: "stopGradient", apply: (x) => mul(stopGradient(tanh(x)), x) },
  { name: "dropout", apply: (x, _, n) => where(random.bernoulli(random.key(n), [...x.shape]), x, 0) },
  { name: "add", apply: (x, y) => tame(add(x, beside(x, y))) },
  { name: "sub", apply: (x, y) => tame(sub(beside(x, y), x)) },
  { name: "mul", apply: (x, y) => tame(mul(x, beside(x, y))) },
  { name: "div", apply: (x, y) => div(x, add(square(beside(x, y)), 1)) },
  { name: "pow", apply: (x, y) => pow(add(square(tanh(x)), 1), tanh(beside(x, y))) },
  {
    name: "maximum",
    apply: (x, y, n) => maximum(anchored(x, n), add(anchored(x, n + 1), mul(tanh(beside(x, y)), 0.05))),
  },
  {
    name: "minimum",
    apply: (x, y, n) => minimum(add(anchored(x, n + 2), mul(tanh(beside(x, y)), 0.05)), anchored(x, n)),
  },
  { name: "where", apply: (x, y, n) => where(less(anchored(x, n), 0), sin(x), beside(x, y)) },
  {
    name: "between",
    apply: (x, y, n) => {
      const z = anchored(x, n)
      return where(logicalAnd(less(-1, z), less(z, 1)), tame(mul(x, beside(x, y))), x)
    },
  },
]
