/**
 * Mistakes that people make, each with what the error must say. The tests run them; docs/ERRORS.md is written from them
 * (scripts/docs.ts). `@ts-expect-error` marks what the compiler refuses too, where it knows the shapes.
 */
import {
  add,
  argmax,
  at,
  bincount,
  cast,
  checked,
  cholesky,
  cond,
  convTranspose1d,
  crossEntropy,
  customVjp,
  debugKeys,
  debugNaN,
  definePrimitive,
  diff,
  dynamicSlice,
  einsum,
  exp,
  expectShape,
  explain,
  eye,
  type F32,
  fft,
  gpuKernel,
  grad,
  histogram,
  interp,
  irfft,
  jacfwd,
  jit,
  jvp,
  type Key,
  less,
  log,
  loop,
  matmul,
  matrixPower,
  maxPool2d,
  mean,
  meanSquaredError,
  mul,
  norm,
  ones,
  outer,
  polygamma,
  profile,
  psum,
  qr,
  quantile,
  random,
  reshape,
  resize,
  type Scalar,
  scan,
  segmentSum,
  select,
  setEngine,
  sin,
  softmax,
  solve,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  tree,
  unique,
  variance,
  vjp,
  vmap,
  whileLoop,
  withEngine,
  zeros,
} from "cotangent"
import {
  batches,
  type ParseError,
  parseCsv,
  parseNpy,
  parseNpz,
  parseRatings,
  parseSafetensors,
  vocabularyOf,
} from "cotangent/io"
import {
  accumulate,
  adamw,
  averageParams,
  clipByGlobalNorm,
  injectHyperparameters,
  lookahead,
  masked,
  multiTransform,
  scale,
  sgd,
  tam,
} from "cotangent/optim"
import { positiveDefinite, tensors, tensorsOf, values } from "cotangent/testing"
import fc from "fast-check"
import type * as E from "fp-ts/lib/Either.js"

export interface WrongUse {
  /** The mistake, as a heading. */
  readonly mistake: string
  readonly run: () => unknown
  readonly code: string
  /** Parts of the message: what was asked for, what was found, what to do. */
  readonly says: readonly [asked: string, found: string, todo: string]
}
/** Runs a mistake and gives what it throws, or what its promise is rejected with. */
export async function thrownBy({ run }: WrongUse): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return undefined
}

/** What a reader throws of what a parser gives. */
function left(parsed: E.Either<ParseError, unknown>): unknown {
  if (parsed._tag === "Left") throw parsed.left
  return parsed.right
}

const images = zeros([100, 784])
const x = tensor([1, 2, 3])
const indices = tensor([0, 7], { dtype: "i32" })

