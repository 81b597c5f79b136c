// Programs that must compile, written as users write them. Nothing here runs: `npm run types` compiles it with both
// versions of TypeScript and counts the lines that begin with "// program:". `is` refuses `any` and anything inexact.

import type { Dim, DType, F32, Float, Key, Scalar, Shape, Tensor } from "cotangent"
import {
  add,
  arange,
  argmax,
  at,
  broadcastTo,
  cast,
  checkpoint,
  cholesky,
  concat,
  cond,
  conv2d,
  convTranspose2d,
  cross,
  cumsum,
  customJvp,
  customVjp,
  definePrimitive,
  det,
  diag,
  diagonal,
  dim,
  div,
  dynamicSlice,
  eigh,
  einsum,
  exp,
  expandDims,
  expectShape,
  eye,
  forLoop,
  full,
  gpuKernel,
  grad,
  hessian,
  hvp,
  inner as innerProduct,
  inv,
  jacfwd,
  jacrev,
  jit,
  jvp,
  kron,
  less,
  linearize,
  linearSolve,
  log,
  loop,
  lstsq,
  lu,
  makeProgram,
  matmul,
  max,
  maxPool2d,
  mean,
  moveAxis,
  mul,
  neg,
  norm,
  ones,
  pad,
  pinv,
  psum,
  qr,
  random,
  repeat,
  reshape,
  rfft,
  roll,
  rot90,
  scan,
  segmentSum,
  slice,
  slogdet,
  softmax,
  solve,
  split,
  squeeze,
  stack,
  stopGradient,
  sub,
  sum,
  svd,
  take,
  takeAlongAxis,
  tanh,
  tensor,
  tensordot,
  tile,
  transpose,
  tree,
  tril,
  valueAndGrad,
  vdot,
  vjp,
  vmap,
  where,
  whileLoop,
  withEngine,
  zeros,
} from "cotangent"
import { activation, batched, linear, type ParamsOf, sequential } from "cotangent/layers"
import type { Opaque, Transformation } from "cotangent/optim"
import {
  accumulate,
  adam,
  adamw,
  adaTamW,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  fit,
  freeze,
  injectHyperparameters,
  inspect,
  lookahead,
  masked,
  multiTransform,
  opaque,
  sgd,
  tam,
  zeroNans,
} from "cotangent/optim"
import { flow, pipe } from "fp-ts/lib/function.js"
import type { Monoid } from "fp-ts/lib/Monoid.js"
import { is } from "./exactly.ts"

declare const known: Tensor
declare const size: number

// program: a classifier over a tree of parameters (an interface), generic in the batch, trained through jit with donation
interface Mlp {
  hidden: { w: F32<[784, 64]>; b: F32<[64]> }
  out: { w: F32<[64, 10]>; b: F32<[10]> }
}
declare const p: Mlp
const predict = <B extends number>(p: Mlp, x: F32<[B, 784]>): F32<[B, 10]> =>
  add(matmul(tanh(add(matmul(x, p.hidden.w), p.hidden.b)), p.out.w), p.out.b)
const loss = <B extends number>(p: Mlp, x: F32<[B, 784]>, y: F32<[B, 10]>, decay: Scalar) => {
  const e = sub(predict(p, x), y)
  return add(mean(mul(e, e)), mul(decay, sum(mul(p.out.w, p.out.w))))
}
is<readonly [value: Scalar, gradient: Mlp]>()(valueAndGrad(loss)(p, zeros([7, 784]), zeros([7, 10]), 0), true)
const opt = chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 }))
const start = { params: p, opt: opt.init(p) }
is<F32<[64, 10]>>()(start.opt[1].mean.out.w, true)
const train = jit(
  (s: typeof start, x: F32<[32, 784]>, y: F32<[32, 10]>) => {
    const [value, grads] = valueAndGrad(loss)(s.params, x, y, 1e-4)
    const [updates, state] = opt.update(grads, s.opt, s.params)
    return [{ params: applyUpdates(s.params, updates), opt: state }, value] as const
  },
  { donate: [0] },
)
export const run = (): Scalar | undefined => {
  let state = start
  let value: Scalar | undefined
  for (let i = 0; i < 3; i++) [state, value] = train(state, zeros([32, 784]), zeros([32, 10]))
  return value
}

