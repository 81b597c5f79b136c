/** Convolution 3x3 of 32 to 32 channels on 32 images of 28x28, each library in its own order of axes. */
import { conv2d, type F32, jit, mean, square, valueAndGrad } from "cotangent"
import { numbers } from "../harness/data.ts"
import type { Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, type TfTensor, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const [batch, channels, side] = [32, 32, 28] as const
const imageShape = [batch, channels, side, side] as const
const kernelShape = [channels, channels, 3, 3] as const
const scale = 0.1
type Image = F32<[32, 32, 28, 28]>
type Kernel = F32<[32, 32, 3, 3]>
const convolve = (x: Image, w: Kernel): Image => conv2d(x, w, { padding: "same" })

const forward: Row = {
  name: "conv",
  title: "conv 3x3, 32 -> 32 channels, 28 x 28, batch 32",
  kind: "calls",
  flops: 2 * batch * channels * channels * 9 * side * side,
  tolerance: 1e-4,
  bars: [{ kind: "rate", ours: "one", least: 30 }],
  torch: true,
  sides: {
    cotangent: () => {
      const [x, w] = [operand(1, imageShape), operand(2, kernelShape, scale)]
      const f = jit(convolve)
      return ours(() => [f(x, w)])
    },
    jax: async () => {
      const { jit, lax } = await loadJax()
      const [x, w] = [await jaxOperand(1, imageShape), await jaxOperand(2, kernelShape, scale)]
      const f = jit((x: JaxArray, w: JaxArray) => lax.conv(x, w, [1, 1], "SAME"))
      return jaxCalls(() => [f(x.ref, w.ref)])
    },
    tfjs: async () => {
      const { convolve, x, w, channelsFirst } = await tfjsConvolution()
      const task = await tfjsCalls(() => [convolve(x, w)])
      const compared = await tfjsCalls(() => [channelsFirst(convolve(x, w))])
      return { run: task.run, outputs: compared.outputs }
    },
    plain: () => {
      const x = numbers(1, batch * channels * side * side)
      const w = numbers(2, channels * channels * 9, scale)
      const y = new Float32Array(x.length)
      return plain(() => loops(x, w, y), [y])
    },
  },
}

/** One tap of one pair of channels at a time, over the pixels that it reaches. */
function loops(x: Float32Array, w: Float32Array, y: Float32Array): void {
  const plane = side * side
  y.fill(0)
  for (let image = 0; image < batch; image++)
    for (let out = 0; out < channels; out++)
      for (let from = 0; from < channels; from++)
        for (let tap = 0; tap < 9; tap++) {
          const [dy, dx] = [Math.floor(tap / 3) - 1, (tap % 3) - 1]
          const weight = w[(out * channels + from) * 9 + tap]!
          const [to, source] = [(image * channels + out) * plane, (image * channels + from) * plane]
          for (let i = Math.max(0, -dy); i < Math.min(side, side - dy); i++)
            for (let j = Math.max(0, -dx); j < Math.min(side, side - dx); j++)
              y[to + i * side + j]! += weight * x[source + (i + dy) * side + j + dx]!
        }
}

async function tfjsConvolution() {
  const tf = await loadTfjs()
  const x = tf.transpose(await tfjsOperand(1, imageShape), [0, 2, 3, 1])
  const w = tf.transpose(await tfjsOperand(2, kernelShape, scale), [2, 3, 1, 0])
  return {
    x,
    w,
    convolve: (x: TfTensor, w: TfTensor): TfTensor => tf.conv2d(x, w, 1, "same"),
    channelsFirst: (y: TfTensor): TfTensor => tf.transpose(y, [0, 3, 1, 2]),
  }
}

const gradients: Row = {
  name: "conv-gradient",
  title: "the same, forward and both gradients",
  kind: "calls",
  // Each element of the kernel's gradient is a sum of 25,088: added one after the other, four digits are left.
  tolerance: 1e-3,
  flops: 3 * 2 * batch * channels * channels * 9 * side * side,
  bars: [{ kind: "faster", ours: "threads", than: "peers", least: 1.5 }],
  torch: true,
  remark: "tfjs-wasm has no gradient for the kernel",
  sides: {
    cotangent: () => {
      const [x, w] = [operand(1, imageShape), operand(2, kernelShape, scale)]
      const f = jit(valueAndGrad((x: Image, w: Kernel) => mean(square(convolve(x, w))), { argnums: [0, 1] }))
      return ours(() => {
        const [loss, [byImage, byKernel]] = f(x, w)
        return [loss, byImage, byKernel]
      })
    },
    jax: async () => {
      const { jit, lax, valueAndGrad } = await loadJax()
      const [x, w] = [await jaxOperand(1, imageShape), await jaxOperand(2, kernelShape, scale)]
      const loss = (x: JaxArray, w: JaxArray) => {
        const y = lax.conv(x, w, [1, 1], "SAME")
        return y.ref.mul(y).mean()
      }
      const f = jit(valueAndGrad(loss, { argnums: [0, 1] }))
      return jaxCalls(() => {
        const [value, gradients] = f(x.ref, w.ref)
        return [value, ...gradients]
      })
    },
  },
}

export const convolutionRows: readonly Row[] = [forward, gradients]
