// What a library on top of this one exports, compiled with `declaration`: every type that inference finds here has to have
// a name that users can import (TS4023, TS2742).
import {
  add,
  conv2d,
  dim,
  type F32,
  grad,
  hessian,
  jacrev,
  jit,
  matmul,
  mean,
  mul,
  random,
  reshape,
  scan,
  sub,
  tanh,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
} from "cotangent"
import { activation, batched, linear, sequential } from "cotangent/layers"
import { adam, applyUpdates, chain, clipByGlobalNorm, opaque } from "cotangent/optim"

export const batch = dim("batch", 32)
export const images = zeros([batch, 784])
export const data = tensor([
  [1, 2],
  [3, 4],
])
export const model = sequential(
  linear(784, 64),
  activation((x) => tanh(x)),
  linear(64, 10),
)
export const inBatches = batched(model)
export const params = model.init(random.key(0))
export const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: 1e-3 }))
export const state = optimiser.init(params)
export const hidden = opaque(optimiser)
export const loss = (p: typeof params, x: F32<[32, 784]>, y: F32<[32, 10]>) => {
  const e = sub(inBatches.apply(p, x), y)
  return mean(mul(e, e))
}
export const gradient = grad(loss)
export const step = jit(
  (s: { params: typeof params; opt: typeof state }, x: F32<[32, 784]>, y: F32<[32, 10]>) => {
    const [value, grads] = valueAndGrad(loss)(s.params, x, y)
    const [updates, opt] = optimiser.update(grads, s.opt, s.params)
    return [{ params: applyUpdates(s.params, updates), opt }, value] as const
  },
  { donate: [0] },
)
export const perExample = vmap(
  grad((p: { w: F32<[3]> }, x: F32<[3]>) => mean(mul(p.w, x))),
  { inAxes: [null, 0] },
)
export const curvature = hessian((x: F32<[3]>) => mean(mul(x, x)))
export const slopes = jacrev((x: F32<[3]>) => tanh(x))
export const pulled = vjp((a: F32<[3]>) => tanh(a))(zeros([3]))
export const generic = <B extends number>(x: F32<[B, 784]>) => add(matmul(x, zeros([784, 10])), zeros([10]))
export const unroll = <T extends number>(xs: F32<[T, 8]>) => scan((c, x) => [tanh(add(c, x)), c], zeros([8]), xs)
export const features = conv2d(zeros([8, 1, 28, 28]), zeros([4, 1, 3, 3]), { stride: 2 })
export const flat = reshape(features, [8, -1])