// program: per-example gradients by vmap(grad)
const perExample = vmap(
  grad((p: Mlp, x: F32<[784]>) => sum(predict(p, reshape(x, [1, 784])))),
  { inAxes: [null, 0] },
)
is<F32<readonly [32, 64, 10]>>()(perExample(p, zeros([32, 784])).out.w, true)

// program: vmap inside code that is generic in two sizes
export const scaled = <B extends number, D extends number>(w: F32<[D]>, xs: F32<[B, D]>): F32<[B, D]> =>
  vmap(
    grad((w: F32<[D]>, x: F32<[D]>) => sum(mul(w, x))),
    { inAxes: [null, 0] },
  )(w, xs)

// program: axes in and out, and a named axis with its collective
is<F32<readonly [3, 5, 8]>>()(vmap((a: F32<[3, 5]>) => tanh(a), { inAxes: 1, outAxes: 2 })(zeros([3, 8, 5])), true)
is<F32<readonly [8, 3]>>()(vmap((a: F32<[3]>) => psum(a, "batch"), { axisName: "batch" })(zeros([8, 3])), true)
is<F32<readonly [8]>>()(
  vmap((q: { w: F32<[3]>; scale: Scalar }) => mul(sum(q.w), q.scale), { inAxes: [{ w: 0, scale: null }] })({
    w: zeros([8, 3]),
    scale: sum(ones([2])),
  }),
  true,
)

// program: scan with an unannotated callback and a record as carry
const [last, ys] = scan((c, x) => [{ h: tanh(add(c.h, x)) }, sum(x)], { h: zeros([8]) }, zeros([20, 8]))
is<F32<[8]>>()(last.h, true)
is<F32<readonly [20]>>()(ys, true)

// program: scan without sequences
const [, counted] = scan((c) => [mul(c, 2), c], zeros([3]), undefined, { length: 5 })
is<F32<readonly [5, 3]>>()(counted, true)

// program: a recurrent network generic in time and width
export const rnn = <T extends number, H extends number>(w: F32<[H, H]>, h: F32<[H]>, xs: F32<[T, H]>): F32<[T, H]> =>
  scan(
    (c, x) => {
      const n = tanh(add(einsum("i, i j -> j", c, w), x))
      return [n, n]
    },
    h,
    xs,
  )[1]

// program: attention generic in batch, time and width, with a softmax written out
const attend = <B extends number, T extends number, D extends number>(
  q: F32<[B, T, D]>,
  k: F32<[B, T, D]>,
  v: F32<[B, T, D]>,
): F32<[B, T, D]> => {
  const s = div(einsum("b i d, b j d -> b i j", q, k), Math.sqrt(q.shape[2]))
  const e = exp(sub(s, max(s, { axis: -1, keepDims: true })))
  return einsum("b i j, b j d -> b i d", div(e, sum(e, { axis: -1, keepDims: true })), v)
}
is<F32<[2, 5, 8]>>()(attend(zeros([2, 5, 8]), zeros([2, 5, 8]), zeros([2, 5, 8])), true)

// program: layer normalisation generic in the rows
export const normalise = <B extends number, D extends number>(x: F32<[B, D]>): F32<[B, D]> => {
  const centred = sub(x, mean(x, { axis: -1, keepDims: true }))
  const spread = mean(mul(centred, centred), { axis: -1, keepDims: true })
  return div(centred, add(spread, 1e-5))
}

// program: residual blocks folded over a list
export const residual = <T extends number>(blocks: readonly { w: F32<[16, 16]> }[], x: F32<[T, 16]>): F32<[T, 16]> =>
  blocks.reduce<F32<[T, 16]>>((h, b) => add(h, tanh(matmul(h, b.w))), softmax(x))

// program: generic in the whole shape and the dtype, as an optimiser's author writes
export const lerp = <S extends Shape, T extends Float>(a: Tensor<S, T>, b: Tensor<S, T>, t: Scalar<T>): Tensor<S, T> =>
  add(mul(a, sub(1, t)), mul(b, t))
export const decay = <S extends Shape, T extends Float>(a: Tensor<S, T>): Tensor<S, T> => mul(a, 0.5)

// program: a leaf-wise update of any tree
export const descend = <P>(params: P, grads: P): P => tree.map((w, g) => sub(w, mul(g, 0.1)), params, grads)

