/** Softmax of 512 rows of 512, forward, and the gradient of a weighted sum of it. */
import { type F32, grad, jit, mul, softmax, sum } from "cotangent"
import { numbers } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, type TfTensor, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const n = 512
type Square = F32<[512, 512]>
const shared = {
  kind: "calls",
  bars: [fasterThanPeers("one", 1), fasterThanPeers("threads", 1.6)],
  torch: true,
} as const

const softmaxForward: Row = {
  ...shared,
  name: "softmax",
  title: "softmax 512 x 512",
  tolerance: 1e-5,
  sides: {
    cotangent: () => {
      const x = operand(1, [n, n], 4)
      const f = jit((x: Square) => softmax(x))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit, nn } = await loadJax()
      const x = await jaxOperand(1, [n, n], 4)
      const f = jit((x: JaxArray) => nn.softmax(x, -1))
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const x = await tfjsOperand(1, [n, n], 4)
      return tfjsCalls(() => [tf.softmax(x)])
    },
    plain: () => {
      const [x, y] = [numbers(1, n * n, 4), new Float32Array(n * n)]
      return plain(() => byRows(x, y), [y])
    },
  },
}
function byRows(x: Float32Array, y: Float32Array): void {
  for (let start = 0; start < x.length; start += n) {
    let largest = Number.NEGATIVE_INFINITY
    for (let i = start; i < start + n; i++) largest = Math.max(largest, x[i]!)
    let total = 0
    for (let i = start; i < start + n; i++) {
      y[i] = Math.exp(x[i]! - largest)
      total += y[i]!
    }
    for (let i = start; i < start + n; i++) y[i]! /= total
  }
}

const softmaxGradient: Row = {
  ...shared,
  name: "softmax-gradient",
  title: "gradient of softmax 512 x 512",
  tolerance: 1e-4,
  sides: {
    cotangent: () => {
      const [x, w] = [operand(1, [n, n], 4), operand(2, [n, n])]
      const f = jit(grad((x: Square, w: Square) => sum(mul(softmax(x), w))))
      return ours(() => [f(x, w)])
    },
    jax: async () => {
      const { grad, jit, nn } = await loadJax()
      const [x, w] = [await jaxOperand(1, [n, n], 4), await jaxOperand(2, [n, n])]
      const f = jit(grad((x: JaxArray, w: JaxArray) => nn.softmax(x, -1).mul(w).sum()))
      return jaxCalls(() => [f(x.ref, w.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const [x, w] = [await tfjsOperand(1, [n, n], 4), await tfjsOperand(2, [n, n])]
      const f = tf.grad((x: TfTensor) => tf.sum(tf.mul(tf.softmax(x), w)))
      return tfjsCalls(() => [f(x)])
    },
  },
}

export const softmaxRows: readonly Row[] = [softmaxForward, softmaxGradient]
