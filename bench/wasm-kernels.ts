// biome-ignore-all lint/style/noRestrictedImports: it measures the engine below the public API, kernel by kernel
/**
 * Kernels of the wasm engine, one thread, operands resident, beside plain loops run in the same process.
 *
 *     npx tsx bench/wasm-kernels.ts [products|loops|calls]
 */
import {
  type ArrayType,
  inputsOf,
  type Loop,
  type MapLoop,
  mapLoop,
  resultsOf,
  sizeOf,
} from "../src/autodiff/program/loop/loop.ts"
import {
  binary,
  constant,
  fold,
  foldAll,
  type Input,
  load,
  type Scalar,
  unary,
  type Var,
} from "../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program } from "../src/autodiff/program/program.ts"
import { fromArray } from "../src/autodiff/program/type.ts"
import { createWasm } from "../src/backend/wasm/engine.ts"
import { newHeap } from "../src/backend/wasm/heap.ts"
import type { CodeLoop } from "../src/backend/wasm/kernel.ts"
import { hostFunctions } from "../src/backend/wasm/kernel.ts"
import { newKernels } from "../src/backend/wasm/kernels.ts"
import { newLinker } from "../src/backend/wasm/threads/definitions.ts"

const heap = newHeap(2 ** 31)
const kernels = newKernels(heap, newLinker({ ...hostFunctions, memory: heap.memory }))

/** Microseconds of the fastest of several rounds, after enough calls for the optimising compiler. */
async function time(f: () => void, flops = 0): Promise<number> {
  const once = (n: number): number => {
    const start = performance.now()
    for (let i = 0; i < n; i++) f()
    return ((performance.now() - start) * 1000) / n
  }
  const warm = performance.now()
  for (let n = 1; performance.now() - warm < 150; n *= 2) {
    once(n)
    // Compiled code is put in place between tasks.
    await new Promise((done) => setTimeout(done, 5))
  }
  const estimate = Math.max(0.05, once(3))
  const calls = Math.max(1, Math.min(100_000, Math.floor((flops > 1e9 ? 60_000 : 20_000) / estimate)))
  return Math.min(...Array.from({ length: 8 }, () => once(calls)))
}

function prepare(loop: CodeLoop): () => void {
  const place = (t: ArrayType): number => heap.take(Math.max(1, sizeOf(t.shape)) * 4)
  const inputs = loop.inputs.map((x) => {
    const at = place(x)
    const view = new Float32Array(heap.memory.buffer, at, sizeOf(x.shape))
    for (let i = 0; i < view.length; i++) view[i] = ((i * 7919) % 1009) / 500 - 1
    return at
  })
  const results = resultsOf(loop).map(place)
  const { run } = kernels(loop)
  return () => run([...inputs, ...results])
}

const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })
const each = (shape: readonly number[], inputs: number, body: (...x: readonly Scalar[]) => Scalar): MapLoop => {
  const xs = inputsOf(Array.from({ length: inputs }, () => f32(...shape)))
  return mapLoop(xs, shape, (...i) => body(...xs.map((x) => load(x, i))))
}
const product = (
  a: ArrayType,
  b: ArrayType,
  shape: readonly number[],
  k: readonly number[],
  at: (i: readonly Var[], k: readonly Var[]) => readonly (readonly Scalar[])[],
): MapLoop => {
  const [x, y] = inputsOf([a, b])
  return mapLoop([x!, y!], shape, (...i) =>
    foldAll("sum", k, (ks) => {
      const [p, q] = at(i, ks)
      return binary("mul", load(x!, p!), load(y!, q!))
    }),
  )
}
const matmul = (m: number, k: number, n: number): MapLoop =>
  product(f32(m, k), f32(k, n), [m, n], [k], ([i, j], [l]) => [
    [i!, l!],
    [l!, j!],
  ])

function plainMatmul(m: number, k: number, n: number): () => void {
  const [a, b, c] = [m * k, k * n, m * n].map((s) => new Float32Array(s).fill(0.5))
  return () => {
    for (let i = 0; i < m; i++) {
      c!.fill(0, i * n, i * n + n)
      for (let l = 0; l < k; l++) {
        const x = a![i * k + l]!
        for (let j = 0; j < n; j++) c![i * n + j]! += x * b![l * n + j]!
      }
    }
  }
}

