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
export { celu, elu, selu } from "./autodiff/functions/activations/elu.ts"
export { gelu } from "./autodiff/functions/activations/gelu.ts"
export { glu } from "./autodiff/functions/activations/glu.ts"
export {
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  prelu,
  relu,
  relu6,
} from "./autodiff/functions/activations/relu.ts"
export {
  logSigmoid,
  mish,
  sigmoid,
  silu,
  softplus,
  softSign,
  squareplus,
} from "./autodiff/functions/activations/sigmoid.ts"
export { logSoftmax, softmax } from "./autodiff/functions/activations/softmax.ts"
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
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  leftShift,
  popCount,
  rightShift,
} from "./autodiff/functions/bits/bits.ts"
export { einsum, einsumPath } from "./autodiff/functions/contraction/einsum.ts"
export { dot, matmul, outer } from "./autodiff/functions/contraction/matmul.ts"
export { conv1d, conv2d, conv3d } from "./autodiff/functions/convolution/conv.ts"
export { convTranspose1d, convTranspose2d, convTranspose3d } from "./autodiff/functions/convolution/conv-transpose.ts"
export { arange, eye, full, linspace, ones, onesLike, tensor, zeros, zerosLike } from "./autodiff/functions/creation.ts"
export { cumlogsumexp } from "./autodiff/functions/cumulative/cumlogsumexp.ts"
export { diff } from "./autodiff/functions/cumulative/diff.ts"
export { cummax, cummin, cumprod, cumsum } from "./autodiff/functions/cumulative/running.ts"
export { definePrimitive } from "./autodiff/functions/define-primitive.ts"
export { fft, fft2, fftn, ifft, ifft2, ifftn } from "./autodiff/functions/fft/fft.ts"
export { fftfreq, fftshift, ifftshift, rfftfreq } from "./autodiff/functions/fft/frequencies.ts"
export { irfft, rfft } from "./autodiff/functions/fft/rfft.ts"
export { gpuKernel } from "./autodiff/functions/gpu-kernel.ts"
export { at } from "./autodiff/functions/indexing/at.ts"
export { dynamicSlice, dynamicUpdateSlice } from "./autodiff/functions/indexing/dynamic.ts"
export { segmentMax, segmentMean, segmentMin, segmentProd, segmentSum } from "./autodiff/functions/indexing/segments.ts"
export { select } from "./autodiff/functions/indexing/select.ts"
export { argsort, oneHot, scatterAdd, sort, take, takeAlongAxis, topK } from "./autodiff/functions/indexing.ts"
export { det, expm, matrixPower, slogdet } from "./autodiff/functions/linalg/determinants.ts"
export { cholesky, lu, qr } from "./autodiff/functions/linalg/factorizations.ts"
export { norm } from "./autodiff/functions/linalg/norm.ts"
export { cross, inner, kron, tensordot, vdot } from "./autodiff/functions/linalg/products.ts"
export { choSolve, inv, solve, triangularSolve } from "./autodiff/functions/linalg/solve.ts"
export { eigh, eigvalsh, lstsq, matrixRank, pinv, svd } from "./autodiff/functions/linalg/spectral.ts"
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
export { binaryCrossEntropy, hinge, poissonNll } from "./autodiff/functions/losses/classification.ts"
export { crossEntropy } from "./autodiff/functions/losses/cross-entropy.ts"
export {
  absoluteError,
  huber,
  logCosh,
  meanAbsoluteError,
  meanSquaredError,
  squaredError,
} from "./autodiff/functions/losses/errors.ts"
export { cosineSimilarity, klDivergence } from "./autodiff/functions/losses/vectors.ts"
export { groupNorm } from "./autodiff/functions/normalisations/group-norm.ts"
export { l2Normalize } from "./autodiff/functions/normalisations/l2-normalize.ts"
export { layerNorm, rmsNorm, standardize } from "./autodiff/functions/normalisations/layer-norm.ts"
export { avgPool1d, avgPool2d, avgPool3d } from "./autodiff/functions/pooling/avg-pool.ts"
export { maxPool1d, maxPool2d, maxPool3d } from "./autodiff/functions/pooling/max-pool.ts"
export * as random from "./autodiff/functions/random/index.ts"
export { ceil, cos, exp, floor, log, sin, sqrt, tanh } from "./autodiff/functions/real.ts"
export { argmax, argmin } from "./autodiff/functions/reductions/arg.ts"
export { max, min, ptp } from "./autodiff/functions/reductions/extremes.ts"
export { logSumExp } from "./autodiff/functions/reductions/log-sum-exp.ts"
export { mean, std, variance } from "./autodiff/functions/reductions/mean.ts"
export { prod, sum } from "./autodiff/functions/reductions/sum.ts"
export { all, any, countNonzero } from "./autodiff/functions/reductions/truth.ts"
export { resize } from "./autodiff/functions/resize/resize.ts"
export { allClose, isClose } from "./autodiff/functions/rounding/closeness.ts"
export { floorDivide, mod } from "./autodiff/functions/rounding/division.ts"
export { round, trunc } from "./autodiff/functions/rounding/rounding.ts"
export { clamp, copySign, heaviside, isInf, nanToNum } from "./autodiff/functions/rounding/signs.ts"
export { diag, diagonal, trace } from "./autodiff/functions/shaping/diagonals.ts"
export { indices, meshgrid, ravelMultiIndex, unravelIndex } from "./autodiff/functions/shaping/grids.ts"
export { repeat, tile } from "./autodiff/functions/shaping/repeat.ts"
export { roll } from "./autodiff/functions/shaping/roll.ts"
export { tri, tril, triu } from "./autodiff/functions/shaping/triangles.ts"
export { moveAxis, rot90 } from "./autodiff/functions/shaping/turn.ts"
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
export { bincount, histogram } from "./autodiff/functions/sorting/counts.ts"
export { digitize, interp, isIn, searchSorted } from "./autodiff/functions/sorting/search.ts"
export { argWhere, nonzero, unique } from "./autodiff/functions/sorting/unique.ts"
export { fullLike, geomspace, logspace } from "./autodiff/functions/spaces.ts"
export { erf, erfc, erfinv } from "./autodiff/functions/special/error.ts"
export { betaln, digamma, lgamma, polygamma } from "./autodiff/functions/special/gamma.ts"
export { acosh, asinh, atanh, cosh, sinh } from "./autodiff/functions/special/hyperbolic.ts"
export {
  cbrt,
  exp2,
  expm1,
  log1p,
  log2,
  log10,
  logAddExp,
  logistic,
  logit,
  reciprocal,
  rsqrt,
  xlog1py,
  xlogy,
} from "./autodiff/functions/special/logarithms.ts"
export {
  acos,
  asin,
  atan,
  atan2,
  degrees,
  hypot,
  radians,
  sinc,
  tan,
} from "./autodiff/functions/special/trigonometric.ts"
export { average } from "./autodiff/functions/statistics/average.ts"
export { corrCoef, cov } from "./autodiff/functions/statistics/covariance.ts"
export { nanMax, nanMean, nanMin, nanSum, nanVar } from "./autodiff/functions/statistics/nan.ts"
export { median, percentile, quantile } from "./autodiff/functions/statistics/quantile.ts"
export { tree } from "./autodiff/functions/tree.ts"
export { loop } from "./autodiff/program/loop/builders.ts"
export { associativeScan } from "./autodiff/transforms/associative-scan.ts"
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
