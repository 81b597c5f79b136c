/** Square matrix products. */
import { jit, matmul } from "cotangent"
import { numbers } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const square = (n: number): Row => ({
  name: `matmul-${n}`,
  title: `matmul ${n} x ${n}`,
  kind: "calls",
  flops: 2 * n ** 3,
  tolerance: 1e-4,
  bars: [fasterThanPeers("one", 1.25), fasterThanPeers("threads", 2.4)],
  torch: true,
  sides: {
    cotangent: () => {
      const [a, b] = [operand(1, [n, n]), operand(2, [n, n])]
      const product = jit((x: typeof a, y: typeof b) => matmul(x, y))
      return ours(() => [product(a, b)])
    },
    jax: async () => {
      const { jit, numpy } = await loadJax()
      const [a, b] = [await jaxOperand(1, [n, n]), await jaxOperand(2, [n, n])]
      const product = jit((x: JaxArray, y: JaxArray) => numpy.matmul(x, y))
      return jaxCalls(() => [product(a.ref, b.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const [a, b] = [await tfjsOperand(1, [n, n]), await tfjsOperand(2, [n, n])]
      return tfjsCalls(() => [tf.matMul(a, b)])
    },
    plain: () => {
      const [a, b, c] = [numbers(1, n * n), numbers(2, n * n), new Float32Array(n * n)]
      return plain(() => multiply(a, b, c, n), [c])
    },
  },
})

/** Rows of b in the inner loop, so that memory is read in order. */
function multiply(a: Float32Array, b: Float32Array, c: Float32Array, n: number): void {
  c.fill(0)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[k * n + j]!
    }
}

export const matmulRows: readonly Row[] = [256, 512, 1024].map(square)
