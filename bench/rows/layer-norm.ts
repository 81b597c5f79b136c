/** Layer norm of 512 rows of 512, forward, and the gradients of a weighted sum of it. */
import { add, div, type F32, grad, jit, mean, mul, sqrt, square, sub, sum } from "cotangent"
import { numbers } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, type TfTensor, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const n = 512
const epsilon = 1e-5
type Square = F32<[512, 512]>
type Vector = F32<[512]>
interface Norm {
  readonly gain: Vector
  readonly bias: Vector
}
const shared = {
  kind: "calls",
  bars: [fasterThanPeers("one", 1), fasterThanPeers("threads", 1.6)],
  torch: true,
} as const

const layerNorm = (x: Square, { gain, bias }: Norm): Square => {
  const centred = sub(x, mean(x, { axis: -1, keepDims: true }))
  const variance = mean(square(centred), { axis: -1, keepDims: true })
  return add(mul(div(centred, sqrt(add(variance, epsilon))), gain), bias)
}
const jaxLayerNorm = async () => {
  const { numpy } = await loadJax()
  return (x: JaxArray, gain: JaxArray, bias: JaxArray): JaxArray => {
    const centred = x.ref.sub(x.mean(-1, { keepdims: true }))
    const variance = centred.ref.mul(centred.ref).mean(-1, { keepdims: true })
    return centred
      .div(numpy.sqrt(variance.add(epsilon)))
      .mul(gain)
      .add(bias)
  }
}
const tfjsLayerNorm = async () => {
  const tf = await loadTfjs()
  return (x: TfTensor, gain: TfTensor, bias: TfTensor): TfTensor => {
    const centred = tf.sub(x, tf.mean(x, -1, true))
    const variance = tf.mean(tf.mul(centred, centred), -1, true)
    return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, epsilon))), gain), bias)
  }
}

const layerNormForward: Row = {
  ...shared,
  name: "layer-norm",
  title: "layer norm 512 x 512",
  tolerance: 1e-5,
  sides: {
    cotangent: () => {
      const [x, norm] = [operand(1, [n, n], 4), { gain: operand(2, [n]), bias: operand(3, [n]) }]
      const f = jit(layerNorm)
      return ours(() => [f(x, norm)])
    },
    jax: async () => {
      const { jit } = await loadJax()
      const [x, gain, bias] = [await jaxOperand(1, [n, n], 4), await jaxOperand(2, [n]), await jaxOperand(3, [n])]
      const f = jit(await jaxLayerNorm())
      return jaxCalls(() => [f(x.ref, gain.ref, bias.ref)])
    },
    tfjs: async () => {
      const [x, gain, bias] = [await tfjsOperand(1, [n, n], 4), await tfjsOperand(2, [n]), await tfjsOperand(3, [n])]
      const f = await tfjsLayerNorm()
      return tfjsCalls(() => [f(x, gain, bias)])
    },
    plain: () => {
      const [x, gain, bias] = [numbers(1, n * n, 4), numbers(2, n), numbers(3, n)]
      const y = new Float32Array(n * n)
      return plain(() => byRows(x, gain, bias, y), [y])
    },
  },
}
function byRows(x: Float32Array, gain: Float32Array, bias: Float32Array, y: Float32Array): void {
  for (let start = 0; start < x.length; start += n) {
    let total = 0
    for (let i = 0; i < n; i++) total += x[start + i]!
    const mean = total / n
    let squares = 0
    for (let i = 0; i < n; i++) squares += (x[start + i]! - mean) ** 2
    const scale = 1 / Math.sqrt(squares / n + epsilon)
    for (let i = 0; i < n; i++) y[start + i] = (x[start + i]! - mean) * scale * gain[i]! + bias[i]!
  }
}

const layerNormGradient: Row = {
  ...shared,
  name: "layer-norm-gradient",
  title: "gradients of layer norm 512 x 512",
  tolerance: 1e-4,
  sides: {
    cotangent: () => {
      const [x, norm, w] = [operand(1, [n, n], 4), { gain: operand(2, [n]), bias: operand(3, [n]) }, operand(4, [n, n])]
      const loss = (x: Square, norm: Norm, w: Square) => sum(mul(layerNorm(x, norm), w))
      const f = jit(grad(loss, { argnums: [0, 1] }))
      return ours(() => {
        const [byX, { gain, bias }] = f(x, norm, w)
        return [byX, gain, bias]
      })
    },
    jax: async () => {
      const { grad, jit } = await loadJax()
      const [x, gain, bias] = [await jaxOperand(1, [n, n], 4), await jaxOperand(2, [n]), await jaxOperand(3, [n])]
      const [w, norm] = [await jaxOperand(4, [n, n]), await jaxLayerNorm()]
      const f = jit(
        grad((x: JaxArray, gain: JaxArray, bias: JaxArray, w: JaxArray) => norm(x, gain, bias).mul(w).sum(), {
          argnums: [0, 1, 2],
        }),
      )
      return jaxCalls(() => f(x.ref, gain.ref, bias.ref, w.ref))
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const [x, gain, bias] = [await tfjsOperand(1, [n, n], 4), await tfjsOperand(2, [n]), await tfjsOperand(3, [n])]
      const [w, norm] = [await tfjsOperand(4, [n, n]), await tfjsLayerNorm()]
      const f = tf.grads((x: TfTensor, gain: TfTensor, bias: TfTensor) => tf.sum(tf.mul(norm(x, gain, bias), w)))
      return tfjsCalls(() => f([x, gain, bias]))
    },
  },
}

export const layerNormRows: readonly Row[] = [layerNormForward, layerNormGradient]
