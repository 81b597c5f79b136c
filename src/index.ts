/** `cotangent`: tensors, functions on them, and transforms of functions. */
import "./install.ts"

export { type EngineName, type EngineOptions, setEngine, withEngine } from "./autodiff/current-engine.ts"
export {
  CheckError,
  CotangentError,
  DonationError,
  DTypeError,
  EngineError,
  ShapeError,
  SolverError,
  TracerError,
  TreeError,
} from "./autodiff/errors.ts"
export { relu, sigmoid, silu, softplus } from "./autodiff/functions/activations.ts"
export {
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
  rem,
  sign,
  square,
  sub,
} from "./autodiff/functions/arithmetic.ts"
export { dot, einsum, matmul, outer } from "./autodiff/functions/contraction.ts"
export { conv1d, conv2d } from "./autodiff/functions/convolution.ts"
export { arange, eye, full, linspace, ones, onesLike, tensor, zeros, zerosLike } from "./autodiff/functions/creation.ts"
export { definePrimitive } from "./autodiff/functions/define-primitive.ts"
export { gpuKernel } from "./autodiff/functions/gpu-kernel.ts"
export { argsort, oneHot, scatterAdd, sort, take, takeAlongAxis, topK } from "./autodiff/functions/indexing.ts"
export {
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
} from "./autodiff/functions/logic.ts"
export { crossEntropy } from "./autodiff/functions/loss.ts"
export { random } from "./autodiff/functions/random.ts"
export { ceil, cos, exp, floor, log, sin, sqrt, tanh } from "./autodiff/functions/real.ts"
export {
  all,
  any,
  argmax,
  argmin,
  cumsum,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  prod,
  softmax,
  std,
  sum,
  variance,
} from "./autodiff/functions/reductions.ts"
export {
  broadcastTo,
  concat,
  dim,
  expandDims,
  expectShape,
  flatten,
  flip,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  transpose,
} from "./autodiff/functions/shaping.ts"
export { tree } from "./autodiff/functions/tree.ts"
export { loop } from "./autodiff/program/loop/builders.ts"
export { checked } from "./autodiff/transforms/checked.ts"
export { checkpoint } from "./autodiff/transforms/checkpoint.ts"
export { axisIndex, pmax, pmean, pmin, psum } from "./autodiff/transforms/collectives.ts"
export { cond, switchOn } from "./autodiff/transforms/cond.ts"
export { customJvp } from "./autodiff/transforms/custom-jvp.ts"
export { customVjp } from "./autodiff/transforms/custom-vjp.ts"
export { debugKeys } from "./autodiff/transforms/debug-keys.ts"
export { debugNaN } from "./autodiff/transforms/debug-nan.ts"
export { explain } from "./autodiff/transforms/explain.ts"
export { forLoop } from "./autodiff/transforms/for-loop.ts"
export { grad, valueAndGrad } from "./autodiff/transforms/grad.ts"
export { hessian, hvp, jacfwd, jacrev } from "./autodiff/transforms/jacobian.ts"
export { jit } from "./autodiff/transforms/jit.ts"
export { jvp } from "./autodiff/transforms/jvp.ts"
export { linearSolve } from "./autodiff/transforms/linear-solve.ts"
export { linearize } from "./autodiff/transforms/linearize.ts"
export { makeProgram, type PrintableProgram } from "./autodiff/transforms/make-program.ts"
export { profile } from "./autodiff/transforms/profile.ts"
export { scan } from "./autodiff/transforms/scan.ts"
export { stopGradient } from "./autodiff/transforms/stop-gradient.ts"
export { vjp } from "./autodiff/transforms/vjp.ts"
export { vmap } from "./autodiff/transforms/vmap.ts"
export { whileLoop } from "./autodiff/transforms/while-loop.ts"
export type * from "./autodiff/types/index.ts"
