/** Eager differentiation of a tiny function: what a call costs before any arithmetic. */
import { type F32, grad, mul, sin, sum } from "cotangent"
import type { Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { loadTfjs, type TfTensor, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

export const eagerRow: Row = {
  name: "eager",
  title: "eager grad of sum(sin(x) * x), n 10",
  kind: "calls",
  tolerance: 1e-5,
  bars: [{ kind: "faster", ours: "threads", than: "jax", least: 10 }],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [10])
      const f = grad((x: F32<[10]>) => sum(mul(sin(x), x)))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { grad, numpy } = await loadJax()
      const x = await jaxOperand(1, [10])
      const f = grad((x: JaxArray) => numpy.sin(x.ref).mul(x).sum())
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const x = await tfjsOperand(1, [10])
      const f = tf.grad((x: TfTensor) => tf.sum(tf.mul(tf.sin(x), x)))
      return tfjsCalls(() => [f(x)])
    },
  },
}