// program: optimisers as an fp-ts Monoid over the opaque state
declare const M: Monoid<Transformation<Opaque>>
const both = M.concat(opaque(adam({ learningRate: 1 })), M.empty)
is<F32<[3]>>()(both.update({ w: zeros([3]) }, both.init({ w: zeros([3]) }), { w: zeros([3]) })[0].w, true)

// program: optimisers around optimisers, whose states are as exact as their parameters
const model = { layers: [{ weight: zeros([3, 2]), bias: zeros([2]) }], scale: zeros([]) } as const
const careful = chain(zeroNans(), accumulate(masked(adam({ learningRate: 1 }), /weight/), 4), freeze(/scale/))
const [nans, accumulated] = careful.init(model)
is<Scalar<"i32">>()(nans.found.layers[0].weight, true)
is<F32<[3, 2]>>()(accumulated.mean.layers[0].weight, true)
is<F32<[3, 2]> | undefined>()(accumulated.inner.mean.layers[0].weight, true)
is<F32<[2]>>()(careful.update(model, careful.init(model), model)[0].layers[0].bias, true)
const grouped = multiTransform(
  { weights: lookahead(adam({ learningRate: 1 })), others: sgd({ learningRate: 1 }) },
  (path, leaf) => (path.endsWith("weight") && leaf.shape.length === 2 ? "weights" : "others"),
)
is<F32<[3, 2]> | undefined>()(grouped.init(model).weights.slow.layers[0].weight, true)
is<Scalar<"i32">>()(grouped.init(model).others.count, true)
is<Scalar>()(tam({ learningRate: 1 }).init(model).smoothed, true)
is<Scalar>()(tam({ learningRate: 1, granularity: "tensor" }).init(model).smoothed.layers[0].weight, true)
is<F32<[3, 2]>>()(adaTamW({ learningRate: 1, granularity: "element" }).init(model).smoothed.layers[0].weight, true)
declare const nameIn: <T>(x: T) => keyof T
const injected = injectHyperparameters(adamw, { static: ["mask"] })({
  learningRate: (step) => cast(step, "f32"),
  weightDecay: 0.1,
  mask: /weight/,
})
is<"learningRate" | "weightDecay">()(nameIn(injected.init(model).hyperparameters), true)
is<F32<[2]>>()(injected.init(model).inner.variance.layers[0].bias, true)
const watched = chain(
  inspect((updates: typeof model) => ({ bias: sum(updates.layers[0].bias) })),
  sgd({ learningRate: 1 }),
)
is<Scalar>()(watched.init(model)[0].value.bias, true)

// program: layers composed, batched, and under vmap
const net = sequential(
  linear(784, 64),
  activation((x) => tanh(x)),
  linear(64, 10),
)
declare const params: ParamsOf<typeof net>
is<F32<readonly [10]>>()(params[2].bias, true)
is<F32<[10]>>()(net.apply(net.init(random.key(0)), zeros([784])), true)
is<F32<[32, 10]>>()(batched(net).apply(params, zeros([32, 784])), true)
is<F32<readonly [8, 10]>>()(
  vmap((q: typeof params, x: F32<[784]>) => net.apply(q, x), { inAxes: [null, 0] })(params, zeros([8, 784])),
  true,
)
is<F32<readonly [8, 2]>>()(
  vmap(linear(4, 2).apply, { inAxes: [null, 0] })(linear(4, 2).init(random.key(1)), zeros([8, 4])),
  true,
)

// program: keys are tensors: split into a tuple, mapped over, carried
const [k1, k2, k3] = random.split(random.key(0), 3)
is<F32<readonly [8, 4]>>()(vmap((k: Key) => random.normal(k, [4]))(random.keys(k2, 8)), true)
is<Tensor<[3], "u32">>()(random.bits(k1, [3]), true)
is<Tensor<[4, 3], "f32">>()(random.gamma(k1, [4, 3], { concentration: zeros([3]), rate: 2 }), true)
is<Tensor<[2], "f64">>()(random.normal(k1, [2], { mean: zeros([2], { dtype: "f64" }), dtype: "f64" }), true)
is<Tensor<readonly [2], "i32">>()(random.categorical(k1, zeros([2, 5])), true)
is<Tensor<[7], "i32">>()(random.categorical(k1, zeros([5]), { shape: [7] }), true)
is<Tensor<readonly [6, 3], "f32">>()(random.choice(k1, zeros([5, 3]), { shape: [6] }), true)
is<Tensor<readonly [5], "i32">>()(random.permutation(k1, 5), true)
is<Key>()(scan((k) => [random.split(k)[0], sum(random.uniform(k, [3]))], k3, undefined, { length: 4 })[0], true)