const row = (name: string, us: number, plain: number, flops: number, known: string): void => {
  const rate = flops > 0 ? `${(flops / us / 1000).toFixed(1)} GF` : ""
  const times = plain > 0 ? `${(plain / us).toFixed(1)}x plain loop (${plain.toFixed(0)} us)` : ""
  console.log(
    `${name.padEnd(34)} ${us.toFixed(us < 10 ? 2 : 0).padStart(9)} us ${rate.padStart(9)}  ${times.padEnd(32)} ${known}`,
  )
}

async function products(): Promise<void> {
  const sizes = [4, 8, 10, 16, 24, 32, 64, 128, 256, 512, 1024]
  const known: Readonly<Record<number, string>> = {
    64: "hand 40",
    128: "hand 44",
    256: "hand 46",
    512: "hand 44; tfjs 28; jax-js 24",
    1024: "hand 44; tfjs 31; jax-js 25",
  }
  for (const n of sizes) {
    const us = await time(prepare(matmul(n, n, n)), 2 * n ** 3)
    row(`matmul ${n}`, us, n <= 512 ? await time(plainMatmul(n, n, n)) : 0, 2 * n ** 3, known[n] ?? "")
  }
  const shapes: readonly (readonly [string, MapLoop, number, string])[] = [
    ["matmul 128x784x256 (a layer)", matmul(128, 784, 256), 128 * 784 * 256, ""],
    [
      "matmul 784x128x256 (its gradient)",
      product(f32(128, 784), f32(128, 256), [784, 256], [128], ([i, j], [l]) => [
        [l!, i!],
        [l!, j!],
      ]),
      128 * 784 * 256,
      "",
    ],
    ["matmul 128x256x10", matmul(128, 256, 10), 128 * 256 * 10, ""],
    [
      "matmul by the transposed, 512",
      product(f32(512, 512), f32(512, 512), [512, 512], [512], ([i, j], [l]) => [
        [i!, l!],
        [j!, l!],
      ]),
      512 ** 3,
      "",
    ],
    [
      "QK^T 64 x 128x32x128",
      product(f32(64, 128, 32), f32(64, 128, 32), [64, 128, 128], [32], ([b, i, j], [l]) => [
        [b!, i!, l!],
        [b!, j!, l!],
      ]),
      64 * 128 * 32 * 128,
      "hand 36-38",
    ],
    [
      "batched 64 x 16^3",
      product(f32(64, 16, 16), f32(64, 16, 16), [64, 16, 16], [16], ([b, i, j], [l]) => [
        [b!, i!, l!],
        [b!, l!, j!],
      ]),
      64 * 16 ** 3,
      "hand 18",
    ],
    ["matvec 1024", product(f32(1024, 1024), f32(1024), [1024], [1024], ([i], [l]) => [[i!, l!], [l!]]), 1024 ** 2, ""],
    ["vecmat 1024", product(f32(1024), f32(1024, 1024), [1024], [1024], ([j], [l]) => [[l!], [l!, j!]]), 1024 ** 2, ""],
    ["conv 8x16x32x32, 32 of 3x3", convolution(8, 16, 32, 32, 3), 8 * 16 * 32 * 32 * 32 * 9, "hand 35"],
    ["conv 8x64x16x16, 64 of 3x3", convolution(8, 64, 16, 64, 3), 8 * 64 * 16 * 16 * 64 * 9, "hand 35"],
  ]
  for (const [name, loop, madds, hand] of shapes) row(name, await time(prepare(loop), 2 * madds), 0, 2 * madds, hand)
}
function convolution(n: number, c: number, size: number, o: number, window: number): MapLoop {
  return product(
    f32(n, c, size, size),
    f32(o, c, window, window),
    [n, o, size, size],
    [c, window, window],
    ([b, q, y, z], [l, u, v]) => [
      [b!, l!, binary("sub", binary("add", y!, u!), 1), binary("sub", binary("add", z!, v!), 1)],
      [q!, l!, u!, v!],
    ],
  )
}

