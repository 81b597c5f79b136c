/** One training step of an MLP 784-256-256-10 on a batch of 128 with Adam. */
import {
  add,
  crossEntropy,
  type F32,
  jit,
  matmul,
  mean,
  relu,
  type Scalar,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "cotangent"
import { adam, applyUpdates } from "cotangent/optim"
import { numbers, whole } from "../harness/data.ts"
import type { Row, Task } from "../harness/row.ts"
import { type JaxArray, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand } from "../worker/ours.ts"
import { steps } from "../worker/steps.ts"
import { loadTfjs, tfjsOperand } from "../worker/tfjs.ts"

const [batch, pixels, hidden, classes] = [128, 784, 256, 10] as const
const [rate, beta1, beta2, epsilon] = [1e-3, 0.9, 0.999, 1e-8]
const scales = [0.03, 0.06, 0.06] as const

interface Params {
  readonly w1: F32<[784, 256]>
  readonly b1: F32<[256]>
  readonly w2: F32<[256, 256]>
  readonly b2: F32<[256]>
  readonly w3: F32<[256, 10]>
  readonly b3: F32<[10]>
}
type Images = F32<[128, 784]>
type Labels = Tensor<[128], "i32">

function cotangent(): Task {
  const x: Images = operand(1, [batch, pixels])
  const labels: Labels = tensor(whole(2, batch, classes), { shape: [batch] })
  const start: Params = {
    w1: operand(3, [pixels, hidden], scales[0]),
    b1: zeros([hidden]),
    w2: operand(4, [hidden, hidden], scales[1]),
    b2: zeros([hidden]),
    w3: operand(5, [hidden, classes], scales[2]),
    b3: zeros([classes]),
  }
  const optimiser = adam({ learningRate: rate })
  const loss = (p: Params, x: Images, labels: Labels): Scalar => {
    const first = relu(add(matmul(x, p.w1), p.b1))
    const second = relu(add(matmul(first, p.w2), p.b2))
    return mean(crossEntropy(add(matmul(second, p.w3), p.b3), labels))
  }
  let state = { params: start, adam: optimiser.init(start) }
  const step = jit(
    ({ params, adam }: typeof state, x: Images, labels: Labels) => {
      const [value, gradient] = valueAndGrad(loss)(params, x, labels)
      const [updates, next] = optimiser.update(gradient, adam, params)
      return [value, { params: applyUpdates(params, updates), adam: next }] as const
    },
    { donate: [0] },
  )
  return steps(() => {
    const [value, next] = step(state, x, labels)
    state = next
    return value.item()
  })
}

async function jaxJs(): Promise<Task> {
  const jax = await loadJax()
  const { nn, numpy, tree } = jax
  const images = await jaxOperand(1, [batch, pixels])
  const oneHot = new Float32Array(batch * classes)
  whole(2, batch, classes).forEach((label, i) => {
    oneHot[i * classes + label] = 1
  })
  const labels = numpy.array(oneHot).reshape([batch, classes])
  type Tree = Readonly<Record<keyof Params, JaxArray>>
  let params: Tree = {
    w1: await jaxOperand(3, [pixels, hidden], scales[0]),
    b1: numpy.zeros([hidden]),
    w2: await jaxOperand(4, [hidden, hidden], scales[1]),
    b2: numpy.zeros([hidden]),
    w3: await jaxOperand(5, [hidden, classes], scales[2]),
    b3: numpy.zeros([classes]),
  }
  const zeros = (p: Tree): Tree => tree.map((leaf: JaxArray) => numpy.zeros(leaf.shape), tree.ref(p))
  let [means, squares] = [zeros(params), zeros(params)]
  // The powers of the decays for the correction of the bias travel with the state, so that one trace serves all steps.
  let powers = numpy.array([1, 1])
  const loss = (p: Tree, x: JaxArray, y: JaxArray) => {
    const first = nn.relu(numpy.matmul(x, p.w1).add(p.b1))
    const second = nn.relu(numpy.matmul(first, p.w2).add(p.b2))
    return nn.logSoftmax(numpy.matmul(second, p.w3).add(p.b3), -1).mul(y).sum(-1).mean().neg()
  }
  const step = jax.jit((p: Tree, m: Tree, v: Tree, powers: JaxArray, x: JaxArray, y: JaxArray) => {
    const [value, gradient] = jax.valueAndGrad(loss)(tree.ref(p), x, y)
    const next = powers.mul(numpy.array([beta1, beta2]))
    const [correction1, correction2] = [numpy.array(1).sub(next.ref.slice(0)), numpy.array(1).sub(next.ref.slice(1))]
    const m2 = tree.map((m: JaxArray, g: JaxArray) => m.mul(beta1).add(g.mul(1 - beta1)), m, tree.ref(gradient))
    const v2 = tree.map((v: JaxArray, g: JaxArray) => v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2)), v, gradient)
    const p2 = tree.map(
      (p: JaxArray, m: JaxArray, v: JaxArray) =>
        p.sub(
          m
            .div(correction1.ref)
            .mul(rate)
            .div(numpy.sqrt(v.div(correction2.ref)).add(epsilon)),
        ),
      p,
      tree.ref(m2),
      tree.ref(v2),
    )
    correction1.dispose()
    correction2.dispose()
    return [value, p2, m2, v2, next] as const
  })
  return steps(async () => {
    const [value, p, m, v, next] = step(params, means, squares, powers, images.ref, labels.ref)
    params = p
    means = m
    squares = v
    powers = next
    return (await value.data())[0] ?? Number.NaN
  })
}