// program: labelled sizes survive products, splits of axes and reductions
const batch = dim("batch", 32)
const time = dim("time", 9)
const tokens = zeros([batch, time, 64])
is<F32<[Dim<"batch">, Dim<"time">, 8, 8]>>()(reshape(tokens, [batch, time, 8, -1]), true)
is<F32<[Dim<"batch">, number]>>()(reshape(tokens, [batch, -1]), true)
is<F32<readonly [Dim<"batch">, 64]>>()(mean(tokens, { axis: 1 }), true)
is<F32<readonly [Dim<"batch">, Dim<"time">, Dim<"time">]>>()(einsum("b i d, b j d -> b i j", tokens, tokens), true)

// program: literals, narrowing, reading
const rows = tensor([
  [1, 2, 3],
  [4, 5, 6],
])
is<F32<[2, 3]>>()(rows, true)
is<Tensor<[2], "bool">>()(tensor([true, false]), true)
is<Tensor<[2, 2], "i32">>()(tensor(new Int32Array(4), { shape: [2, 2] }), true)
is<Promise<number>>()(sum(rows).item(), true)
is<readonly (readonly number[])[]>()(rows.arraySync(), true)
is<Promise<Float32Array>>()(rows.data(), true)
is<Tensor<[2, 3], DType>>()(expectShape(known, [2, 3]), true)
is<F32>()(add(cast(known, "f32"), rows), true)

// program: unknown sizes stay unknown and meet known ones
is<F32<readonly [number, 10]>>()(matmul(zeros([size, 784]), zeros([784, 10])), true)
is<F32<[number, 2, 3]>>()(reshape(zeros([size, 6]), [size, 2, 3]), true)
is<F32<readonly [number, 2]>>()(einsum("i j, j k -> i k", zeros([size, 4]), zeros([4, 2])), true)

// program: one batch size, many operations, generic throughout
export const flatten = <B extends number>(x: F32<[B, 28, 28]>): F32<[B, 784]> => reshape(x, [x.shape[0], -1])
export const turned = <B extends number>(x: F32<[B, 3]>): F32<[3, B]> => transpose(x)
export const beside = <B extends number>(x: F32<[B, 3]>): F32<[B, 6]> => concat([x, x], { axis: 1 })
export const above = <B extends number>(x: F32<[B, 3]>): F32<[2, B, 3]> => stack([x, x])
export const half = <B extends number>(x: F32<[B, 6]>): F32<[B, 3]> => split(x, 2, { axis: 1 })[0]
export const column = <B extends number>(x: F32<[B, 6]>): F32<[B]> => take(x, 0, { axis: 1 })
export const apart = <B extends number>(x: F32<[B, 6]>): F32<[B, 1, 6]> => expandDims(x, { axis: 1 })
export const best = <B extends number>(x: F32<[B, 6]>): Tensor<[B], "i32"> => argmax(x, { axis: -1 })
export const inner = <B extends number>(x: F32<[B, 6]>): F32<[B, 4]> => slice(x, [0, 1], [x.shape[0], 5])
export const wider = <B extends number>(x: F32<[B, 6]>): F32<[B, 8]> =>
  pad(x, [
    [0, 0],
    [1, 1],
  ])
export const chosen = <B extends number>(x: F32<[B, 6]>, i: Tensor<[B, 1], "i32">): F32<[B, 1]> => takeAlongAxis(x, i)
export const filtered = <B extends number>(x: F32<[B, 1, 28, 28]>, k: F32<[4, 1, 5, 5]>): F32<[B, 4, 24, 24]> =>
  conv2d(x, k)

// program: lists of unknown length, axes and positions known only when the program runs
declare const list: readonly F32<[2, 3]>[]
is<F32<readonly [number, 3]>>()(concat(list), true)
is<F32<readonly [2, number, 3]>>()(stack(list, { axis: 1 }), true)
is<F32>()(sum(rows, { axis: size }), true)
is<F32<readonly [number, number]>>()(slice(rows, [size, 0], [2, size]), true)
is<F32<readonly [2, 1]>>()(slice(rows, [0, -2], [2, -1]), true)
is<F32<readonly [3]>>()(take(rows, size), true)
is<F32<[number, 64]>>()(reshape(cast(known, "f32"), [-1, 64]), true)

