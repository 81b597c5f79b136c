/** Batched and transposed products in the shapes of attention, of a Mesa layer and of an MLP. */
import { type F32, jit, matmul, swapAxes } from "cotangent"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { loadTfjs, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

interface Contraction {
  readonly name: string
  readonly title: string
  readonly batch: number
  readonly m: number
  readonly k: number
  readonly n: number
  /** Operands that stand in memory with their last two axes exchanged. */
  readonly turned?: "a" | "b"
}
/** Also read by torch/rows.py, as the names and sizes there must be these. */
export const contractions: readonly Contraction[] = [
  { name: "attention-scores", title: "attention q k'", batch: 64, m: 128, k: 32, n: 128, turned: "b" },
  { name: "attention-values", title: "attention p v", batch: 64, m: 128, k: 128, n: 32 },
  { name: "attention-gradient", title: "attention p' g", batch: 64, m: 128, k: 128, n: 32, turned: "a" },
  { name: "mesa-scores", title: "Mesa q k' (C 64, d 32)", batch: 128, m: 64, k: 32, n: 64, turned: "b" },
  { name: "mesa-state", title: "Mesa k' v (C 64, d 32)", batch: 128, m: 32, k: 64, n: 32, turned: "a" },
  { name: "mlp-forward", title: "MLP x w", batch: 1, m: 128, k: 784, n: 256 },
  { name: "mlp-weights", title: "MLP x' g", batch: 1, m: 784, k: 128, n: 256, turned: "a" },
  { name: "mlp-input", title: "MLP g w'", batch: 1, m: 128, k: 256, n: 784, turned: "b" },
  { name: "batched-16", title: "1024 products 16 x 16", batch: 1024, m: 16, k: 16, n: 16 },
]

type Batch = F32<[number, number, number]>

const rowOf = ({ name, title, batch, m, k, n, turned }: Contraction): Row => {
  const left = [batch, ...(turned === "a" ? [k, m] : [m, k])] as const
  const right = [batch, ...(turned === "b" ? [n, k] : [k, n])] as const
  return {
    name,
    title: `${title}, ${batch === 1 ? "" : `${batch} times `}${m} x ${k} x ${n}`,
    kind: "calls",
    flops: 2 * batch * m * k * n,
    tolerance: 1e-4,
    bars: [fasterThanPeers("threads", 3), { kind: "rate", ours: "one", least: k >= 32 ? 32 : 18 }],
    torch: true,
    sides: {
      cotangent: () => {
        const [a, b] = [operand(1, shape3(left)), operand(2, shape3(right))]
        const product = jit((x: Batch, y: Batch) =>
          matmul(turned === "a" ? swapAxes(x, 1, 2) : x, turned === "b" ? swapAxes(y, 1, 2) : y),
        )
        return ours(() => [product(a, b)])
      },
      jax: async () => {
        const { jit, numpy } = await loadJax()
        const [a, b] = [await jaxOperand(1, left), await jaxOperand(2, right)]
        const product = jit((x: JaxArray, y: JaxArray) =>
          numpy.matmul(turned === "a" ? x.transpose([0, 2, 1]) : x, turned === "b" ? y.transpose([0, 2, 1]) : y),
        )
        return jaxCalls(() => [product(a.ref, b.ref)])
      },
      tfjs: async () => {
        const tf = await loadTfjs()
        const [a, b] = [await tfjsOperand(1, left), await tfjsOperand(2, right)]
        return tfjsCalls(() => [tf.matMul(a, b, turned === "a", turned === "b")])
      },
    },
  }
}
const shape3 = (shape: readonly number[]): readonly [number, number, number] => {
  const [a = 0, b = 0, c = 0] = shape
  return [a, b, c]
}

export const contractionRows: readonly Row[] = contractions.map(rowOf)
