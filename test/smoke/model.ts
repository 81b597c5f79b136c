// A library that builds on cotangent and publishes its own declarations: every type below has to be nameable (TS4023).
import { type F32, grad, jit, matmul, mul, random, scan, sub, sum, tanh, valueAndGrad, vmap, zeros } from "cotangent"
import { linear, sequential } from "cotangent/layers"
import { adam, chain } from "cotangent/optim"

export const model = sequential(linear(784, 64), linear(64, 10))
export const params = model.init(random.key(0))
export const optimiser = chain(adam({ learningRate: 1e-3 }))
export const state = optimiser.init(params)

export const predict = vmap(model.apply, { inAxes: [null, 0] })
export const slope = grad((x: F32<[3]>) => sum(mul(x, x)))
export const fit = jit(
  valueAndGrad((w: F32<[3, 2]>, x: F32<[5, 3]>, y: F32<[5, 2]>) => {
    const error = sub(tanh(matmul(x, w)), y)
    return sum(mul(error, error))
  }),
)
export const [carry, path] = scan((c, x) => [tanh(c), sum(x)], zeros([8]), zeros([20, 8]))

// The shapes arrive on this side of the declarations: with `any` in their place the expected errors would be missing.
export const logits: F32<[10]> = model.apply(params, zeros([784]))
export const gradient: F32<[3]> = slope(zeros([3]))
// @ts-expect-error ten elements where eleven were promised
export const wrongLogits: F32<[11]> = model.apply(params, zeros([784]))
// @ts-expect-error an image of 783 pixels
export const wrongImage = model.apply(params, zeros([783]))
// @ts-expect-error three elements where four were promised
export const wrongGradient: F32<[4]> = slope(zeros([3]))
// @ts-expect-error the inner sizes 3 and 4 differ
export const mismatch = matmul(zeros([2, 3]), zeros([4, 5]))
