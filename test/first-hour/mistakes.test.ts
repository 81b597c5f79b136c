/**
 * What somebody writes in the first hour, in plain JavaScript, where no compiler objects: each is an error that says what to
 * do, and none goes on with `undefined` or NaN.
 */
import * as core from "cotangent"
import * as io from "cotangent/io"
import * as layers from "cotangent/layers"
import * as optim from "cotangent/optim"
import * as testing from "cotangent/testing"
import { expect, it } from "vitest"

const names = { ...core, ...io, ...layers, ...testing, ...optim, relu: core.relu, tanh: core.tanh }

it.each([
  ["adam({ lr: 0.1 })", 'adam: there is no option "lr"; there are learningRate, beta1, beta2 and epsilon'],
  ["adam()", "adam: learningRate has no default; say it in the options, { learningRate: … }"],
  ["sgd({ momentum: 0.9 })", "sgd: learningRate has no default"],
  ["linear(784)", "linear: takes two sizes, linear(784, 10); got (784, undefined)"],
  ["linear([784], 10)", "linear: takes two sizes"],
  ["grad(x => mul(x, x))(tensor([1, 2]))", "grad: the loss must be a scalar, got [2]"],
  ["grad(tensor([1, 2]))", "grad: takes a function, got f32[2]; write grad(f)(x), not grad(f(x))"],
  ["jit(async x => x)(tensor(3))", "jit: the function is async; give a synchronous one and await outside"],
  ["jit(x => x > 0 ? x : mul(x, 2))(tensor(1))", "a traced value f32[] is not a JavaScript number: use add(a, b)"],
  ["mul(tensor([1, 2]), [1, 2])", "mul: takes tensors, got an array; make it one with tensor(…)"],
  ["tensor([[1, 2], [3]])", "tensor: ragged array, [2] at index 0 and [1] at index 1"],
  ["tensor(2) + 1", "a tensor f32[] is not a JavaScript number: use add(a, b)"],
  ["expandDims(tensor([1]), 0)", "expandDims: options come last, in one object; got a number. It has axis"],
  ["sum(tensor([1]), { axes: 0 })", 'sum: there is no option "axes"'],
  ["take(tensor([1, 2]), tensor([0.5]))", "take: indices must be i32 or u32, got f32"],
  ["random.normal([3])", "random.normal: takes a key first, got an array; make one with random.key(seed)"],
  ["random.normal(0, [3])", "random.normal: takes a key first, got number; make one with random.key(seed)"],
  ["batches({ x: tensor([1, 2]) }, { size: 3 })", "batches: a batch of 3 out of 2 rows; sizes are 1 to 2"],
  [
    "tensors({ shape: [2], values: { min: 1 } })",
    'tensors: values are one of the functions of `values`, values.between(-1, 1) for instance; got {"min":1}',
  ],
  ["laws.homogeneous(x => x, [tensors({ shape: [2] })])", "laws.homogeneous: degree has no default"],
  ["laws.causal(x => x, [tensors({ shape: [2] })])", "laws.causal: axis has no default"],
] as const)("%s", (code, sentence) => {
  const wrong = new Function(...Object.keys(names), `return ${code}`)
  expect(() => wrong(...Object.values(names))).toThrow(sentence)
})
