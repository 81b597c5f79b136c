// Mistakes, none of which may compile. Above each stands the sentence that explains it: `// both:` where the compiler's
// first line and the error thrown at run time must hold the same sentence, `// types:` where only the compiler can see it
// (or says it in its own words). `npm run types` checks the one, test/shape/wording.test.ts runs these and checks the other.
import {
  add,
  argmax,
  at,
  atan2,
  average,
  avgPool1d,
  binaryCrossEntropy,
  broadcastTo,
  cast,
  checkpoint,
  cholesky,
  concat,
  cond,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  cosineSimilarity,
  cov,
  cross,
  crossEntropy,
  cumsum,
  definePrimitive,
  det,
  diag,
  diff,
  dim,
  dynamicSlice,
  dynamicUpdateSlice,
  eigh,
  einsum,
  exp,
  expandDims,
  eye,
  type F32,
  fft,
  forLoop,
  glu,
  gpuKernel,
  grad,
  groupNorm,
  hessian,
  inner,
  irfft,
  jit,
  jvp,
  layerNorm,
  leftShift,
  less,
  linearize,
  logSumExp,
  loop,
  lstsq,
  matmul,
  maxPool2d,
  mean,
  meanSquaredError,
  meshgrid,
  moveAxis,
  mul,
  norm,
  pad,
  prelu,
  quantile,
  random,
  repeat,
  reshape,
  rmsNorm,
  roll,
  type Scalar,
  scan,
  searchSorted,
  segmentSum,
  slice,
  softmax,
  solve,
  split,
  squeeze,
  stack,
  sum,
  svd,
  type Tensor,
  take,
  takeAlongAxis,
  tanh,
  tensor,
  tensordot,
  topK,
  trace,
  transpose,
  triangularSolve,
  tril,
  valueAndGrad,
  vjp,
  vmap,
  where,
  whileLoop,
  withEngine,
  zeros,
} from "cotangent"
import { batched, linear, sequential } from "cotangent/layers"
import {
  accumulate,
  adam,
  adamw,
  chain,
  fit,
  injectHyperparameters,
  inspect,
  masked,
  multiTransform,
  sgd,
  tam,
} from "cotangent/optim"

const x = zeros([32, 784])
const w = zeros([784, 10])
const rows = zeros([2, 3])
const ints = zeros([3], { dtype: "i32" })
const image = zeros([8, 3, 32, 32])
const training = { params: { w }, optimiser: sgd({ learningRate: 1 }), batches: () => x, steps: 1, key: random.key(0) }

