/** One pass over 262,144 elements. */
import { add, exp, type F32, jit, mul, tanh } from "cotangent"
import { numbers } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, type TfTensor, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const n = 262_144
const [root, cubic] = [Math.sqrt(2 / Math.PI), 0.044715]
type Vector = F32<[number]>

const scaleAndShift: Row = {
  name: "fma",
  title: "x * w + b, 262,144",
  kind: "calls",
  flops: 2 * n,
  tolerance: 1e-6,
  bars: [fasterThanPeers("one", 1.8), fasterThanPeers("threads", 3)],
  torch: true,
  sides: {
    cotangent: () => {
      const [x, w, b] = [operand(1, [n], 4), operand(2, [n]), operand(3, [n])]
      const f = jit((x: Vector, w: Vector, b: Vector) => add(mul(x, w), b))
      return ours(() => [f(x, w, b)])
    },
    jax: async () => {
      const { jit } = await loadJax()
      const [x, w, b] = [await jaxOperand(1, [n], 4), await jaxOperand(2, [n]), await jaxOperand(3, [n])]
      const f = jit((x: JaxArray, w: JaxArray, b: JaxArray) => x.mul(w).add(b))
      return jaxCalls(() => [f(x.ref, w.ref, b.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const [x, w, b] = [await tfjsOperand(1, [n], 4), await tfjsOperand(2, [n]), await tfjsOperand(3, [n])]
      return tfjsCalls(() => [tf.add(tf.mul(x, w), b)])
    },
    plain: () => {
      const [x, w, b, y] = [numbers(1, n, 4), numbers(2, n), numbers(3, n), new Float32Array(n)]
      return plain(() => {
        for (let i = 0; i < n; i++) y[i] = x[i]! * w[i]! + b[i]!
      }, [y])
    },
  },
}

const exponential: Row = {
  name: "exp",
  title: "exp, 262,144",
  kind: "calls",
  tolerance: 1e-5,
  bars: [fasterThanPeers("threads", 3.5)],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [n], 4)
      const f = jit((x: Vector) => exp(x))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit, numpy } = await loadJax()
      const x = await jaxOperand(1, [n], 4)
      const f = jit((x: JaxArray) => numpy.exp(x))
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const x = await tfjsOperand(1, [n], 4)
      return tfjsCalls(() => [tf.exp(x)])
    },
    plain: () => {
      const [x, y] = [numbers(1, n, 4), new Float32Array(n)]
      return plain(() => {
        for (let i = 0; i < n; i++) y[i] = Math.exp(x[i]!)
      }, [y])
    },
  },
}

const gelu: Row = {
  name: "gelu",
  title: "tanh-GELU, 262,144",
  kind: "calls",
  tolerance: 1e-5,
  bars: [fasterThanPeers("threads", 8)],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [n], 4)
      const f = jit((x: Vector) => {
        const inner = mul(add(x, mul(mul(mul(x, x), x), cubic)), root)
        return mul(mul(x, 0.5), add(tanh(inner), 1))
      })
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit, nn } = await loadJax()
      const x = await jaxOperand(1, [n], 4)
      const f = jit((x: JaxArray) => nn.gelu(x))
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const x = await tfjsOperand(1, [n], 4)
      const gelu = await tfjsGelu()
      return tfjsCalls(() => [gelu(x)])
    },
    plain: () => {
      const [x, y] = [numbers(1, n, 4), new Float32Array(n)]
      return plain(() => {
        for (let i = 0; i < n; i++) {
          const z = x[i]!
          y[i] = 0.5 * z * (1 + Math.tanh(root * (z + cubic * z * z * z)))
        }
      }, [y])
    },
  },
}
export async function tfjsGelu(): Promise<(z: TfTensor) => TfTensor> {
  const tf = await loadTfjs()
  return (z) => {
    const inner = tf.mul(root, tf.add(z, tf.mul(cubic, tf.mul(z, tf.mul(z, z)))))
    return tf.mul(tf.mul(z, 0.5), tf.add(1, tf.tanh(inner)))
  }
}

export const elementwiseRows: readonly Row[] = [scaleAndShift, exponential, gelu]
