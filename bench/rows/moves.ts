/** Rows bound by memory: sums, transposes, slices by index. */
import { type F32, jit, scatterAdd, sum, type Tensor, take, tensor, transpose, zeros } from "cotangent"
import { numbers, whole } from "../harness/data.ts"
import { fasterThanPeers, type Row } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours } from "../worker/ours.ts"
import { plain } from "../worker/plain.ts"
import { loadTfjs, tfjsCalls, tfjsOperand } from "../worker/tfjs.ts"

const rowSum: Row = {
  name: "row-sum",
  title: "row sum 512 x 512",
  kind: "calls",
  tolerance: 1e-5,
  bars: [fasterThanPeers("threads", 2.5)],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [512, 512])
      const f = jit((x: F32<[512, 512]>) => sum(x, { axis: 1 }))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit } = await loadJax()
      const x = await jaxOperand(1, [512, 512])
      const f = jit((x: JaxArray) => x.sum(1))
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const x = await tfjsOperand(1, [512, 512])
      return tfjsCalls(() => [tf.sum(x, 1)])
    },
    plain: () => {
      const [x, y] = [numbers(1, 512 * 512), new Float32Array(512)]
      return plain(() => {
        for (let row = 0; row < 512; row++) {
          let total = 0
          for (let i = 0; i < 512; i++) total += x[row * 512 + i]!
          y[row] = total
        }
      }, [y])
    },
  },
}

const side = 1024
const transposition: Row = {
  name: "transpose",
  title: "transpose 1024 x 1024",
  kind: "calls",
  tolerance: 0,
  bars: [fasterThanPeers("threads", 1)],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [side, side])
      const f = jit((x: F32<[1024, 1024]>) => transpose(x))
      return ours(() => [f(x)])
    },
    jax: async () => {
      const { jit } = await loadJax()
      const x = await jaxOperand(1, [side, side])
      const f = jit((x: JaxArray) => x.transpose([1, 0]))
      return jaxCalls(() => [f(x.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const x = await tfjsOperand(1, [side, side])
      return tfjsCalls(() => [tf.transpose(x)])
    },
    plain: () => {
      const [x, y] = [numbers(1, side * side), new Float32Array(side * side)]
      return plain(() => {
        for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) y[j * side + i] = x[i * side + j]!
      }, [y])
    },
  },
}

const [count, width] = [10_000, 64] as const
type Table = F32<[10_000, 64]>
type Indices = Tensor<[10_000], "i32">

const gather: Row = {
  name: "gather",
  title: "gather 10,000 rows of 64",
  kind: "calls",
  tolerance: 0,
  bars: [fasterThanPeers("threads", 1)],
  torch: true,
  sides: {
    cotangent: () => {
      const x = operand(1, [count, width])
      const at = tensor(whole(2, count, count), { shape: [count] })
      const f = jit((x: Table, at: Indices) => take(x, at))
      return ours(() => [f(x, at)])
    },
    jax: async () => {
      const { jit, numpy } = await loadJax()
      const [x, at] = [await jaxOperand(1, [count, width]), numpy.array(whole(2, count, count))]
      const f = jit((x: JaxArray, at: JaxArray) => numpy.take(x, at, 0))
      return jaxCalls(() => [f(x.ref, at.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const [x, at] = [await tfjsOperand(1, [count, width]), tf.tensor(whole(2, count, count), [count], "int32")]
      return tfjsCalls(() => [tf.gather(x, at)])
    },
    plain: () => {
      const [x, at, y] = [numbers(1, count * width), whole(2, count, count), new Float32Array(count * width)]
      return plain(() => {
        for (let i = 0; i < count; i++) y.set(x.subarray(at[i]! * width, (at[i]! + 1) * width), i * width)
      }, [y])
    },
  },
}

const scatter: Row = {
  name: "scatter-add",
  title: "scatter-add 10,000 rows of 64",
  kind: "calls",
  tolerance: 1e-5,
  bars: [fasterThanPeers("threads", 1)],
  torch: true,
  sides: {
    cotangent: () => {
      const updates = operand(1, [count, width])
      const at = tensor(whole(2, count, count), { shape: [count] })
      const f = jit((at: Indices, updates: Table) => scatterAdd(zeros([count, width]), at, updates))
      return ours(() => [f(at, updates)])
    },
    // It has no scatter to call; the derivative of a gather is one.
    jax: async () => {
      const { grad, numpy } = await loadJax()
      const [updates, at] = [await jaxOperand(1, [count, width]), numpy.array(whole(2, count, count))]
      const table = numpy.zeros([count, width])
      const f = grad((x: JaxArray, at: JaxArray, updates: JaxArray) => numpy.take(x, at, 0).mul(updates).sum())
      return jaxCalls(() => [f(table.ref, at.ref, updates.ref)])
    },
    tfjs: async () => {
      const tf = await loadTfjs()
      const updates = await tfjsOperand(1, [count, width])
      const at = tf.tensor(whole(2, count, count), [count, 1], "int32")
      return tfjsCalls(() => [tf.scatterND(at, updates, [count, width])])
    },
    plain: () => {
      const [updates, at, y] = [numbers(1, count * width), whole(2, count, count), new Float32Array(count * width)]
      return plain(() => {
        y.fill(0)
        for (let i = 0; i < count; i++)
          for (let k = 0; k < width; k++) y[at[i]! * width + k]! += updates[i * width + k]!
      }, [y])
    },
  },
}

export const moveRows: readonly Row[] = [rowSum, transposition, gather, scatter]