// As Biome would break these lines, a mistake would stand on another line than its call.
// biome-ignore format: one mistake, one line
export const mistakes: readonly (() => unknown)[] = [
  // ---- draws
  // both: random.gamma: cannot stretch [3] to [2]
  () => random.gamma(random.key(0), [2], { concentration: zeros([3]) }),
  // both: random.normal: cannot stretch [2, 3] to [3]
  () => random.normal(random.key(0), [3], { mean: rows }),
  // both: random.poisson: cannot stretch [2, 3] to [2]
  () => random.poisson(random.key(0), [2], { rate: rows }),
  // both: random.normal: a parameter is f64 and the draw f32; cast it, or choose the dtype with { dtype }
  () => random.normal(random.key(0), [3], { std: zeros([3], { dtype: "f64" }) }),
  // both: random.categorical: cannot stretch [2] to [4, 3]
  () => random.categorical(random.key(0), rows, { shape: [4, 3] }),
  // both: random.choice: axis 2 is out of range for [2, 3]
  () => random.choice(random.key(0), rows, { axis: 2 }),
  // both: random.permutation: axis 2 is out of range for [2, 3]
  () => random.permutation(random.key(0), rows, { axis: 2 }),
  // ---- broadcasting and dtypes
  // both: add: cannot broadcast [2, 3] with [4] (3 against 4)
  () => add(rows, zeros([4])),
  // both: atan2: cannot broadcast [2, 3] with [4] (3 against 4)
  () => atan2(rows, zeros([4])),
  // both: leftShift: i32 and u32 do not mix; cast one
  () => leftShift(ints, zeros([3], { dtype: "u32" })),
  // both: mul: cannot broadcast [32, 784] with [784, 10] (784 against 10)
  () => mul(x, w),
  // both: less: cannot broadcast [2, 3] with [3, 2] (3 against 2)
  () => less(rows, zeros([3, 2])),
  // both: where: cannot broadcast [2, 3] with [2] (3 against 2)
  () => where(less(rows, 1), zeros([2]), 0),
  // both: broadcastTo: cannot stretch [2, 3] to [3, 2]
  () => broadcastTo(rows, [3, 2]),
  // both: add: i32 and u32 do not mix; cast one
  () => add(ints, zeros([3], { dtype: "u32" })),
  // both: add: 0.5 is no i32; cast the tensor to f32 first
  () => add(ints, 0.5),
  // both: mul: bool has no arithmetic; cast it first
  () => mul(less(rows, 1), less(rows, 2)),
  // both: add: a key is no number; draw from it with random.bits or random.uniform
  () => add(random.key(0), 1),
  // types: Argument of type 'Tensor<[3], "i32">' is not assignable to parameter of type 'Tensor<[3], Float>'
  () => tanh(ints),
  // types: Argument of type '"f16"' is not assignable to parameter of type
  () => cast(x, "f16"),

  // ---- contraction
  // both: matmul: inner sizes differ, 784 and 10, in [32, 784] x [10, 784]
  () => matmul(x, zeros([10, 784])),
  // both: matmul: cannot broadcast [8] with [4] (8 against 4)
  () => matmul(zeros([8, 2, 3]), zeros([4, 3, 5])),
  // both: matmul: the right operand needs at least one axis, got []
  () => matmul(x, sum(w)),
  // both: einsum "b i, i k -> b z": output axis z is not in any operand
  () => einsum("b i, i k -> b z", x, w),
  // both: einsum "b i, i k -> b k": axis i is 784 and also 783 (operand 1)
  () => einsum("b i, i k -> b k", x, zeros([783, 10])),
  // both: einsum "b i, i k": there is no ->
  () => einsum("b i, i k", x, w),
  // both: einsum "b -> b": operand 0 has more axes than the pattern names
  () => einsum("b -> b", x),
  // both: einsum "b i, i k -> b k": fewer operands than the pattern names
  () => einsum("b i, i k -> b k", x),
  // both: einsum "i j -> i i": output axis i is named twice
  () => einsum("i j -> i i", rows),
  // both: conv2d: 3 channels in 1 groups do not fit a kernel of 4 channels
  () => conv2d(image, zeros([16, 4, 3, 3])),
  // both: conv2d: a window of 9 does not fit 8 on axis 2
  () => conv2d(zeros([8, 3, 8, 8]), zeros([16, 3, 5, 5]), { dilation: 2 }),
  // both: conv2d: 3 groups do not divide 16 output channels
  () => conv2d(image, zeros([16, 1, 3, 3]), { groups: 3 }),
  // both: einsum "...ij,jk->...ik": axis j is 3 and also 4 (operand 1)
  () => einsum("...ij,jk->...ik", zeros([5, 2, 3]), zeros([4, 7])),
  // both: einsum "... i, ... i -> ...": axis ...[-1] is 2 and also 3 (operand 1)
  () => einsum("... i, ... i -> ...", zeros([2, 4]), zeros([3, 4])),
  // both: convTranspose2d: 3 channels do not fit a kernel for 4 channels
  () => convTranspose2d(image, zeros([4, 8, 3, 3])),
  // both: convTranspose1d: padding [2, 2] leaves nothing of 3 on axis 2
  () => convTranspose1d(zeros([1, 1, 1]), zeros([1, 1, 3]), { padding: 2 }),
  // both: maxPool2d: a window of 9 does not fit 8 on axis 2
  () => maxPool2d(zeros([1, 1, 8, 8]), { window: 9 }),
  // both: avgPool1d: the input needs axes [N, C, W], got [2, 3]
  () => avgPool1d(rows, { window: 2 }),
  // both: fft: axis 2 is out of range for [2, 3]
  () => fft(rows, { axis: 2 }),
  // both: irfft: 3 frequencies on axis -1 of [2, 3] make no 8 elements
  () => irfft(rows, { length: 8 }),
  // both: conv1d: the input needs axes [N, C, W], got [2, 3]
  () => conv1d(rows, zeros([4, 3, 3])),

  // ---- axes
  // both: sum: axis 2 is out of range for [32, 784]
  () => sum(x, { axis: 2 }),
  // both: mean: axis -3 is out of range for [32, 784]
  () => mean(x, { axis: [0, -3] }),
  // both: sum: axis -2 of [32, 784] is named twice
  () => sum(x, { axis: [0, -2] }),
  // both: softmax: axis -3 is out of range for [32, 784]
  () => softmax(x, { axis: -3 }),
  // both: argmax: axis 2 is out of range for [2, 3]
  () => argmax(rows, { axis: 2 }),
  // both: cumsum: axis 5 is out of range for [2, 3]
  () => cumsum(rows, { axis: 5 }),
  // both: expandDims: axis 4 is out of range for [1, 2, 3]
  () => expandDims(rows, { axis: 4 }),
  // both: squeeze: axis 1 of [2, 3] has size 3, not 1
  () => squeeze(rows, { axis: 1 }),
  // both: transpose: [0, 1, 1] does not permute the axes of [2, 3, 5]
  () => transpose(zeros([2, 3, 5]), [0, 1, 1]),
  // both: transpose: [1, 0] does not permute the axes of [2, 3, 5]
  () => transpose(zeros([2, 3, 5]), [1, 0]),
  // types: 'keepdims' does not exist in type
  () => sum(x, { axis: 0, keepdims: true }),

  // both: average: weights [4] fit neither [2, 3] nor the one axis averaged over
  () => average(rows, { axis: 1, weights: zeros([4]) }),
  // both: logSumExp: cannot stretch [2] to [2, 3]
  () => logSumExp(rows, { weights: zeros([2]) }),
  // both: quantile: axis 2 is out of range for [2, 3]
  () => quantile(rows, 0.5, { axis: 2 }),
  // both: cov: takes [observations] or [variables, observations], got [8, 3, 32, 32]
  () => cov(image),
  // both: diff: axis -3 is out of range for [2, 3]
  () => diff(rows, { axis: -3 }),

  // ---- activations, normalisations, losses
  // both: glu: axis -1 of [2, 3] has no halves
  () => glu(rows),
  // both: prelu: cannot stretch [2] to [2, 3]
  () => prelu(rows, zeros([2])),
  // both: softmax: cannot stretch [4] to [2, 3]
  () => softmax(rows, { where: less(zeros([4]), 1) }),
  // both: layerNorm: scale [2] does not fit the normalised axes [3] of [2, 3]
  () => layerNorm(rows, { scale: zeros([2]) }),
  // both: rmsNorm: axis 2 is out of range for [2, 3]
  () => rmsNorm(rows, { axis: 2 }),
  // both: groupNorm: 2 groups do not divide axis 1 of [8, 3, 32, 32]
  () => groupNorm(image, 2),
  // both: groupNorm: bias [8] has not one entry per channel of [8, 3, 32, 32]
  () => groupNorm(image, 3, { bias: zeros([8]) }),
  // both: crossEntropy: labels [3] fit neither [2] (class numbers) nor [2, 3] (distributions)
  () => crossEntropy(rows, ints),
  // both: crossEntropy: labels [2] fit neither [3] (class numbers) nor [2, 3] (distributions)
  () => crossEntropy(rows, zeros([2], { dtype: "i32" }), { axis: 0 }),
  // both: meanSquaredError: shapes differ, [2, 3] and [3]
  () => meanSquaredError(rows, zeros([3])),
  // both: binaryCrossEntropy: shapes differ, [2, 3] and [2, 1]
  () => binaryCrossEntropy(rows, zeros([2, 1])),
  // both: cosineSimilarity: axis 2 is out of range for [2, 3]
  () => cosineSimilarity(rows, rows, { axis: 2 }),

  // ---- shaping
  // both: reshape: [32, 784] has 25088 elements, [32, 783] has 25056
  () => reshape(x, [32, 783]),
  // both: reshape: no size for -1 makes [-1, 63] hold the elements of [32, 784]
  () => reshape(x, [-1, 63]),
  // both: reshape: only one size may be -1, got [-1, -1]
  () => reshape(x, [-1, -1]),
  // types: reshape: the named sizes of [batch, 6] and [time, 6] differ
  () => reshape(zeros([dim("batch", 8), 6]), [dim("time", 8), 6]),
  // types: add: cannot broadcast [batch, 6] with [time, 6] (batch against time)
  () => add(zeros([dim("batch", 8), 6]), zeros([dim("time", 8), 6])),
  // both: concat on axis 1: [2, 3] and [4, 3] do not fit (2 against 4 on axis 0)
  () => concat([rows, zeros([4, 3])], { axis: 1 }),
  // both: concat: ranks differ, [2, 3] and [3]
  () => concat([rows, zeros([3])]),
  // both: stack: shapes differ, [2, 3] and [3, 2]
  () => stack([rows, zeros([3, 2])]),
  // both: split: 3 parts do not divide axis 0 of [32, 784]
  () => split(x, 3),
  // both: tensor: ragged array, [2] at index 0 and [1] at index 1
  () => tensor([[1, 2], [3]]),

  // ---- parts
  // both: slice: 0 to 4 is no range on axis 1 of [2, 3]
  () => slice(rows, [0, 0], [2, 4]),
  // both: slice: start needs one entry per axis of [2, 3], got 1
  () => slice(rows, [0]),
  // both: pad: padding needs one entry per axis of [2, 3], got 1
  () => pad(rows, [[1, 1]]),
  // both: pad: amounts must be whole numbers, 0 or more, got [0, -1] on axis 1
  () => pad(rows, [[0, 0], [0, -1]]),
  // both: at: index 2 is out of range on axis 0 of [2, 3]
  () => at(rows, 2),
  // both: at: 3 indices for the 2 axes of [2, 3]
  () => at(rows, 0, 0, 0),
  // both: at: 1 to 4 is no range on axis 1 of [2, 3]
  () => at(rows, [0], [1, 4]),
  // both: at: cannot stretch [2] to [3]
  () => at(rows, 0).set(zeros([2])),
  // both: dynamicSlice: a window of 4 does not fit axis 1 of [2, 3]
  () => dynamicSlice(rows, [0, 0], [1, 4]),
  // both: dynamicSlice: start needs one entry per axis of [2, 3], got 1
  () => dynamicSlice(rows, [0], [1, 1]),
  // both: dynamicUpdateSlice: update needs one entry per axis of [2, 3], got 1
  () => dynamicUpdateSlice(rows, zeros([2]), [0, 0]),
  // both: segmentSum: ids [3] do not fit axis 0 of [2, 3]
  () => segmentSum(rows, ints, { segments: 4 }),
  // both: searchSorted: takes tensors of one axis, got [2, 3]
  () => searchSorted(rows, 1),
  // both: tril: needs at least two axes, got [3]
  () => tril(zeros([3])),
  // both: diag: takes one or two axes, got [2, 3, 4]
  () => diag(zeros([2, 3, 4])),
  // both: trace: axes 1 and -1 of [2, 3] are one
  () => trace(rows, { axis1: 1, axis2: -1 }),
  // both: roll: axis 2 is out of range for [2, 3]
  () => roll(rows, 1, { axis: 2 }),
  // both: repeat: axis 2 is out of range for [2, 3]
  () => repeat(rows, 2, { axis: 2 }),
  // both: moveAxis: axis 2 is out of range for [2, 3]
  () => moveAxis(rows, 0, 2),
  // both: meshgrid: takes tensors of one axis, got [2, 3]
  () => meshgrid([zeros([4]), rows]),
  // both: split: cuts [2, 1] do not rise within axis 1 of [2, 3]
  () => split(rows, [2, 1], { axis: 1 }),
  // both: topK: axis 2 is out of range for [2, 3]
  () => topK(rows, 1, { axis: 2 }),
  // both: take: index 3 is out of range on axis 1 of [2, 3]
  () => take(rows, 3, { axis: 1 }),
  // both: take: axis 2 is out of range for [2, 3]
  () => take(rows, ints, { axis: 2 }),
  // both: takeAlongAxis on axis -1: [2, 3] and [3, 1] do not fit (2 against 3 on axis 0)
  () => takeAlongAxis(rows, zeros([3, 1], { dtype: "i32" })),

  // ---- transforms
  // both: grad: the loss must be a scalar, got [784, 10]
  () => grad((p: { w: typeof w }) => p.w)({ w }),
  // both: grad: the function is async; give a synchronous one and await outside
  () => grad(async (p: typeof w) => sum(p))(w),
  // both: valueAndGrad: the loss must be a scalar, got [784, 10]
  () => valueAndGrad((p: typeof w) => exp(p))(w),
  // both: grad: the loss must be f32 or f64, got i32
  () => grad((p: typeof w) => argmax(p))(w),
  // both: grad: with hasAux the function returns [loss, aux]
  () => grad((p: typeof w) => sum(p), { hasAux: true })(w),
  // both: grad: params.n[0] is i32; only f32 and f64 have gradients
  () => grad((p: { n: readonly [Tensor<[3], "i32">]; w: typeof w }) => sum(p.w))({ n: [ints], w }),
  // both: params.act is a string: trees hold tensors, numbers, plain objects and arrays; close over anything else
  () => grad((p: { w: typeof w; act: string }) => sum(p.w))({ w, act: "relu" }),
  // both: grad: argument 1[0] is i32; only f32 and f64 have gradients
  () => grad((p: typeof w, _: readonly [typeof ints]) => sum(p), { argnums: 1 })(w, [ints]),
  // types: params is a number; make it a tensor to differentiate for it
  () => grad((x: number) => x * x)(3),
  // types: params.rate is a number; make it a tensor to differentiate for it
  () => grad((p: { w: typeof w; rate: number }) => mul(sum(p.w), p.rate))({ w, rate: 1 }),
  // both: grad: argnums names argument 1, the call has 1
  () => grad((p: typeof w) => sum(p), { argnums: 1 })(w),
  // both: hessian: the loss must be a scalar, got [3]
  () => hessian((p: F32<[3]>) => exp(p))(zeros([3])),
  // types: Argument of type 'Tensor<[32, 784], "f32">' is not assignable to parameter of type 'Tensor<[784, 10], "f32">'
  () => grad((p: typeof w) => sum(p))(x),
  // types: Mismatch<"grad: annotate the parameter, as in (x: F32<[3]>) => …">
  () => grad((p) => sum(p)),
  // types: Mismatch<"grad: annotate the parameter, as in (x: F32<[3]>) => …">
  () => grad((p, q: F32<[3]>) => sum(mul(q, p))),
  // types: Property 'w' does not exist on type 'Mismatch<"valueAndGrad: annotate the parameter, as in (x: F32<[3]>) => …">'
  () => valueAndGrad((p) => sum(p.w)),
  // types: Mismatch<"jit: annotate the parameter, as in (x: F32<[3]>) => …">
  () => jit((p) => sum(p)),
  // types: Mismatch<"vmap: annotate the parameter, as in (x: F32<[3]>) => …">
  () => vmap((p) => sum(p)),
  // types: Mismatch<"vjp: annotate the parameter, as in (x: F32<[3]>) => …">
  () => vjp((p) => sum(p)),
  // types: Mismatch<"jvp: annotate the parameter, as in (x: F32<[3]>) => …">
  () => jvp((p) => sum(p)),
  // types: Mismatch<"jit: annotate the parameter, as in (x: F32<[3]>) => …">
  () => jit((p) => p)(x),
  // types: Argument of type 'Tensor<[32, 10], "f32">' is not assignable to parameter of type 'Tensor<readonly [32, 784], "f32">'
  () => vmap((v: F32<[784]>) => sum(v))(zeros([32, 10])),
  // types: is not assignable to type 'number | readonly [v: AxisTree, u: AxisTree]
  () => vmap((v: F32<[784]>, u: F32<[3]>) => add(sum(v), sum(u)), { inAxes: [0] }),
  // types: Argument of type 'Tensor<[31, 3], "f32">' is not assignable to parameter of type 'Tensor<readonly [32, 3], "f32">'
  () => vmap((v: F32<[784]>, u: F32<[3]>) => add(sum(v), sum(u)))(x, zeros([31, 3])),
  // types: Type '2' is not assignable to type '0 | 1'
  () => jit((s: typeof w, lr: Scalar) => mul(s, lr), { donate: [2] }),
  // both: jit: the function is async; give a synchronous one and await outside
  () => jit(async (p: typeof w) => sum(p))(w),
  // both: checkpoint: the function is async; give a synchronous one and await outside
  () => checkpoint(async (p: typeof w) => sum(p))(w),
  // types: Argument of type 'Tensor<[3], "f32">' is not assignable to parameter of type 'Tensor<readonly [], "f32">'
  () => vjp((p: typeof w) => sum(p))(w)[1](zeros([3])),
  // types: Type 'Tensor<[3], "f32">' is not assignable to type 'Tensor<[784, 10], "f32">'
  () => jvp((p: typeof w) => sum(p))([w], [zeros([3])]),
  // types: Argument of type 'Tensor<[3], "f32">' is not assignable to parameter of type 'Tensor<[784, 10], "f32">'
  () => linearize((p: typeof w) => sum(p))(w)[1](zeros([3])),

  // ---- kernels and primitives of one's own
  // types: => Tensor<readonly [], "f32">' is not assignable to type '(primals: NoInfer<[v: F32<[2, 3]>]>, tangents:
  () => gpuKernel("function (x) { return 0; }", { output: (v: F32<[2, 3]>) => v.shape, jvp: (_, [dv]) => sum(dv) }),
  // types: => [Tensor<readonly [], "f32">]' is not assignable to type '(primals: NoInfer<[v: F32<[2, 3]>]>, cotangent:
  () => gpuKernel("function (x) { return 0; }", { output: (v: F32<[2, 3]>) => v.shape, vjp: ([v]) => [sum(v)] }),
  // types: Argument of type 'Tensor<[3, 2], "f32">' is not assignable to parameter of type 'F32<[2, 3]>'
  () => gpuKernel("function (x) { return 0; }", { output: (v: F32<[2, 3]>) => v.shape })(zeros([3, 2])),
  // types: Property 'length' does not exist on type 'number'
  () => gpuKernel(function (v) { return v[this.thread.x]!.length }, { output: (_: F32<[3]>) => [1] }),
  // types: is not assignable to type 'DerivableLoop'
  () => definePrimitive<(v: F32<[3]>) => F32<[3]>>("host", ([v]) => loop.routine([v], { name: "host", run: (all) => all }, [v])),
  // types: No overload matches this call
  () => definePrimitive<(v: F32<[3]>) => F32<[3]>>("twice", ([v]) => loop.view(v, [3]), { jvp: (_, __, [dv]) => [dv] }),

  // ---- linear algebra
  // both: cholesky: takes square matrices, got [2, 3]
  () => cholesky(rows),
  // both: det: takes matrices, at least two axes, got [3]
  () => det(zeros([3])),
  // both: eigh: takes square matrices, got [2, 3]
  () => eigh(rows),
  // both: svd: takes matrices, at least two axes, got [3]
  () => svd(zeros([3])),
  // both: solve: takes square matrices, got [2, 3]
  () => solve(rows, zeros([2])),
  // both: solve: a right-hand side of [3] does not fit [2, 2]
  () => solve(eye(2), zeros([3])),
  // both: triangularSolve: a right-hand side of [3, 4] does not fit [2, 2]
  () => triangularSolve(eye(2), zeros([3, 4]), { lower: true }),
  // both: lstsq: a right-hand side of [3] does not fit [2, 3]
  () => lstsq(rows, zeros([3])),
  // both: cross: takes vectors of 3 on axis -1, got [2, 2]
  () => cross(zeros([2, 2]), zeros([3])),
  // both: inner: last axes differ, [2, 3] and [4]
  () => inner(rows, zeros([4])),
  // both: tensordot: the summed axes of [2, 3] and [2, 3] differ
  () => tensordot(rows, rows, { axes: 1 }),
  // both: norm: axis 2 is out of range for [2, 3]
  () => norm(rows, { axis: 2 }),

  // ---- control flow
  // both: scan: carry enters as f32[4] and leaves as f32[2, 2]
  () => scan((c, v) => [reshape(c, [2, 2]), v], zeros([4]), x),
  // both: scan: xs needs a leading axis, got f32[] at xs
  () => scan((c, v) => [c, v], zeros([4]), sum(x)),
  // both: forLoop: carry.n enters as i32[3] and leaves as f32[3]
  () => forLoop(0, 3, (_, s) => ({ n: add(s.n, zeros([3])) }), { n: ints }),
  // both: whileLoop: carry enters as f32[2, 3] and leaves as f32[3]
  () => whileLoop((s) => less(sum(s), 9), (s) => sum(s, { axis: 0 }), rows),
  // both: cond: the branches differ, the result is f32[2, 3] and f32[3]
  () => cond(less(sum(rows), 0), (v) => exp(v), (v) => sum(v, { axis: 0 }), rows),

  // ---- reading, layers, optimisers, engines
  // types: Property 'toFixed' does not exist on type 'Promise<number>'
  () => mean(x).item().toFixed(),
  // types: The 'this' context of type 'Tensor<[32, 784], "f32">' is not assignable to method's 'this'
  () => x.itemSync(),
  // types: layer: takes [9], got [8]
  () => sequential(linear(4, 8), linear(9, 2), linear(2, 2)),
  // types: layer: takes [batch, 4], got [3, 5]
  () => batched(linear(4, 8)).apply(linear(4, 8).init(random.key(0)), zeros([3, 5])),
  // types: params.name is a string: trees hold tensors
  () => adam({ learningRate: 0.1 }).init({ w, name: "net" }),
  // types: Type '"biases"' is not assignable to type
  () => multiTransform({ weights: adam({ learningRate: 1 }), rest: sgd({ learningRate: 1 }) }, () => "biases"),
  // types: Property 'mean' does not exist on type 'Counted'
  () => chain(sgd({ learningRate: 1 }), adam({ learningRate: 1 })).init({ w })[0].mean,
  // types: is possibly 'undefined'
  () => masked(adam({ learningRate: 1 }), /w/).init({ w }).mean.w.shape,
  // types: Property 'inner' does not exist on type 'Moments<{ w:
  () => accumulate(adam({ learningRate: 1 }), 2).init({ w }).inner.inner,
  // types: Type '"layer"' is not assignable to type 'Granularity'
  () => tam({ learningRate: 1, granularity: "layer" }),
  // types: injectHyperparameters: mask is a function and no schedule; name it in { static: ["mask"] }
  () => injectHyperparameters(adamw)({ learningRate: 1, mask: (path: string) => path === "w" }),
  // types: Property 'beta1' does not exist on type
  () => injectHyperparameters(adam)({ learningRate: 1 }).init({ w }).hyperparameters.beta1,
  // types: is not assignable to type 'Scalar<Float> | readonly [loss: Scalar<Float>
  () => fit({ ...training, loss: ({ w }, batch) => matmul(batch, w) }),
  // types: matmul: inner sizes differ, 10 and 32, in [784, 10] x [32, 784]
  () => fit({ ...training, loss: ({ w }, batch) => sum(matmul(w, batch)) }),
  // types: Type '"accuracy"' is not assignable to type '"error"'
  () => fit({ ...training, loss: ({ w }) => sum(w), evaluate: { run: () => ({ error: 1 }) }, earlyStop: { metric: "accuracy", mode: "min", patience: 1 } }),
  // types: Type 'string' is not assignable to type 'Checkpoints'
  () => fit({ ...training, loss: ({ w }) => sum(w), checkpoints: "out/run" }),
  // types: Property 'accuracy' does not exist on type 'Readonly<Record<"norm", readonly number[]>>'
  () => fit({ ...training, loss: ({ w }) => [sum(w), { metrics: { norm: sum(w) } }] }).then((run) => run.history.metrics.accuracy),
  // types: Property 'mean' does not exist on type 'Counted'
  () => fit({ ...training, loss: ({ w }) => sum(w) }).then((run) => run.optimiser.mean),
  // types: Property 'value' does not exist on type 'Mismatch<"inspect: measure is written for parameters of another type">'
  () => inspect((updates: { b: typeof w }) => updates.b).init({ w }).value,
  // both: withEngine: the function is async; give a synchronous one and await outside
  () => withEngine("reference", async () => 1),
  // types: matmul: inner sizes differ, 3 and 4, in
  () => <B extends number>(v: F32<[B, 3]>) => matmul(v, zeros([4, 5])),
]
