/** A transformer block, width 128, 4 heads, 128 tokens, batch 16: forward and backward. */
import {
  add,
  div,
  type F32,
  jit,
  matmul,
  mean,
  mul,
  reshape,
  type Scalar,
  softmax,
  sqrt,
  square,
  sub,
  swapAxes,
  tanh,
  tensor,
  valueAndGrad,
} from "cotangent"
import { numbers } from "../harness/data.ts"
import type { Row, Task } from "../harness/row.ts"
import { type JaxArray, jaxCalls, jaxOperand, loadJax } from "../worker/jax.ts"
import { operand, ours, size } from "../worker/ours.ts"
import { loadTfjs, type TfTensor, tfjsCalls } from "../worker/tfjs.ts"
import { tfjsGelu } from "./elementwise.ts"

const [batch, tokens, width, heads, headWidth] = [16, 128, 128, 4, 32] as const
const epsilon = 1e-5
type Sequence = F32<[16, 128, 128]>
type Heads = F32<[16, 4, 128, 32]>
type Square = F32<[128, 128]>
type Vector = F32<[128]>
interface Params {
  readonly gain1: Vector
  readonly bias1: Vector
  readonly gain2: Vector
  readonly bias2: Vector
  readonly query: Square
  readonly key: Square
  readonly value: Square
  readonly out: Square
  readonly up: F32<[128, 512]>
  readonly upBias: F32<[512]>
  readonly down: F32<[512, 128]>
  readonly downBias: Vector
}
/** Shape, seed and scale of each parameter, in the order in which gradients are compared; a gain is 1 more. */
const parameters = {
  gain1: [[width], 11, 0.1],
  bias1: [[width], 12, 0.1],
  gain2: [[width], 13, 0.1],
  bias2: [[width], 14, 0.1],
  query: [[width, width], 15, 0.05],
  key: [[width, width], 16, 0.05],
  value: [[width, width], 17, 0.05],
  out: [[width, width], 18, 0.05],
  up: [[width, 4 * width], 19, 0.05],
  upBias: [[4 * width], 20, 0.1],
  down: [[4 * width, width], 21, 0.05],
  downBias: [[width], 22, 0.1],
} as const
type Name = keyof Params
/** One of something for every parameter. */
const each = <T>(make: (name: Name) => T): Readonly<Record<Name, T>> => ({
  gain1: make("gain1"),
  bias1: make("bias1"),
  gain2: make("gain2"),
  bias2: make("bias2"),
  query: make("query"),
  key: make("key"),
  value: make("value"),
  out: make("out"),
  up: make("up"),
  upBias: make("upBias"),
  down: make("down"),
  downBias: make("downBias"),
})
const names = Object.values(each((name) => name))
function valuesOf(name: Name): Float32Array {
  const [shape, seed, scale] = parameters[name]
  const values = numbers(seed, size(shape), scale)
  return name.startsWith("gain") ? values.map((g) => g + 1) : values
}

/** What a token may not look at gets a large negative number. */
const maskValues = (): Float32Array =>
  Float32Array.from({ length: tokens * tokens }, (_, k) => (k % tokens > Math.floor(k / tokens) ? -1e9 : 0))

const norm = (x: Sequence, gain: Vector, bias: Vector): Sequence => {
  const centred = sub(x, mean(x, { axis: -1, keepDims: true }))
  const variance = mean(square(centred), { axis: -1, keepDims: true })
  return add(mul(div(centred, sqrt(add(variance, epsilon))), gain), bias)
}
const gelu = (x: F32<[16, 128, 512]>): F32<[16, 128, 512]> => {
  const inner = mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return mul(mul(x, 0.5), add(tanh(inner), 1))
}
const split = (x: Sequence): Heads => swapAxes(reshape(x, [batch, tokens, heads, headWidth]), 1, 2)

const loss = (p: Params, x: Sequence, mask: Square): Scalar => {
  const h = norm(x, p.gain1, p.bias1)
  const [q, k, v] = [split(matmul(h, p.query)), split(matmul(h, p.key)), split(matmul(h, p.value))]
  const attention = softmax(add(mul(matmul(q, swapAxes(k, 2, 3)), headWidth ** -0.5), mask))
  const mixed = reshape(swapAxes(matmul(attention, v), 1, 2), [batch, tokens, width])
  const middle = add(x, matmul(mixed, p.out))
  const raised = gelu(add(matmul(norm(middle, p.gain2, p.bias2), p.up), p.upBias))
  return mean(square(add(middle, add(matmul(raised, p.down), p.downBias))))
}

function cotangent(): Task {
  const vector = (seed: number, by: number): Vector => operand(seed, [width], by)
  const matrix = (seed: number): Square => operand(seed, [width, width], 0.05)
  const params: Params = {
    gain1: add(vector(11, 0.1), 1),
    bias1: vector(12, 0.1),
    gain2: add(vector(13, 0.1), 1),
    bias2: vector(14, 0.1),
    query: matrix(15),
    key: matrix(16),
    value: matrix(17),
    out: matrix(18),
    up: operand(19, [width, 512], 0.05),
    upBias: operand(20, [512], 0.1),
    down: operand(21, [512, width], 0.05),
    downBias: vector(22, 0.1),
  }
  const x: Sequence = operand(1, [batch, tokens, width])
  const mask: Square = tensor(maskValues(), { shape: [tokens, tokens] })
  const f = jit(valueAndGrad(loss))
  return ours(() => {
    const [value, gradient] = f(params, x, mask)
    return [value, ...names.map((name) => gradient[name])]
  })
}

