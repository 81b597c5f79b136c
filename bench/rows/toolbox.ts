/** Of the toolbox: a Fourier transform, a sort, a factorisation, and the gradient of a pooling. */
import { cholesky, type F32, fft, grad, jit, maxPool2d, mul, sort, sum, type Tensor, tensor } from "cotangent"
import { numbers } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"

const shared = { kind: "calls", bars: [fasterThanPeers("threads", 1)], torch: true } as const

const [signals, samples] = [64, 1024] as const
const fftRow: Row = {
  ...shared,
  name: "fft",
  title: "64 Fourier transforms of 1024 complex samples",
  tolerance: 1e-5,
  sides: {
    cotangent: () => {
      const [re, im] = [operand(1, [signals, samples]), operand(2, [signals, samples])]
      const f = jit((re: F32<[64, 1024]>, im: F32<[64, 1024]>) => fft({ re, im }))
      return ours(() => {
        const out = f(re, im)
        return [out.re, out.im]
      })
    },
    jax: async () => {
      const { jit, numpy } = await loadJax()
      const [re, im] = [await jaxOperand(1, [signals, samples]), await jaxOperand(2, [signals, samples])]
      const f = jit((real: typeof re, imag: typeof im) => numpy.fft.fft({ real, imag }))
      return jaxCalls(() => {
        const { real, imag } = f(re.ref, im.ref)
        return [real, imag]
      })
    },
  },
}

const side = 512
const sortRow: Row = {
  ...shared,
  name: "sort",
  title: "rows of 512 x 512 in rising order",
  tolerance: 0,
  sides: {
    cotangent: () => {
      const x = operand(1, [side, side])
      const f = jit((x: F32<[512, 512]>) => sort(x))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit, numpy } = await loadJax()
      const x = await jaxOperand(1, [side, side])
      const f = jit((x: Awaited<ReturnType<typeof jaxOperand>>) => numpy.sort(x))
      return jaxCalls(() => [f(x.ref)])
    },
  },
}

const rank = 256
/** a aᵀ + n I: symmetric, its eigenvalues at least n. */
function definite(): Float32Array {
  const a = numbers(1, rank * rank)
  return Float32Array.from({ length: rank * rank }, (_, at) => {
    const [i, j] = [Math.floor(at / rank), at % rank]
    let total = i === j ? rank : 0
    for (let k = 0; k < rank; k++) total += a[i * rank + k]! * a[j * rank + k]!
    return total
  })
}
const choleskyRow: Row = {
  ...shared,
  name: "cholesky",
  title: "Cholesky factor of 256 x 256",
  tolerance: 1e-5,
  sides: {
    cotangent: () => {
      const a: F32<[256, 256]> = tensor(definite(), { shape: [rank, rank] })
      const f = jit((a: F32<[256, 256]>) => cholesky(a))
      return ours(() => [f(a)])
    },
    jax: async () => {
      const { jit, lax, numpy } = await loadJax()
      const a = numpy.array(definite()).reshape([rank, rank])
      const f = jit((a: Awaited<ReturnType<typeof jaxOperand>>) => lax.linalg.cholesky(a))
      return jaxCalls(() => [f(a.ref)])
    },
  },
}

const images = [32, 16, 28, 28] as const
type Images = Tensor<typeof images, "f32">
/** The gradient of tfjs is another: it was left out. */
const poolRow: Row = {
  ...shared,
  bars: [{ kind: "within", ours: "threads", most: 1 }],
  name: "max-pool-gradient",
  title: "gradient of the largest of 2 x 2, 32 images of 16 x 28 x 28",
  tolerance: 1e-6,
  sides: {
    cotangent: () => {
      const [x, w] = [operand(1, images), operand(2, [32, 16, 14, 14])]
      const f = jit(grad((x: Images, w: F32<[32, 16, 14, 14]>) => sum(mul(maxPool2d(x, { window: 2 }), w))))
      return ours(() => [f(x, w)])
    },
  },
}

export const toolboxRows: readonly Row[] = [fftRow, sortRow, choleskyRow, poolRow]