async function loops(): Promise<void> {
  const n = 512
  const shape = [n, n]
  const x = Float32Array.from({ length: n * n }, (_, i) => ((i * 7919) % 1009) / 500 - 1)
  const out = new Float32Array(n * n)
  const plain = (f: (i: number) => number) => (): void => {
    for (let i = 0; i < out.length; i++) out[i] = f(i)
  }
  const reduce = (body: (x: Input, i: Var) => Scalar): MapLoop => {
    const [input] = inputsOf([f32(...shape)])
    return mapLoop([input!], [n], (i) => body(input!, i!))
  }
  const [softmaxIn] = inputsOf([f32(...shape)])
  const softmax = mapLoop([softmaxIn!], shape, (i, j) => {
    const shifted = (at: Scalar): Scalar =>
      unary(
        "exp",
        binary(
          "sub",
          load(softmaxIn!, [i!, at]),
          fold("max", n, (k) => load(softmaxIn!, [i!, k])),
        ),
      )
    return binary("div", shifted(j!), fold("sum", n, shifted))
  })
  const gelu = (v: Scalar): Scalar => {
    const c = (value: number): Scalar => constant(Math.fround(value), "f32")
    const inner = binary(
      "mul",
      c(0.7978845608),
      binary("add", v, binary("mul", c(0.044715), binary("mul", v, binary("mul", v, v)))),
    )
    return binary("mul", binary("mul", c(0.5), v), binary("add", c(1), unary("tanh", inner)))
  }
  const cases: readonly (readonly [string, CodeLoop, (() => void) | undefined, string])[] = [
    [
      "x*w+b",
      each(shape, 3, (a, b, c) => binary("add", binary("mul", a!, b!), c!)),
      plain((i) => x[i]! * x[i]! + x[i]!),
      "hand 47-51, peers 183-188",
    ],
    [
      "x*w+b, bias a row",
      (() => {
        const xs = inputsOf([f32(...shape), f32(...shape), f32(n)])
        return mapLoop(xs, shape, (i, j) =>
          binary("add", binary("mul", load(xs[0]!, [i!, j!]), load(xs[1]!, [i!, j!])), load(xs[2]!, [j!])),
        )
      })(),
      undefined,
      "",
    ],
    ["exp", each(shape, 1, (a) => unary("exp", a!)), plain((i) => Math.exp(x[i]!)), "hand 341, jax-js 1419, tfjs 1766"],
    ["log", each(shape, 1, (a) => unary("log", unary("abs", a!))), plain((i) => Math.log(Math.abs(x[i]!))), ""],
    ["tanh", each(shape, 1, (a) => unary("tanh", a!)), plain((i) => Math.tanh(x[i]!)), ""],
    ["sin", each(shape, 1, (a) => unary("sin", a!)), plain((i) => Math.sin(x[i]!)), ""],
    [
      "tanh-GELU(x*w+b)",
      each(shape, 3, (a, b, c) => gelu(binary("add", binary("mul", a!, b!), c!))),
      undefined,
      "peers 4801, 5563; gpu.js rational 1663",
    ],
    ["row sum", reduce((v, i) => fold("sum", n, (k) => load(v, [i, k]))), undefined, "hand 14, jax-js 53, tfjs 205"],
    ["row max", reduce((v, i) => fold("max", n, (k) => load(v, [i, k]))), undefined, "prototype 62"],
    ["row argmax", reduce((v, i) => fold("argmax", n, (k) => [load(v, [i, k]), k], 1)), undefined, ""],
    ["column sum", reduce((v, i) => fold("sum", n, (k) => load(v, [k, i]))), undefined, "prototype 93-127"],
    ["column max", reduce((v, i) => fold("max", n, (k) => load(v, [k, i]))), undefined, ""],
    [
      "sum of all",
      (() => {
        const [input] = inputsOf([f32(...shape)])
        return mapLoop([input!], [], () => foldAll("sum", shape, (ks) => load(input!, ks)))
      })(),
      undefined,
      "",
    ],
    [
      "transpose",
      (() => {
        const [input] = inputsOf([f32(...shape)])
        return mapLoop([input!], shape, (i, j) => load(input!, [j!, i!]))
      })(),
      undefined,
      "",
    ],
    ["softmax, one loop", softmax, undefined, "hand 233-251, tfjs 256-342, jax-js 2320"],
  ]
  console.log("512 x 512, f32")
  for (const [name, loop, peer, hand] of cases)
    row(name, await time(prepare(loop)), peer === undefined ? 0 : await time(peer), 0, hand)
  const engine = createWasm()
  const fused = engine.compile(softmaxSteps(shape))
  const buffer = engine.upload(x, f32(...shape))
  const none = new Set<number>()
  const us = await time(() => engine.submit(fused, [buffer], none).forEach(engine.release))
  row("softmax, from its primitives", us, 0, 0, "hand 233-251, tfjs 256-342, jax-js 2320")
}