// program: reductions and arguments of extremes
is<F32<readonly [2, 1, 4]>>()(sum(zeros([2, 3, 4]), { axis: 1, keepDims: true }), true)
is<F32<readonly [3]>>()(mean(zeros([2, 3, 4]), { axis: [0, -1] }), true)
is<Tensor<readonly [2], "i32">>()(argmax(rows, { axis: 1 }), true)
is<F32<[2, 3]>>()(cumsum(rows, { axis: 0 }), true)

// program: dtypes promote, a number takes the tensor's
const ints = zeros([3], { dtype: "i32" })
is<Tensor<[3], "i32">>()(add(ints, 2), true)
is<F32<[3]>>()(add(ints, zeros([3])), true)
is<Tensor<[3], "f64">>()(mul(zeros([3], { dtype: "f64" }), zeros([3])), true)
is<Tensor<[3], "bool">>()(less(ints, 2), true)
is<F32<[2, 3]>>()(where(less(rows, 2), rows, 0), true)
is<Tensor<[4], "bool">>()(full([4], true), true)
is<Tensor<readonly [5], "i32">>()(arange(5, { dtype: "i32" }), true)
is<F32<readonly [4, 4]>>()(eye(4), true)

// program: shaping
is<F32<readonly [3, 2]>>()(transpose(rows), true)
is<F32<readonly [5, 2, 3]>>()(transpose(zeros([2, 3, 5]), [2, 0, 1]), true)
is<F32<[2, 12]>>()(reshape(zeros([2, 3, 4]), [2, -1]), true)
is<F32<[64, 150528]>>()(reshape(zeros([64, 3, 224, 224]), [64, 150528]), true)
is<F32<readonly [2, 4096]>>()(concat([zeros([2, 3]), zeros([2, 4093])], { axis: 1 }), true)
is<F32<readonly [2, 2, 3]>>()(stack([rows, rows]), true)
is<readonly [F32<readonly [2, 4]>, F32<readonly [2, 4]>, F32<readonly [2, 4]>]>()(
  split(zeros([2, 12]), 3, { axis: 1 }),
  true,
)
is<F32<readonly [2, 2]>>()(slice(rows, [0, 1], [2, 3]), true)
is<F32<readonly [4, 8]>>()(
  pad(rows, [
    [1, 1],
    [2, 3],
  ]),
  true,
)
is<F32<readonly [3]>>()(take(rows, 1), true)
is<F32<readonly [2, 5]>>()(take(rows, zeros([5], { dtype: "i32" }), { axis: 1 }), true)
is<F32<readonly [2, 1]>>()(takeAlongAxis(rows, zeros([2, 1], { dtype: "i32" })), true)
is<F32<[4, 2, 3]>>()(broadcastTo(rows, [4, 2, 3]), true)
is<F32<readonly [2, 1, 3]>>()(expandDims(rows, { axis: 1 }), true)
is<F32<readonly [2, 3]>>()(squeeze(zeros([2, 1, 3]), { axis: 1 }), true)

// program: matmul with vectors and broadcast batches
is<Scalar>()(matmul(zeros([3]), zeros([3])), true)
is<F32<readonly [2]>>()(matmul(rows, zeros([3])), true)
is<F32<readonly [8, 4, 16, 64]>>()(matmul(zeros([8, 1, 16, 32]), zeros([4, 32, 64])), true)

// program: a convolutional network's shapes
const image = zeros([8, 3, 32, 32])
is<F32<readonly [8, 16, 30, 30]>>()(conv2d(image, zeros([16, 3, 3, 3])), true)
is<F32<readonly [8, 16, 16, 16]>>()(conv2d(image, zeros([16, 3, 3, 3]), { stride: 2, padding: "same" }), true)
is<F32<readonly [8, 6, 15, 14]>>()(
  conv2d(image, zeros([6, 1, 3, 5]), {
    groups: 3,
    stride: 2,
    padding: [
      [0, 0],
      [0, 0],
    ],
  }),
  true,
)