async function tfjs(): Promise<Task> {
  const tf = await loadTfjs()
  const x = await tfjsOperand(1, [batch, pixels])
  const labels = tf.oneHot(tf.tensor(whole(2, batch, classes), [batch], "int32"), classes)
  const y = tf.cast(labels, "float32")
  const variable = (values: Float32Array, shape: readonly number[]) => tf.variable(tf.tensor(values, shape))
  const w1 = variable(numbers(3, pixels * hidden, scales[0]), [pixels, hidden])
  const w2 = variable(numbers(4, hidden * hidden, scales[1]), [hidden, hidden])
  const w3 = variable(numbers(5, hidden * classes, scales[2]), [hidden, classes])
  const [b1, b2, b3] = [hidden, hidden, classes].map((size) => variable(new Float32Array(size), [size]))
  if (b1 === undefined || b2 === undefined || b3 === undefined) throw new Error("three biases were made")
  const optimiser = tf.train.adam(rate, beta1, beta2, epsilon)
  const loss = () => {
    const first = tf.relu(tf.add(tf.matMul(x, w1), b1))
    const second = tf.relu(tf.add(tf.matMul(first, w2), b2))
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(tf.add(tf.matMul(second, w3), b3)), y), -1)))
  }
  return steps(() => {
    const value = optimiser.minimize(loss, true, [w1, b1, w2, b2, w3, b3])
    const [read = Number.NaN] = value?.dataSync() ?? []
    value?.dispose()
    return read
  })
}

const sides = { cotangent, jax: jaxJs, tfjs }
const tolerance = 1e-3

export const mlpRows: readonly Row[] = [
  {
    name: "mlp",
    title: "MLP 784-256-256-10, batch 128, Adam: one step",
    kind: "calls",
    tolerance,
    remark: "the loss of every step is read; our state is donated",
    bars: [
      { kind: "faster", ours: "one", than: "jax", least: 2.3, node: 20 },
      { kind: "faster", ours: "one", than: "jax", least: 2, node: 24 },
      { kind: "within", ours: "threads", most: 1.15 },
      { kind: "moonshot", ours: "threads", most: 1 },
    ],
    torch: true,
    sides,
  },
  {
    name: "first-call",
    title: "the MLP's first step: trace, compile, call",
    kind: "first-call",
    tolerance,
    remark: "a fresh process for every sample",
    bars: [
      { kind: "milliseconds", ours: "threads", most: 150 },
      { kind: "faster", ours: "threads", than: "jax", least: 2 },
    ],
    torch: false,
    sides,
  },
]