const programOf = (...loops: readonly (readonly [loop: Loop, ...operands: number[]])[]): Program => {
  const inputs = loops[0]![0].inputs.map((x) => newVariable(fromArray({ dtype: x.dtype, shape: x.shape })))
  const values = [...inputs]
  const equations = loops.map(([loop, ...operands]) => {
    const outputs = resultsOf(loop).map((t) => newVariable(fromArray(t)))
    const operation = { kind: "loop", name: "loop", params: {}, key: "loop", meaning: () => loop } as const
    const equation = { operation, inputs: operands.map((k) => values[k]!), outputs, site: undefined }
    values.push(...outputs)
    return equation
  })
  return newProgram({ name: "written", inputs, equations, outputs: [values.at(-1)!] })
}
/** Softmax as its primitives: maximum, difference, exp, sum, quotient. */
function softmaxSteps(shape: readonly number[]): Program {
  const [rows = 1, columns = 1] = shape
  const [x] = inputsOf([f32(...shape)])
  const reduce = (monoid: "max" | "sum"): Loop =>
    mapLoop([x!], [rows], (i) => fold(monoid, columns, (k) => load(x!, [i!, k])))
  const xs = inputsOf([f32(...shape), f32(rows)])
  const byRow = (fn: "sub" | "div"): Loop =>
    mapLoop(xs, shape, (i, j) => binary(fn, load(xs[0]!, [i!, j!]), load(xs[1]!, [i!])))
  const exps = mapLoop([x!], shape, (...i) => unary("exp", load(x!, i)))
  return programOf([reduce("max"), 0], [byRow("sub"), 0, 1], [exps, 2], [reduce("sum"), 3], [byRow("div"), 3, 4])
}
async function calls(): Promise<void> {
  const engine = createWasm()
  const adding = engine.compile(programOf([each([10], 2, (a, b) => binary("add", a!, b!)), 0, 1]))
  const ten = engine.upload(new Float32Array(10), f32(10))
  const none = new Set<number>()
  row(
    "eager add of 10, kept",
    await time(() => void engine.submit(adding, [ten, ten], none)),
    0,
    0,
    "gpu.js call 2000-3000",
  )
  row(
    "eager add of 10, released",
    await time(() => engine.submit(adding, [ten, ten], none).forEach(engine.release)),
    0,
    0,
    "",
  )
  row("upload of a number", await time(() => void engine.upload(new Float32Array(1), f32())), 0, 0, "")
  let size = 20
  const first = await time(() => {
    const loop = each([++size], 2, (a, b) => binary("mul", a!, b!))
    const x = engine.upload(new Float32Array(size), f32(size))
    engine.submit(engine.compile(programOf([loop, 0, 1])), [x, x], none)
  })
  row("a new elementwise loop, first call", first, 0, 0, "gpu.js 4000")
}

const wanted = process.argv[2]
if (wanted === undefined || wanted === "products") await products()
if (wanted === undefined || wanted === "loops") await loops()
if (wanted === undefined || wanted === "calls") await calls()