// program: transposed, pooled, transformed
is<F32<readonly [8, 5, 64, 64]>>()(
  convTranspose2d(image, zeros([3, 5, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 }),
  true,
)
is<F32<readonly [8, 3, 16, 10]>>()(maxPool2d(image, { window: [2, 3] }), true)
is<F32<readonly [2, 5]>>()(rfft(zeros([2, 9])).im, true)
is<F32<readonly [5, 2, 4]>>()(einsum("...ij,jk->...ik", zeros([5, 2, 3]), zeros([3, 4])), true)

// program: several arguments, aux, numbers for scalars
is<readonly [Scalar, Scalar]>()(grad((a: Scalar, b: Scalar) => mul(a, b), { argnums: [0, 1] })(2, 3), true)
const withAux = (w: F32<[3]>) => [sum(w), { accuracy: mean(w) }] as const
const [[, aux], ga] = valueAndGrad(withAux, { hasAux: true })(zeros([3]))
is<Scalar>()(aux.accuracy, true)
is<F32<[3]>>()(ga, true)
is<Scalar>()(grad(withAux, { hasAux: true })(zeros([3]))[1].accuracy, true)

// program: vjp, jvp, linearize
const product = (a: F32<[2, 3]>, b: Scalar) => mul(a, b)
const [, pull] = vjp(product)(rows, 3)
is<[a: F32<[2, 3]>, b: Scalar]>()(pull(rows), true)
is<F32<[2, 3]>>()(jvp(product)([rows, 3], [rows, 1])[1], true)
is<F32<[2, 3]>>()(linearize(product)(rows, 3)[1](rows, 1), true)

// program: Jacobians and Hessians by leaf; Hessian-vector products
const tower = (q: { w: F32<[3]>; b: F32<[2]> }) => sum(q.w)
const place = { w: zeros([3]), b: zeros([2]) }
is<F32<readonly [3, 2]>>()(hessian(tower)(place).w.b, true)
is<F32<readonly [2, 4, 4]>>()(jacrev((a: F32<[4]>) => broadcastTo(a, [2, 4]))(zeros([4])), true)
is<F32<readonly [4, 3]>>()(jacfwd((a: F32<[3]>, b: F32<[4]>) => mul(b, sum(a)))(zeros([3]), zeros([4])), true)
is<F32<[2]>>()(hvp(tower)([place], [place]).b, true)
is<Scalar>()(grad(grad(grad((x: Scalar) => mul(x, mul(x, x)))))(2), true)

// program: control flow
is<F32<[3]>>()(
  whileLoop(
    (v) => less(sum(v), 10),
    (v) => mul(v, 2),
    ones([3]),
  ),
  true,
)
is<F32<[3]>>()(
  forLoop(0, 5, (i, v) => add(v, cast(i, "f32")), ones([3])),
  true,
)
is<F32<[3]>>()(
  cond(
    less(sum(ones([3])), 1),
    (v) => exp(v),
    (v) => neg(v),
    ones([3]),
  ),
  true,
)

// program: custom derivatives, a solve that is its own rule, recomputation
const logistic = customJvp(
  (x: F32<[3]>) => log(add(1, exp(x))),
  ([x], [dx]) => [log(add(1, exp(x))), mul(dx, div(1, add(1, exp(neg(x)))))],
)
is<F32<[3]>>()(grad((x: F32<[3]>) => sum(logistic(x)))(zeros([3])), true)
const clipped = customVjp((x: F32<[3]>, limit: Scalar) => mul(x, limit), {
  forward: (x, limit) => [mul(x, limit), limit],
  backward: (limit, ct) => [mul(ct, limit), undefined],
})
is<F32<[3]>>()(clipped(zeros([3]), 2), true)
is<F32<[3]>>()(
  linearSolve((x) => mul(x, 2), zeros([3]), { solve: (_, b) => div(b, 2), symmetric: true }),
  true,
)
is<F32<[3]>>()(checkpoint((x: F32<[3]>) => stopGradient(exp(x)))(zeros([3])), true)

// program: kernels and primitives of one's own
const stretched = gpuKernel(
  function (x, factor) {
    is<readonly (readonly number[])[]>()(x, true)
    is<number>()(factor, true)
    is<number>()(this.constants.offset, true)
    return x[this.thread.y]![this.thread.x]! * factor + this.constants.offset
  },
  {
    output: (x: F32<[2, 3]>, _: Scalar) => x.shape,
    constants: { offset: 1 },
    jvp: ([x, factor], [dx, dfactor], out) => {
      is<F32<readonly [2, 3]>>()(out, true)
      return add(mul(dx, factor), mul(x, dfactor))
    },
  },
)
is<F32<readonly [2, 3]>>()(stretched(rows, 2), true)
const rowSums = gpuKernel("function (x) { return x[this.thread.x][0]; }", {
  output: (x: F32<[number, number]>) => [x.shape[0]],
  vjp: ([x], ct) => [mul(expandDims(ct, { axis: 1 }), x)],
})
is<F32<readonly [number]>>()(rowSums(rows), true)
is<F32<readonly [4]>>()(gpuKernel("function () { return this.thread.x; }", { output: [4] })(), true)
const wide = gpuKernel("function (x) { return x[0]; }", { output: (_: Tensor<[3], "f64">, __: Scalar) => [1] })
is<Tensor<readonly [1], "f64">>()(wide(zeros([3], { dtype: "f64" }), 2), true)
is<Tensor<readonly [1], Float>>()(gpuKernel("function () { return 0; }", { output: (_: Tensor) => [1] })(rows), true)
const halved = definePrimitive<<N extends number>(x: F32<[N]>, options: { by: number }) => F32<[N]>>(
  "halved",
  ([x], { by }) => loop.map([x], x.shape, (i) => loop.binary("div", loop.load(x, [i]), loop.constant(by, x.dtype))),
)
is<F32<[3]>>()(halved(zeros([3]), { by: 2 }), true)
const largest = definePrimitive<(x: F32<[3]>) => readonly [F32<[3]>, Scalar]>(
  "largest",
  ([x]) => loop.routine([x], { name: "largest", run: (all) => all }, [x, { dtype: "f32", shape: [] }]),
  {
    jvp: ([x], [_, top], [dx]) => {
      is<Scalar>()(top, true)
      return [dx && mul(dx, x), undefined]
    },
    batch: ([x]) => [x, sum(x, { axis: 1 })],
  },
)
is<readonly [F32<[3]>, Scalar]>()(largest(zeros([3])), true)

// program: Option leaves and empty ones
type Maybe = { readonly _tag: "None" } | { readonly _tag: "Some"; readonly value: F32<[3]> }
is<{ w: F32<[3]>; scale: Maybe; bias?: F32<[3]> }>()(
  grad((q: { w: F32<[3]>; scale: Maybe; bias?: F32<[3]> }) => sum(q.w))({ w: zeros([3]), scale: { _tag: "None" } }),
  true,
)

// program: pipe and flow
is<F32<readonly [32]>>()(
  pipe(
    zeros([32, 784]),
    flow(tanh, exp),
    (v) => matmul(v, zeros([784, 10])),
    (v) => softmax(v),
    (v) => sum(v, { axis: 1 }),
  ),
  true,
)

// program: transforms in any nesting, of a function that is generic
is<F32<readonly [5, 3]>>()(jit(vmap(jit(grad((w: F32<[3]>) => sum(exp(w))))))(zeros([5, 3])), true)
is<string>()(`${makeProgram((w: F32<[3]>) => sum(w))(zeros([3]))}`, true)
is<F32<[2, 3]>>()(
  withEngine("reference", () => exp(rows)),
  true,
)

// program: linear algebra, in batches and of unknown sizes
const systems = zeros([8, 5, 5])
is<F32<[8, 5, 5]>>()(cholesky(systems), true)
is<F32<readonly [8, 5]>>()(solve(systems, zeros([5])), true)
is<F32<readonly [8, 5, 2]>>()(solve(zeros([5, 5]), zeros([8, 5, 2])), true)
is<F32<readonly [8]>>()(det(systems), true)
is<F32<readonly [8]>>()(slogdet(systems).logAbsDet, true)
is<F32<readonly [8, 5]>>()(eigh(systems).values, true)
const factors = svd(zeros([8, 12, 9]))
is<F32<readonly [8, 12, 9]>>()(factors.u, true)
is<F32<readonly [8, 9]>>()(factors.s, true)
is<F32<readonly [8, 9, 9]>>()(factors.v, true)
is<F32<readonly [8, 12, 12]>>()(svd(zeros([8, 12, 9]), { fullMatrices: true }).u, true)
is<F32<readonly [2, 5]>>()(qr(zeros([2, 5])).r, true)
is<F32<readonly [6, 6]>>()(qr(zeros([6, 5]), { mode: "complete" }).q, true)
is<Tensor<readonly [6], "i32">>()(lu(zeros([6, 5])).p, true)
is<F32<readonly [9, 12]>>()(pinv(zeros([12, 9])), true)
is<F32<readonly [9, 2]>>()(lstsq(zeros([12, 9]), zeros([12, 2])).x, true)
is<F32<readonly [6, 20]>>()(kron(zeros([2, 4]), zeros([3, 5])), true)
is<F32<[7, 3]>>()(cross(zeros([7, 3]), zeros([3])), true)
is<Scalar>()(vdot(zeros([2, 3]), zeros([6])), true)
is<F32<readonly [2, 4]>>()(innerProduct(zeros([2, 3]), zeros([4, 3])), true)
is<F32<readonly [2, 5]>>()(
  tensordot(zeros([2, 3, 4]), zeros([4, 3, 5]), {
    axes: [
      [1, -1],
      [1, 0],
    ],
  }),
  true,
)
is<F32<readonly [2, 5]>>()(tensordot(zeros([2, 3, 4]), zeros([3, 4, 5])), true)
is<F32<readonly [2, 1]>>()(norm(zeros([2, 3]), { ord: 1, axis: -1, keepDims: true }), true)
const anyMatrix = (m: F32<Shape>): F32<Shape> => inv(m)
is<F32<Shape>>()(solve(anyMatrix(systems), systems), true)
const square = <N extends number>(m: F32<[N, N]>): F32<[N, N]> => inv(m)
is<F32<[3, 3]>>()(square(zeros([3, 3])), true)

// program: elements by index, in every form, and what is put there
const picks = zeros([4], { dtype: "i32" })
const block = zeros([5, 6, 7])
is<F32<readonly [4, 2]>>()(at(block, picks, [1, 3], -1).get(), true)
is<F32<readonly [5, 6, 7]>>()(at(block, 0, picks).add(zeros([4, 7])), true)
const someShape: F32 = zeros([3])
is<F32<Shape>>()(at(someShape, 0).get(), true)
is<F32<readonly [2, 3]>>()(dynamicSlice(zeros([5, 6]), [tensor(1, { dtype: "i32" }), 0], [2, 3]), true)
is<F32<readonly [9, 6, 7]>>()(segmentSum(block, zeros([5], { dtype: "i32" }), { segments: 9 }), true)
is<F32<readonly [4, 4]>>()(diag(zeros([3]), { k: 1 }), true)
is<F32<readonly [7, 5]>>()(diagonal(block, { axis2: 1 }), true)
is<F32<readonly [5, 18, 7]>>()(repeat(block, 3, { axis: 1 }), true)
is<F32<readonly [2, 5, 12, 7]>>()(tile(block, [2, 1, 2, 1]), true)
is<F32<readonly [6, 7, 5]>>()(moveAxis(block, 0, -1), true)
is<F32<readonly [6, 5, 7]>>()(rot90(block), true)
const [head, , tail] = split(block, [1, 4], { axis: 1 })
is<F32<readonly [5, 1, 7]>>()(head, true)
is<F32<readonly [5, 2, 7]>>()(tail, true)
export const rolled = <B extends number>(x: F32<[B, 6]>): F32<[B, 6]> => tril(roll(x, 1, { axis: 0 }))

// program: a whole run, typed by its parameters, optimiser, state and metrics
export async function trained(x: F32<[64, 784]>) {
  const { params, optimiser, state, history, best } = await fit({
    params: p,
    state: { seen: tensor(0) },
    optimiser: chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 })),
    batches: (_, step) => ({ x: mul(x, step) }),
    loss: (params, batch, { state }) => [
      mean(square(predict(params, batch.x))),
      { state: { seen: add(state.seen, 1) }, metrics: { largest: max(params.out.b) } },
    ],
    metrics: ({ optimiser: [, adam], gradients }) => ({ mean: mean(adam.mean.out.b), slope: mean(gradients.out.b) }),
    evaluate: { run: async ({ out }: Mlp) => ({ bias: await mean(out.b).item() }) },
    earlyStop: { metric: "bias", mode: "min", patience: 3 },
    steps: 100,
    key: random.key(0),
  })
  is<Mlp>()(params, true)
  is<F32<[64, 10]>>()(optimiser[1].variance.out.w, true)
  is<Scalar>()(state.seen, true)
  is<readonly number[]>()([history.loss, history.metrics.largest, history.metrics.slope][0] ?? [], true)
  is<Mlp | undefined>()(best?.params, true)
  return history.evaluations.map(({ values }) => values.bias)
}