export const wrongUses: readonly WrongUse[] = [
  // ---- shapes
  {
    mistake: "Shapes that do not broadcast",
    // @ts-expect-error
    run: () => add(zeros([2, 3]), zeros([4])),
    code: "shape-broadcast",
    says: ["add", "[2, 3] with [4] (3 against 4)", "sizes must be equal or 1"],
  },
  {
    mistake: "A matrix the wrong way round",
    // @ts-expect-error
    run: () => matmul(images, zeros([10, 784])),
    code: "shape-matmul",
    says: ["matmul", "784 and 10, in [100, 784] x [10, 784]", "transpose one of them"],
  },
  {
    mistake: "A ragged array",
    // @ts-expect-error
    run: () => tensor([[1, 2], [3]]),
    code: "shape-ragged",
    says: ["tensor", "[2] at index 0 and [1] at index 1", "make the rows equally long"],
  },
  {
    mistake: "Data that does not fill its shape",
    run: () => tensor(new Float32Array(5), { shape: [2, 3] }),
    code: "shape-data",
    says: ["tensor: [2, 3] needs 6 elements", "got 5", "give another shape"],
  },
  {
    mistake: "An axis that is not there",
    // @ts-expect-error
    run: () => sum(images, { axis: 2 }),
    code: "shape-axis",
    says: ["sum: axis 2", "[100, 784]", "axes count from 0"],
  },
  {
    mistake: "A partial last batch, cut off by a fixed shape",
    // @ts-expect-error
    run: () => reshape(images, [-1, 32, 784]),
    code: "shape-reshape",
    says: ["reshape", "[100, 784]", "slice or pad first"],
  },
  {
    mistake: "A partial last batch, beside a whole one",
    run: () => {
      const [batch, labels]: readonly [Tensor, Tensor] = [zeros([17, 784]), zeros([32])]
      return vmap((image: F32<[784]>, label: Scalar) => mul(sum(image), label))(
        expectShape(cast(batch, "f32"), [32, 784]),
        expectShape(cast(labels, "f32"), [32]),
      )
    },
    code: "shape-expected",
    says: ["expectShape: expected [32, 784]", "got [17, 784]", "slice or pad the tensor"],
  },
  {
    mistake: "Sizes that differ under vmap",
    run: () => {
      // @ts-expect-error
      return vmap((image: F32<[784]>, label: Scalar) => mul(sum(image), label))(images, zeros([32]))
    },
    code: "vmap-size",
    says: ["vmap", "100 and 32", "take the partial last batch out of all of them"],
  },
  {
    mistake: "An index that is out of range",
    // @ts-expect-error
    run: () => take(x, 3),
    code: "shape-index",
    says: ["take: index 3", "[3]", "positions count from 0"],
  },
  {
    mistake: "A size that is no whole number",
    run: () => zeros([Math.sqrt(2), 3]),
    code: "shape-size",
    says: ["zeros", "got [1.4142135623730951, 3]", "compute the size with Math.floor"],
  },
  {
    mistake: "A number for a shape",
    // @ts-expect-error
    run: () => zeros(3),
    code: "shape-not-a-shape",
    says: ["zeros: a shape is an array of sizes", "got 3", "write [3]"],
  },
  // ---- dtypes
  {
    mistake: "Dtypes that do not mix",
    // @ts-expect-error
    run: () => add(zeros([3], { dtype: "i32" }), zeros([3], { dtype: "u32" })),
    code: "mix",
    says: ["add", "i32 and u32", "cast one"],
  },
  {
    mistake: "A fraction onto integers",
    // @ts-expect-error
    run: () => mul(indices, 0.5),
    code: "fraction",
    says: ["mul", "0.5 is no i32", "cast the tensor to f32 first"],
  },
  {
    mistake: "An integer where a real number is needed",
    // @ts-expect-error
    run: () => sin(indices),
    code: "floats-only",
    says: ["sin: takes f32 or f64", "got i32", "cast it first"],
  },
  // ---- options
  {
    mistake: "A misspelt option",
    // @ts-expect-error
    run: () => sum(images, { axes: 1 }),
    code: "option",
    says: ["sum", 'no option "axes"', "there are axis and keepDims"],
  },
  {
    mistake: "An option without its object",
    // @ts-expect-error
    run: () => sum(images, 1),
    code: "option",
    says: ["sum: options come last, in one object", "got a number", "It has axis and keepDims"],
  },
  // ---- gradients
  {
    mistake: "A loss that is no scalar",
    // @ts-expect-error
    run: () => grad((w: F32<[3]>) => exp(w))(x),
    code: "loss-shape",
    says: ["grad: the loss must be a scalar", "got [3]", "reduce it with sum or mean"],
  },
  {
    mistake: "The gradient of an integer",
    // @ts-expect-error
    run: () => grad((w: F32<[3]>) => argmax(w))(x),
    code: "loss-dtype",
    says: ["grad: the loss must be f32 or f64", "got i32", "only floats have gradients"],
  },
  {
    mistake: "The gradient by an integer",
    // @ts-expect-error
    run: () => grad((p: { steps: Tensor<[], "i32">; w: F32<[3]> }) => sum(p.w))({ steps: cast(sum(x), "i32"), w: x }),
    code: "not-differentiable",
    says: ["grad: params.steps is i32", "only f32 and f64 have gradients", "cast it to f32"],
  },
  {
    mistake: "An async function to differentiate",
    // @ts-expect-error
    run: () => grad(async (w: F32<[3]>) => sum(w))(x),
    code: "async",
    says: ["grad", "the function is async", "await outside"],
  },
  {
    mistake: "A value where a function belongs",
    // @ts-expect-error
    run: () => grad(sum(x)),
    code: "function",
    says: ["grad: takes a function", "got f32[]", "write grad(f)(x)"],
  },
  {
    mistake: "An argument number that has no argument",
    // @ts-expect-error
    run: () => grad((w: F32<[3]>) => sum(w), { argnums: 1 })(x),
    code: "argnums",
    says: ["grad: argnums names argument 1", "the call has 1", "count arguments from 0"],
  },
  {
    mistake: "A tangent of another shape",
    // @ts-expect-error
    run: () => jvp((w: F32<[3]>) => sum(w))([x], [zeros([2])]),
    code: "tangent",
    says: ["jvp: tangents[0] is f32[2]", "f32[3]", "of its own shape and dtype"],
  },
  {
    mistake: "Reverse mode through a whileLoop",
    run: () =>
      grad((w: Scalar) =>
        whileLoop(
          (v) => less(v, 100),
          (v) => mul(v, w),
          w,
        ),
      )(2),
    code: "reverse-while",
    says: ["whileLoop: reverse mode", "number of rounds", "use scan or forLoop"],
  },
  {
    mistake: "Forward mode through a customVjp",
    run: () => {
      const f = customVjp((w: F32<[3]>) => w, { forward: (w) => [w, undefined], backward: (_, ct) => [ct] })
      return jacfwd((w: F32<[3]>) => f(w))(x)
    },
    code: "forward-mode",
    says: ["customVjp", "no forward mode", "give it a customJvp"],
  },
  // ---- kernels and primitives of one's own
  {
    mistake: "The gradient of a gpuKernel that was given none",
    run: () => {
      const twice = gpuKernel("function twice(x) { return 2 * x[this.thread.x]; }", {
        output: (w: F32<[3]>) => w.shape,
      })
      return grad((w: F32<[3]>) => sum(twice(w)))(x)
    },
    code: "kernel-derivative",
    says: ["gpuKernel twice: a derivative was asked of", "a gpuKernel that has none", "give it { jvp: "],
  },
  {
    mistake: "A kernel with more axes than gpu.js has",
    run: () => gpuKernel("function (x) { return x[this.thread.x]; }", { output: [2, 2, 2, 2] })(x),
    code: "kernel-rank",
    says: ["gpuKernel: the output [2, 2, 2, 2]", "has 4 axes", "compute it flat and reshape it"],
  },
  {
    mistake: "A kernel without the shape of its result",
    // @ts-expect-error
    run: () => gpuKernel("function (x) { return x[this.thread.x]; }", {})(x),
    code: "kernel-output",
    says: ["gpuKernel", "the shape of the result is missing", "give { output: [rows, columns] }"],
  },
  {
    mistake: "A kernel as an arrow function",
    run: () => gpuKernel("(x) => x[this.thread.x]", { output: [3] })(x),
    code: "kernel-source",
    says: ["gpuKernel: the kernel must be written function", '"(x) => x[this.thread.x]"', "has no this.thread"],
  },
  {
    mistake: "A kernel that closes over something",
    run: () => gpuKernel("function (x) { return x[this.thread.x] * factor; }", { output: [3] })(x).data(),
    code: "kernel-source",
    says: ["gpuKernel", "factor is not defined", "it sees its arguments, this.thread, this.output, this.constants"],
  },
  {
    mistake: "A tangent of another shape from a kernel's jvp",
    run: () => {
      const twice = gpuKernel("function (x) { return 2 * x[this.thread.x]; }", {
        output: (w: F32<[3]>) => w.shape,
        // @ts-expect-error
        jvp: (_, [dw]) => sum(dw),
      })
      return grad((w: F32<[3]>) => sum(twice(w)))(x)
    },
    code: "custom-rule",
    says: ["gpuKernel: tangentOut is f32[]", "it belongs to f32[3]", "of its own shape and dtype"],
  },
  {
    mistake: "A primitive whose meaning mixes dtypes",
    run: () => {
      const ramp = definePrimitive<(w: F32<[3]>) => F32<[3]>>("ramp", ([w]) =>
        loop.map([w], w.shape, (i) => loop.binary("add", loop.load(w, [i]), i)),
      )
      return ramp(x)
    },
    code: "meaning",
    says: ["ramp: the meaning is wrong", "add of f32 with i32", "cast what differs"],
  },
  // ---- traced values
  {
    mistake: "A traced value kept after its transform",
    run: () => {
      const kept: Scalar[] = []
      grad((w: F32<[3]>) => {
        kept.push(sum(w))
        return sum(w)
      })(x)
      return kept.map((t) => add(t, 1))
    },
    code: "leaked",
    says: ["add", "traced by grad is used after grad has finished", "return it from the function"],
  },
  {
    mistake: "Reading a traced value",
    run: () => jit((w: F32<[3]>) => (sum(w).itemSync() > 0 ? w : mul(w, -1)))(x),
    code: "traced-read",
    says: ["itemSync()", "f32[] is being traced by jit", "return it and read the result outside"],
  },
  {
    mistake: "Arithmetic with JavaScript's operators: t + 1",
    // @ts-expect-error
    run: () => x + 1,
    code: "coercion",
    says: ["JavaScript number", "f32[3]", "use add(a, b)"],
  },
  {
    mistake: "A comparison with JavaScript's operators: t > 0",
    // @ts-expect-error
    run: () => jit((w: Scalar) => (w > 0 ? w : mul(w, -1)))(1),
    code: "coercion",
    says: ["JavaScript number", "traced value", "where("],
  },
  {
    mistake: "A traced value in a template string",
    run: () => jit((w: Scalar) => [w, `${w}`].length)(1),
    code: "coercion",
    says: ["JavaScript string", "traced value", "console.log(t)"],
  },
  {
    mistake: "A missing await",
    run: () => {
      const moved: unknown = x.to("reference")
      return tree.map((t) => mul(t, 2), { moved })
    },
    code: "leaf",
    says: ["moved", "a Promise", "await it"],
  },
  {
    mistake: "A promise where a tensor belongs",
    // @ts-expect-error
    run: () => add(x.to("reference"), 1),
    code: "operand",
    says: ["add: takes tensors", "got a promise", "await it first"],
  },
  {
    mistake: "A promise where data belong",
    // @ts-expect-error
    run: () => tensor(x.array()),
    code: "shape-promise",
    says: ["tensor: elements are numbers or booleans", "got a promise", "tensor(await x.array())"],
  },
  {
    mistake: "An array where a tensor belongs",
    // @ts-expect-error
    run: () => mul([1, 2, 3], 2),
    code: "operand",
    says: ["mul: takes tensors", "got an array", "make it one with tensor("],
  },
  {
    mistake: "An unread number of many elements",
    // @ts-expect-error
    run: () => x.item(),
    code: "item",
    says: ["item()", "f32[3] has 3 elements", "use array() or data()"],
  },
  {
    mistake: "A profile of traced values",
    run: () => jit((w: F32<[3]>) => mul(w, profile((v: F32<[3]>) => sum(v))(w).repetitions))(x),
    code: "traced",
    says: ["profile", "got a traced f32[3]", "profile the outer function"],
  },
  // ---- trees and keys
  {
    mistake: "Text in a tree",
    // @ts-expect-error
    run: () => grad((p: { w: F32<[3]>; activation: string }) => sum(p.w))({ w: x, activation: "relu" }),
    code: "leaf",
    says: ["params.activation", "a string", "close over anything else"],
  },
  {
    mistake: "null for what is absent",
    // @ts-expect-error
    run: () => grad((p: { w: F32<[3]>; bias: null }) => sum(p.w))({ w: x, bias: null }),
    code: "leaf",
    says: ["params.bias", "null", "use undefined"],
  },
  {
    mistake: "Trees of different structure",
    // @ts-expect-error
    run: () => tree.map((a, b) => add(a, b), { w: x, b: x }, { w: x }),
    code: "structure",
    says: ["tree.map", "{ w: f32[3], b: f32[3] }", "must be equal"],
  },
  {
    mistake: "A key used twice",
    run: () => debugKeys((key: Key) => add(random.normal(key, [2]), random.uniform(key, [2])))(random.key(0)),
    code: "key-reuse",
    says: ["debugKeys", "this key was used before", "split it first"],
  },
  {
    mistake: "A number for a key",
    // @ts-expect-error
    run: () => random.normal(42, [3]),
    code: "key",
    says: ["random.normal: takes a key first", "got number", "random.key(seed)"],
  },
  {
    mistake: "A forgotten key",
    // @ts-expect-error
    run: () => random.normal([2, 3]),
    code: "key",
    says: ["random.normal: takes a key first", "got an array", "random.key(seed)"],
  },
  {
    mistake: "A tree that holds itself",
    run: () => {
      const params: { w: F32<[3]>; owner?: unknown } = { w: x }
      params.owner = { params }
      return tree.leaves(params)
    },
    code: "cycle",
    says: ["tree.owner.params", "is tree again", "leave it out"],
  },
  {
    mistake: "An instance of a class in a tree",
    run: () => {
      const Unnamed = (() => class {})()
      return tree.map((t) => mul(t, 2), { w: x, model: new Unnamed() })
    },
    code: "leaf",
    says: ["model", "an object of an unnamed class", "close over anything else"],
  },
  // ---- control flow
  {
    mistake: "A carry that changes its shape",
    // @ts-expect-error
    run: () => scan((c, row) => [add(c, row), row], zeros([1]), zeros([5, 3])),
    code: "carry",
    says: ["scan", "enters as f32[1] and leaves as f32[3]", "broadcast or cast the initial carry"],
  },
  {
    mistake: "Branches that give different results",
    run: () =>
      cond(
        less(sum(x), 0),
        (v) => v,
        // @ts-expect-error
        (v) => sum(v),
        x,
      ),
    code: "branches",
    says: ["cond", "f32[3] and f32[]", "bring both to one shape and dtype"],
  },
  {
    mistake: "Values where branches belong",
    // @ts-expect-error
    run: () => cond(true, x, x),
    code: "function",
    says: ["cond: takes a function", "got f32[3]", "write cond(predicate, (x) => …, (x) => …, x)"],
  },
  {
    mistake: "A predicate that is no bool",
    // @ts-expect-error
    run: () => cond(sum(x), exp, sin, x),
    code: "predicate",
    says: ["cond: the predicate must be one bool", "got f32[]", "compare"],
  },
  {
    mistake: "A collective without its axis",
    run: () => vmap((v: Scalar) => psum(v, "batch"))(x),
    code: "axis-name",
    says: ["psum", '"batch"', "axisName"],
  },
  // ---- memory and engines
  {
    mistake: "A donated tensor used again",
    run: () => {
      const state = ones([3])
      jit((s: F32<[3]>) => mul(s, 0.5), { donate: [0] })(state)
      return add(state, 1)
    },
    code: "donated",
    says: ["add", "was donated to a compiled function", "use what that function returned"],
  },
  {
    mistake: "A view of a donated tensor",
    run: () => {
      const state = ones([4])
      const square = reshape(state, [2, 2])
      jit((s: F32<[4]>) => mul(s, 0.5), { donate: [0] })(state)
      return add(square, 1)
    },
    code: "donated-alias",
    says: ["add", "f32[2, 2] is the same memory as a tensor that was donated", "donate a copy"],
  },
  {
    mistake: "A donated tensor that the call also needs undonated",
    run: () => {
      const state = ones([3])
      return jit((s: F32<[3]>, old: F32<[3]>) => sub(s, old), { donate: [0] })(state, state)
    },
    code: "donated-twice",
    says: ["jit: arguments[0] is donated", "arguments[1], which is not, is the same tensor", "donate a copy"],
  },
  {
    mistake: "A pullback after the donation of what it keeps",
    run: () => {
      const params = ones([3])
      const [loss, pullback] = vjp((w: F32<[3]>) => sum(mul(w, w)))(params)
      jit((w: F32<[3]>) => mul(w, 0.5), { donate: [0] })(params)
      return pullback(loss)
    },
    code: "donated-residual",
    says: ["pullback", "a value of the forward pass that was donated", "call it before"],
  },
  {
    mistake: "A partial last batch for donated state that keeps the batch",
    run: () => {
      interface State {
        w: F32<[4]>
        residual: F32<[8]>
      }
      const step = jit(
        (s: State, batch: F32<[number, 4]>) => ({ w: s.w, residual: add(s.residual, matmul(batch, s.w)) }),
        {
          donate: [0],
        },
      )
      return step(step({ w: ones([4]), residual: zeros([8]) }, ones([8, 4])), ones([3, 4]))
    },
    code: "shape-broadcast",
    says: ["add", "[8] with [3] (8 against 3)", "sizes must be equal or 1"],
  },
  {
    mistake: "A donated tensor hidden in a tree",
    run: () => {
      const state = { w: ones([3]) }
      const step = jit((s: { w: F32<[3]> }) => ({ w: mul(s.w, 0.5) }), { donate: [0] })
      step(state)
      return step(state)
    },
    code: "donated",
    says: ["jit", "was donated to a compiled function", "use what that function returned"],
  },
  {
    mistake: "An engine that was not loaded",
    run: () => withEngine("cotton", () => ones([2])),
    code: "unknown-engine",
    says: ['there is no engine "cotton"', "there are", '"reference"'],
  },
  {
    mistake: "An engine that does not exist",
    // @ts-expect-error
    run: () => setEngine("cuda"),
    code: "unknown-engine",
    says: ['there is no engine "cuda"', "there are", '"wasm"'],
  },
  {
    mistake: "A mode that does not exist",
    run: async () => {
      // @ts-expect-error
      await setEngine("gpujs", { mode: "metal" })
    },
    code: "mode",
    says: ["gpujs", 'no mode "metal"', "webgpu"],
  },
  {
    mistake: "An option of another engine",
    run: () => setEngine("reference", { threads: 2 }),
    code: "option",
    says: ['setEngine("reference")', 'no option "threads"', "there are none"],
  },
  {
    mistake: "A number of threads that is none",
    run: () => setEngine("wasm", { threads: 0 }),
    code: "threads",
    says: ["setEngine", "threads is 0", "from 1 to 32"],
  },
  {
    mistake: "Blocking where an engine cannot",
    run: async () => (await x.to("gpujs")).dataSync(),
    code: "asynchronous",
    says: ["dataSync()", "gpujs", "await t.data()"],
  },
  {
    mistake: "Tensors of two engines",
    run: async () => add(await x.to("reference"), x),
    code: "two-engines",
    says: ["add", "one operand is on reference and another on wasm", "await x.to("],
  },
  {
    mistake: "An async function for withEngine",
    // @ts-expect-error
    run: () => withEngine("reference", async () => mean(ones([2]))),
    code: "async",
    says: ["withEngine", "the function is async", "await outside"],
  },
  {
    mistake: "A profile of no runs",
    run: () => profile((w: F32<[3]>) => sum(w), { repetitions: 0 })(x),
    code: "profile-options",
    says: ["profile", "repetitions is a whole number from 1 on", "got 0"],
  },
  {
    mistake: "An explanation in a form that there is not",
    // @ts-expect-error
    run: () => explain((w: F32<[3]>) => sum(w), { as: "json" })(x),
    code: "explain-options",
    says: ["explain", 'is "text" or "data"', 'got "json"'],
  },
  // ---- claims about values, raised at the read
  {
    mistake: "A NaN, looked for with debugNaN",
    run: () => debugNaN((v: F32<[3]>) => sum(log(v)))(tensor([1, -1, 2])).item(),
    code: "nan",
    says: ["debugNaN", "log gave NaN", "bound its operand"],
  },
  {
    mistake: "Indices out of range, looked for with checked",
    run: () => checked((v: F32<[3]>) => take(v, indices))(x).array(),
    code: "index",
    says: ["take", "out of range for axis 0 of size 3", "clip the indices"],
  },
  {
    mistake: "A factorization of matrices that are not square",
    // @ts-expect-error
    run: () => cholesky(zeros([2, 3])),
    code: "shape-square",
    says: ["cholesky", "[2, 3]", "lstsq, pinv, qr and svd take any sizes"],
  },
  {
    mistake: "A right-hand side of another size",
    // @ts-expect-error
    run: () => solve(zeros([2, 2]), zeros([3])),
    code: "shape-system",
    says: ["solve", "[3] does not fit [2, 2]", "as many rows as the matrix"],
  },
  {
    mistake: "Differentiating vectors that only complete a basis",
    run: () => grad((x: F32<[3, 2]>) => sum(qr(x, { mode: "complete" }).q))(ones([3, 2])),
    code: "no-derivative",
    says: ["qr", "the complete basis of [3, 2] has no derivative", 'use mode "reduced"'],
  },
  // ---- functions of the toolbox
  {
    mistake: "An order of a polygamma that is none",
    run: () => polygamma(-1, x),
    code: "order",
    says: ["polygamma: the order must be a whole number", "got -1", "0 is digamma"],
  },
  {
    mistake: "A quantile in percent",
    run: () => quantile(x, 50),
    code: "quantile",
    says: ["quantile: q must lie between 0 and 1", "got 50", "percentile counts to 100"],
  },
  {
    mistake: "A method that quantiles are not read by",
    // @ts-expect-error
    run: () => quantile(x, 0.5, { method: "median" }),
    code: "method",
    says: ["quantile: there is no method", "median", "there are linear"],
  },
  {
    mistake: "Degrees of freedom that are no number",
    run: () => variance(x, { ddof: Number.NaN }),
    code: "ddof",
    says: ["variance: ddof must be a number", "got NaN", "1 divides by n - 1"],
  },
  {
    mistake: "Differences of half an order",
    run: () => diff(x, { n: 0.5 }),
    code: "diff",
    says: ["diff: n must be a whole number", "got 0.5", "how often differences are taken"],
  },
  {
    mistake: "A mask of integers",
    // @ts-expect-error
    run: () => softmax(x, { where: cast(x, "i32") }),
    code: "bool-only",
    says: ["softmax: takes bool", "got i32", "compare it first"],
  },
  {
    mistake: "The largest of nothing",
    run: () => argmax(zeros([0])),
    code: "empty",
    says: ["argmax", "there is no index over nothing, got [0]", "one element"],
  },
  {
    mistake: "Predictions and targets of two shapes",
    // @ts-expect-error
    run: () => meanSquaredError(zeros([3, 1]), x),
    code: "shape-loss",
    says: ["meanSquaredError: shapes differ", "[3, 1] and [3]", "squeeze or expandDims"],
  },
  {
    mistake: "Labels that are neither classes nor shares",
    // @ts-expect-error
    run: () => crossEntropy(zeros([2, 3]), zeros([2, 4])),
    code: "labels",
    says: ["crossEntropy: labels [2, 4]", "[2, 3] (distributions)", "one class number per example"],
  },
  {
    mistake: "More smoothing than labels",
    run: () => crossEntropy(zeros([2, 3]), indices, { labelSmoothing: 2 }),
    code: "smoothing",
    says: ["crossEntropy: labelSmoothing", "got 2", "0 leaves the labels as they are"],
  },
  {
    mistake: "Ids of segments that do not fit",
    // @ts-expect-error
    run: () => segmentSum(x, indices, { segments: 8 }),
    code: "shape-segments",
    says: ["segmentSum: ids [2]", "axis 0 of [3]", "one id for each row"],
  },
  {
    mistake: "Segments without their number",
    // @ts-expect-error
    run: () => segmentSum(x, tensor([0, 1, 1], { dtype: "i32" })),
    code: "option",
    says: ["segmentSum", "say how many segments there are", "{ segments: 3 }"],
  },
  {
    mistake: "More conditions than choices",
    run: () => select([less(x, 1), less(x, 2)], [x]),
    code: "select",
    says: ["select: takes as many choices as conditions", "got 1 and 2", "what remains is `otherwise`"],
  },
  {
    mistake: "A list where an index belongs",
    // @ts-expect-error
    run: () => at(x, [0, 1, 2]),
    code: "at-index",
    says: ["at: an index is a number", "got [0,1,2]", "a list of places is tensor("],
  },
  {
    mistake: "A start that is no whole number",
    run: () => dynamicSlice(x, [0.5], [2]),
    code: "start",
    says: ["dynamicSlice: a start must be a whole number", "got 0.5", "round it"],
  },
  {
    mistake: "Bins without their number",
    // @ts-expect-error
    run: () => bincount(indices, {}),
    code: "option",
    says: ["bincount", "say how many bins there are", "{ length: 10 }"],
  },
  {
    mistake: "A range that falls",
    run: () => histogram(x, { range: [1, 0] }),
    code: "histogram",
    says: ["histogram: takes at least one bin and a range that rises", "got 10 and [1,0]", "give the lower end first"],
  },
  {
    mistake: "Points without values",
    run: () => interp(x, x, zeros([2])),
    code: "points",
    says: ["interp: xp and fp need as many points", "got [3] and [2]", "one value of fp for each place of xp"],
  },
  {
    mistake: "Unique elements without a bound",
    // @ts-expect-error
    run: () => unique(x),
    code: "option",
    says: ["unique", "say how many there may be", "{ size: 10 }"],
  },
  {
    mistake: "A power of a matrix that is not whole",
    run: () => matrixPower(eye(2), 0.5),
    code: "option",
    says: ["matrixPower: the power is a whole number", "got 0.5", "eigh"],
  },
  {
    mistake: "A norm that matrices do not have",
    run: () => norm(eye(2), { ord: 3, axis: [0, 1] }),
    code: "option",
    says: ["norm: a matrix has norms", "not 3", '"fro"'],
  },
  {
    mistake: "An ellipsis twice",
    run: () => einsum("...i...->i", eye(2)),
    code: "shape-einsum",
    says: ["einsum", "... stands twice in one term", "name every axis"],
  },
  {
    mistake: "A product of a matrix where vectors are multiplied",
    // @ts-expect-error
    run: () => outer(eye(2), x),
    code: "outer",
    says: ["outer: takes two vectors", "got [2, 2] and [3]", "flatten"],
  },
  {
    mistake: "A pool without its window",
    // @ts-expect-error
    run: () => maxPool2d(zeros([1, 1, 4, 4]), {}),
    code: "option",
    says: ["maxPool2d", "needs a window", "{ window: 2 }"],
  },
  {
    mistake: "More output padding than stride",
    run: () => convTranspose1d(zeros([1, 1, 4]), zeros([1, 1, 3]), { outputPadding: 1 }),
    code: "shape-conv-transpose",
    says: [
      "convTranspose1d: outputPadding must be a whole number below stride or dilation",
      "got 1",
      "kernels [in, out / groups, kh, kw]",
    ],
  },
  {
    mistake: "A method of resizing that there is not",
    // @ts-expect-error
    run: () => resize(zeros([4, 4]), [8, 8], { method: "area" }),
    code: "option",
    says: ["resize: method is", 'got "area"', '"linear"'],
  },
  {
    mistake: "A norm that transforms do not have",
    // @ts-expect-error
    run: () => fft(x, { norm: "unit" }),
    code: "option",
    says: ["fft: norm is", 'got "unit"', '"ortho"'],
  },
  {
    mistake: "A transform of nothing",
    run: () => fft(zeros([0])),
    code: "shape-fft",
    says: ["fft: axis 0", "[0] is empty", "at least one element"],
  },
  {
    mistake: "Frequencies too few for a length",
    // @ts-expect-error
    run: () => irfft(zeros([3]), { length: 8 }),
    code: "shape-irfft",
    says: ["irfft: 3 frequencies", "make no 8 elements", "slice or pad them first"],
  },
  {
    mistake: "A parameter that its distribution cannot have",
    run: () => random.exponential(random.key(0), [3], { rate: -1 }),
    code: "parameter",
    says: ["random.exponential: rate", "got -1", "must be above 0"],
  },
  {
    mistake: "A parameter forgotten",
    // @ts-expect-error
    run: () => random.gamma(random.key(0), [3], {}),
    code: "parameter",
    says: ["random.gamma: { concentration }", "got nothing", "must be a number or a tensor"],
  },
  {
    mistake: "A covariance of another size",
    run: () => random.multivariateNormal(random.key(0), [3, 2], { covariance: eye(3) }),
    code: "covariance",
    says: [
      "random.multivariateNormal: the covariance of [3, 2] is [..., 2, 2]",
      "got [3, 3]",
      "the last axis of the shape",
    ],
  },
  {
    mistake: "Shares without an axis",
    run: () => random.dirichlet(random.key(0), [], { concentration: 1 }),
    code: "simplex",
    says: ["random.dirichlet", "got []", "as in [3]"],
  },
  {
    mistake: "Weights that do not fit what is drawn",
    run: () => random.choice(random.key(0), 5, { p: zeros([4]) }),
    code: "weights",
    says: ["random.choice: p needs one weight for each of 5", "got [4]", "0 for what is never drawn"],
  },
  {
    mistake: "More draws than there is without replacement",
    run: () => random.choice(random.key(0), 3, { shape: [4], replace: false }),
    code: "choice",
    says: ["random.choice", "4 of 3 cannot be drawn without replacement", "ask for fewer, or replace"],
  },
  {
    mistake: "A range of draws that falls",
    run: () => random.uniform(random.key(0), [3], { low: 1, high: 0 }),
    code: "range",
    says: ["random.uniform: low must be below high", "got 1 and 0", "give the lower end first"],
  },
  {
    mistake: "A draw of integers from a continuous law",
    // @ts-expect-error
    run: () => random.normal(random.key(0), [3], { dtype: "i32" }),
    code: "dtype",
    says: ["random.normal: draws f32 or f64", "i32", "cast what was drawn"],
  },
  {
    mistake: "Many keys where one belongs",
    // @ts-expect-error
    run: () => random.normal(random.keys(random.key(0), 4), [3]),
    code: "key",
    says: ["random.normal: takes one key", "got a tensor of keys [4]", "map over it with vmap"],
  },
  {
    mistake: "A seed that is no whole number",
    run: () => random.key(0.5),
    code: "seed",
    says: ["random.key: the seed must be a whole number", "got 0.5", "Date.now()"],
  },
  // ---- the kit's arguments
  {
    mistake: "Values that do not fit their range",
    run: () => fc.sample(tensors({ shape: [9], values: values.distinct({ min: 0, max: 1, gap: 0.5 }) }), 1),
    code: "arbitrary",
    says: ["values.distinct: 9 values", "do not fit between 0 and 1", "widen the range or narrow the gap"],
  },
  {
    mistake: "A size for an axis that no tensor has",
    run: () => tensorsOf({ x: ["batch"] }, { sizes: { time: 3 } }),
    code: "arbitrary",
    says: ["tensorsOf: sizes has time", "no tensor has an axis of that name", "there are batch"],
  },
  {
    mistake: "A condition number that no matrix has",
    run: () => positiveDefinite(3, { condition: 0.5 }),
    code: "arbitrary",
    says: ["positiveDefinite: the condition number must be at least 1", "got 0.5", "1 for a multiple of the identity"],
  },
  // ---- files and data
  {
    mistake: "Bytes that are no npy file",
    run: () => left(parseNpy(new Uint8Array(64))),
    code: "npy-magic",
    says: ["not a .npy file", "does not begin with", "NUMPY"],
  },
  {
    mistake: "An archive that was cut off",
    run: async () => left(await parseNpz(new Uint8Array(64))()),
    code: "zip-end",
    says: ["not a zip archive", "its last record is missing", "fetch or write it again"],
  },
  {
    mistake: "A row with a field too few",
    run: () => left(parseCsv("a,b\n1,2\n3\n")),
    code: "csv-row",
    says: ["row 3 has 1 fields", "the first row has 2", "{ separator }"],
  },
  {
    mistake: "A quote that is never closed",
    run: () => left(parseCsv('a,b\n1,"2\n')),
    code: "csv-quote",
    says: ["row 2", "the quote at character", "is never closed"],
  },
  {
    mistake: "A line that is no rating",
    run: () => left(parseRatings("1\t2\tgood\t0\n")),
    code: "ratings-line",
    says: ["line 1", "not four whole numbers between tabs", "good"],
  },
  {
    mistake: "A safetensors file that lies about its header",
    run: () => left(parseSafetensors(new Uint8Array(8).fill(255))),
    code: "safetensors-header",
    says: ["not a safetensors file", "it claims a header of", "bytes"],
  },
  {
    mistake: "A granularity that torque-aware momentum does not have",
    // @ts-expect-error
    run: () => tam({ learningRate: 0.1, granularity: "layer" }),
    code: "granularity",
    says: ["scaleByTam", "granularity is one of model, tensor, element", 'got "layer"'],
  },
  {
    mistake: "A learning rate that climbs",
    run: () => adamw({ learningRate: -1 }),
    code: "hyperparameter",
    says: ["adamw: learningRate", "is -1", "it must be a number from 0 on, a scalar tensor or a function of the step"],
  },
  {
    mistake: "A look ahead along a velocity that is not kept",
    // @ts-expect-error
    run: () => sgd({ learningRate: 0.1, nesterov: true }),
    code: "hyperparameter",
    says: ["sgd: nesterov", "is true and there is no momentum", "give both"],
  },
  {
    mistake: "A norm below 0",
    run: () => clipByGlobalNorm(-1),
    code: "hyperparameter",
    says: ["clipByGlobalNorm: norm", "is -1", "it must be a number from 0 on, or a scalar tensor"],
  },
  {
    mistake: "A decay at which nothing would ever come in",
    run: () => averageParams(1),
    code: "hyperparameter",
    says: ["averageParams: decay", "is 1", "it must be from 0 to below 1"],
  },
  {
    mistake: "Slow weights that are never visited",
    run: () => lookahead(sgd({ learningRate: 0.1 }), { every: 0 }),
    code: "hyperparameter",
    says: ["lookahead: every", "is 0", "it must be a whole number from 1 on"],
  },
  {
    mistake: "Slow weights that overshoot",
    run: () => lookahead(sgd({ learningRate: 0.1 }), { rate: 1.5 }),
    code: "hyperparameter",
    says: ["lookahead: rate", "is 1.5", "it must be from 0 to 1"],
  },
  {
    mistake: "Half a step of accumulation",
    run: () => accumulate(sgd({ learningRate: 0.1 }), 2.5),
    code: "hyperparameter",
    says: ["accumulate: steps", "is 2.5", "it must be a whole number from 1 on"],
  },
  {
    mistake: "A label that names no transformation",
    run: () => {
      const named: string = "bias"
      // @ts-expect-error
      return multiTransform({ weights: scale(1), biases: scale(2) }, () => named).init({ b: x })
    },
    code: "label",
    says: ["multiTransform: params.b", 'is labelled "bias"', "the parts are weights, biases"],
  },
  {
    mistake: "A mask among hyper-parameters",
    run: () => {
      const options = { learningRate: 0.1, mask: () => true }
      // @ts-expect-error
      return injectHyperparameters(adamw)(options).init({ b: x })
    },
    code: "option",
    says: ["injectHyperparameters: mask", "is a function and no schedule", 'name it in { static: ["mask"] }'],
  },
  {
    mistake: "Gradients of another tree than the parameters",
    run: () => {
      const t = masked(scale(2), /w/)
      const gradients: { readonly w: Tensor; readonly b?: Tensor } = { w: x, b: x }
      return t.update(gradients, t.init({ w: x }), { w: x })
    },
    code: "structure",
    says: [
      "masked: the tree of parameters is { w: f32[3] }",
      "that of the gradients is { w: f32[3], b: f32[3] }",
      "must be equal",
    ],
  },
  {
    mistake: "A batch larger than the data",
    run: () => batches({ x }, { size: 5 }),
    code: "batches",
    says: ["batches: a batch of 5", "out of 3 rows", "sizes are 1 to 3"],
  },
  {
    mistake: "A character outside the vocabulary",
    run: () => vocabularyOf("abc").encode("abd"),
    code: "character",
    says: ["encode", '"d" at 2', "none of the 3 characters"],
  },
]
