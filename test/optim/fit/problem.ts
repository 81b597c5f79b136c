/** A small regression with dropout in its loss, so that keys, order and optimiser all matter. */
import { add, type F32, type Key, matmul, mean, mul, random, square, sub, sum, tanh, zeros } from "cotangent"
import { batches } from "cotangent/io"
import { adam, type LossContext } from "cotangent/optim"

const [forX, forHidden, forOut] = random.split(random.key(3), 3)
const x = random.normal(forX, [96, 4])
const y = tanh(sum(x, { axis: 1 }))
export const data = batches({ x, y }, { size: 16 })

export interface Params {
  readonly hidden: { readonly weight: F32<[4, 8]>; readonly bias: F32<[8]> }
  readonly out: F32<[8]>
}
export interface Batch {
  readonly x: F32<readonly [16, 4]>
  readonly y: F32<readonly [16]>
}
export const start = (): Params => ({
  hidden: { weight: random.normal(forHidden, [4, 8]), bias: zeros([8]) },
  out: random.normal(forOut, [8]),
})
const noisy = (key: Key, h: F32<[16, 8]>) => mul(h, add(random.normal(key, [16, 8]), 1))
export const loss = ({ hidden, out }: Params, { x, y }: Batch, { key }: Pick<LossContext<unknown>, "key">) => {
  const h = noisy(key, tanh(add(matmul(x, hidden.weight), hidden.bias)))
  return mean(square(sub(matmul(h, out), y)))
}
export const optimiser = adam({ learningRate: 0.02 })