async function jaxJs(): Promise<Task> {
  const jax = await loadJax()
  const { nn, numpy, tree } = jax
  type Tree = Readonly<Record<Name, JaxArray>>
  const params = each((name) => numpy.array(valuesOf(name)).reshape(parameters[name][0]))
  const x = await jaxOperand(1, [batch, tokens, width])
  const mask = numpy.array(maskValues()).reshape([tokens, tokens])
  const norm = (x: JaxArray, gain: JaxArray, bias: JaxArray) => {
    const centred = x.ref.sub(x.mean(-1, { keepdims: true }))
    const variance = centred.ref.mul(centred.ref).mean(-1, { keepdims: true })
    return centred
      .div(numpy.sqrt(variance.add(epsilon)))
      .mul(gain)
      .add(bias)
  }
  const split = (x: JaxArray) => x.reshape([batch, tokens, heads, headWidth]).transpose([0, 2, 1, 3])
  const loss = (p: Tree, x: JaxArray, mask: JaxArray) => {
    const h = norm(x.ref, p.gain1, p.bias1)
    const q = split(numpy.matmul(h.ref, p.query))
    const k = split(numpy.matmul(h.ref, p.key))
    const v = split(numpy.matmul(h, p.value))
    const scores = numpy.matmul(q, k.transpose([0, 1, 3, 2])).mul(headWidth ** -0.5)
    const mixed = numpy.matmul(nn.softmax(scores.add(mask), -1), v).transpose([0, 2, 1, 3])
    const middle = x.add(numpy.matmul(mixed.reshape([batch, tokens, width]), p.out))
    const raised = nn.gelu(numpy.matmul(norm(middle.ref, p.gain2, p.bias2), p.up).add(p.upBias))
    const y = middle.add(numpy.matmul(raised, p.down).add(p.downBias))
    return y.ref.mul(y).mean()
  }
  const f = jax.jit(jax.valueAndGrad(loss))
  return jaxCalls(() => {
    const [value, gradient] = f(tree.ref(params), x.ref, mask.ref)
    return [value, ...names.map((name) => gradient[name])]
  })
}

async function tfjs(): Promise<Task> {
  const tf = await loadTfjs()
  const operands = names.map((name) => tf.tensor(valuesOf(name), parameters[name][0]))
  const x = tf.tensor(numbers(1, batch * tokens * width), [batch, tokens, width])
  const mask = tf.tensor(maskValues(), [tokens, tokens])
  const gelu = await tfjsGelu()
  const norm = (x: TfTensor, gain: TfTensor, bias: TfTensor) => {
    const centred = tf.sub(x, tf.mean(x, -1, true))
    const variance = tf.mean(tf.mul(centred, centred), -1, true)
    return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, epsilon))), gain), bias)
  }
  // A product of rank 3 by rank 2 is none in tfjs.
  const linear = (x: TfTensor, w: TfTensor) =>
    tf.reshape(tf.matMul(tf.reshape(x, [batch * tokens, -1]), w), [batch, tokens, -1])
  const split = (x: TfTensor) => tf.transpose(tf.reshape(x, [batch, tokens, heads, headWidth]), [0, 2, 1, 3])
  const loss = (p: Readonly<Record<Name, TfTensor>>) => {
    const h = norm(x, p.gain1, p.bias1)
    const [q, k, v] = [split(linear(h, p.query)), split(linear(h, p.key)), split(linear(h, p.value))]
    const scores = tf.mul(tf.matMul(q, k, false, true), headWidth ** -0.5)
    const mixed = tf.transpose(tf.matMul(tf.softmax(tf.add(scores, mask)), v), [0, 2, 1, 3])
    const middle = tf.add(x, linear(tf.reshape(mixed, [batch, tokens, width]), p.out))
    const raised = gelu(tf.add(linear(norm(middle, p.gain2, p.bias2), p.up), p.upBias))
    const y = tf.add(middle, tf.add(linear(raised, p.down), p.downBias))
    return tf.mean(tf.mul(y, y))
  }
  const f = tf.valueAndGrads((...xs: TfTensor[]) => loss(each((name) => xs[names.indexOf(name)] ?? x)))
  return tfjsCalls(() => {
    const { value, grads } = f(operands)
    return [value, ...grads]
  })
}

export const blockRow: Row = {
  name: "block",
  title: "transformer block, d 128, 4 heads, T 128, batch 16: forward + backward",
  kind: "calls",
  tolerance: 1e-3,
  bars: [
    { kind: "faster", ours: "one", than: "jax", least: 2.2, node: 20 },
    { kind: "faster", ours: "one", than: "jax", least: 2, node: 24 },
    { kind: "within", ours: "threads", most: 1.15 },
    { kind: "moonshot", ours: "threads", most: 1 },
  ],
  torch: true,
  sides: { cotangent, jax: jaxJs, tfjs },
}
