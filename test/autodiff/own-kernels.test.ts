/** Users' own gpu.js kernels: operations like ours, with the derivatives that are given to them. */
import {
  add,
  arange,
  type F32,
  gpuKernel,
  grad,
  jit,
  jvp,
  mul,
  reshape,
  type Scalar,
  scan,
  setEngine,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  transpose,
  vjp,
  vmap,
  zeros,
} from "cotangent"
import { checkGrads, expectClose } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "./engines.ts"

type Matrix = F32<[number, number]>
type Vector = F32<[number]>

const cube = gpuKernel(
  function cube(x) {
    const v = x[this.thread.x]!
    return v * v * v
  },
  { output: (x: Vector) => x.shape, jvp: ([x], [dx]) => mul(mul(3, mul(x, x)), dx) },
)
/** A product of matrices; its pullback is two more, and so to every order. */
const product = gpuKernel(
  `function (a, b, inner) {
    let total = 0;
    for (let k = 0; k < inner; k++) {
      total += a[this.thread.y][k] * b[k][this.thread.x];
    }
    return total;
  }`,
  {
    name: "product",
    output: (a: Matrix, b: Matrix, _: Scalar) => [a.shape[0], b.shape[1]],
    vjp: ([a, b], ct): readonly [Matrix, Matrix, undefined] => [
      product(ct, transpose(b), b.shape[1]),
      product(transpose(a), ct, a.shape[0]),
      undefined,
    ],
  },
)
const times = (a: Matrix, b: Matrix): Matrix => product(a, b, b.shape[0])
/** On the engine of the hour. */
const operands = (): readonly [Matrix, Matrix] => [
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  tensor([
    [1, 0],
    [-1, 2],
    [0.5, -2],
  ]),
]
const ab = [
  [0.5, -2],
  [2, -2],
]

/** Neighbours weighted by constants; nothing is said of its slope. */
const smooth = gpuKernel(
  function (x) {
    const i = this.thread.x
    let total = this.constants.centre * x[i]!
    if (i > 0) total += this.constants.side * x[i - 1]!
    if (i < this.output.x - 1) total += this.constants.side * x[i + 1]!
    return total
  },
  { output: (x: Vector) => x.shape, constants: { centre: 0.5, side: 0.25 } },
)

/** What a kernel sees of a tensor of any rank up to three, and where it stands. */
const positions = [
  "function (x, s) { return x * s; }",
  "function (x, s) { return x[this.thread.x] * s + this.thread.x; }",
  "function (x, s) { return x[this.thread.y][this.thread.x] * s + this.thread.x + 10 * this.thread.y; }",
  "function (x, s) { return x[this.thread.z][this.thread.y][this.thread.x] * s + this.thread.x + 10 * this.thread.y + 100 * this.thread.z; }",
]
const position = (rank: number) =>
  gpuKernel(positions[rank] ?? "", { output: (x: Tensor, _: Scalar): readonly number[] => x.shape })

describe.each(engines)("gpuKernel on $title", ({ choose, title }) => {
  beforeAll(async () => {
    await choose()
  })
  it("computes one element per thread, from arrays of every rank", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), async (shape) => {
        const size = shape.reduce((n, m) => n * m, 1)
        const x = reshape(arange(size), shape)
        const y = position(shape.length)(add(x, 0.5), 2)
        expect(y.shape).toEqual(shape)
        const [w = 1, h = 1] = shape.toReversed()
        const wanted = Array.from(
          { length: size },
          (_, n) => 2 * n + 1 + (n % w) + 10 * (Math.floor(n / w) % h) + 100 * Math.floor(n / (w * h)),
        )
        expect([...(await y.data())]).toEqual(wanted)
      }),
      { numRuns: title.startsWith("gpujs") ? 25 : 60 },
    )
  })
  it("takes text, functions, constants and numbers, and results of other shapes than its arguments'", async () => {
    expectClose(await cube(tensor([1, 2, -3])).array(), [1, 8, -27])
    expectClose(await times(...operands()).array(), ab)
    expectClose(await smooth(tensor([4, 8, 0, 4])).array(), [4, 5, 3, 2])
    const total = gpuKernel("function (x, n) { let s = 0; for (let i = 0; i < n; i++) { s += x[i]; } return s; }", {
      output: [],
    })
    const count = gpuKernel("function () { return this.thread.x + 10 * this.thread.y; }", { output: [2, 3] })
    const wanted = [
      [0, 1, 2],
      [10, 11, 12],
    ]
    expectClose([await count().array(), await jit(() => count())().array()], [wanted, wanted])
    // More rounds than gpu.js gives a loop by itself.
    expectClose(await total(tensor(new Float32Array(3000).fill(0.5)), 3000).item(), 1500)
    expectClose(await total(tensor([1, 2], { dtype: "i32" }), 2).item(), 3)
  })
  it("has the derivative that it was given, in the modes that it gives", async () => {
    const x = tensor([1, 2, -3])
    expectClose(await grad((v: Vector) => sum(cube(v)))(x).array(), [3, 12, 27])
    expectClose(await jvp(cube)([x], [tensor([1, 0, 0.5])])[1].array(), [3, 0, 13.5])
    expectClose(await grad((v: Vector) => sum(grad((u: Vector) => sum(cube(u)))(v)))(x).array(), [6, 12, -18])
    const [out, pullback] = vjp((p: Matrix, q: Matrix) => times(p, q))(...operands())
    const [da, db] = pullback(
      tensor([
        [1, 0],
        [0, 1],
      ]),
    )
    expectClose(await out.array(), ab)
    expectClose(await da.array(), [
      [1, -1, 0.5],
      [0, 2, -2],
    ])
    expectClose(await db.array(), [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
  })
  it("maps: over some arguments, over two axes, over nothing", async () => {
    const [a] = operands()
    const stack = tensor([
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 2],
        [0, 0],
      ],
    ])
    expectClose(await vmap((q: F32<[3, 2]>) => times(a, q))(stack).array(), [
      [
        [1, 2],
        [4, 5],
      ],
      [
        [0, 4],
        [0, 10],
      ],
    ])
    const scaled = gpuKernel("function (x, s) { return x[this.thread.x] * s; }", {
      output: (x: Vector, _: Scalar) => x.shape,
    })
    const table = vmap((s: Scalar) =>
      vmap((x: Vector) => scaled(x, s))(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    )(tensor([1, 10, 100]))
    expectClose(await table.array(), [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [10, 20],
        [30, 40],
      ],
      [
        [100, 200],
        [300, 400],
      ],
    ])
    const both = vmap((x: Vector, s: Scalar) => vmap((u: Scalar) => scaled(x, mul(u, s)))(tensor([1, 2])))
    expectClose(
      await both(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([1, -1]),
      ).array(),
      [
        [
          [1, 2],
          [2, 4],
        ],
        [
          [-3, -4],
          [-6, -8],
        ],
      ],
    )
    expect(await vmap(cube)(zeros([0, 3])).array()).toEqual([])
    const perExample = vmap(grad((x: Vector) => sum(cube(x))))
    expectClose(
      await perExample(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ).array(),
      [
        [3, 12],
        [27, 48],
      ],
    )
  })
  it("compiles, and runs in loops", async () => {
    const x = tensor([1, 2, -3])
    expectClose(await jit((v: Vector) => add(cube(mul(v, 2)), 1))(x).array(), [9, 65, -215])
    expectClose(await jit(grad((v: Vector) => sum(cube(v))))(x).array(), [3, 12, 27])
    const walk = (v: F32<[3]>) => scan((c: F32<[3]>) => [smooth(c) as F32<[3]>, sum(c)], v, undefined, { length: 3 })
    const [last] = jit(walk)(tensor([0, 64, 0]))
    expectClose(await last.array(), [14, 20, 14])
  })
})

it("is run by gpu.js on gpujs, in its f32, and on the host in doubles elsewhere", async () => {
  const back = gpuKernel("function (x) { return (x[this.thread.x] * 1e30) / 1e30; }", {
    output: (x: Vector) => x.shape,
  })
  await setEngine("gpujs", { mode: "webasm" })
  expect(await back(tensor([1e20])).array()).toEqual([Number.POSITIVE_INFINITY])
  await setEngine("wasm")
  expectClose(back(tensor([1e20])), [1e20])
  await setEngine("gpujs", { mode: "cpu" })
  const unknown = gpuKernel("function (x) { return nothing(x[this.thread.x]); }", { output: [1] })
  await expect((async () => unknown(tensor([1])).data())()).rejects.toThrow(/gpu\.js cannot run the source|nothing/)
  await setEngine("wasm")
})

describe("gpuKernel", () => {
  beforeAll(() => setEngine("wasm"))
  it("passes checkGrads where its derivative is right, and only there", () => {
    checkGrads(cube, [tensor([0.5, -1.25, 2])], { order: 3 })
    checkGrads(times, operands(), { modes: ["rev"] })
    const wrong = gpuKernel("function (x) { return x[this.thread.x] * x[this.thread.x]; }", {
      output: (x: Vector) => x.shape,
      jvp: ([x], [dx]) => mul(x, dx),
    })
    expect(() => checkGrads(wrong, [tensor([1, 2])])).toThrow(/jvp, result 0.*differences in float64/)
  })
  it("is computed in doubles from f64, rounded to f32 otherwise", () => {
    const third = gpuKernel("function (x) { return x[this.thread.x] / 3; }", { output: (x: Tensor<[1]>) => x.shape })
    expect(third(tensor([1])).arraySync()).toEqual([Math.fround(1 / 3)])
    expect(third(tensor([1], { dtype: "f64" })).arraySync()).toEqual([1 / 3])
  })
  it("tells kernels apart by text and constants, not by name", () => {
    const by = (n: number) =>
      gpuKernel("function scaled(x) { return x[this.thread.x] * this.constants.n; }", {
        output: (x: Vector) => x.shape,
        constants: { n },
      })
    const x = tensor([1, 2])
    expectClose(
      [by(2)(x), by(3)(x), by(2)(x)],
      [
        [2, 4],
        [3, 6],
        [2, 4],
      ],
    )
  })
  it("keeps what is differentiated by apart from what is not", () => {
    const x = tensor([4, 8, 0, 4])
    expectClose(grad((w: Scalar) => sum(mul(smooth(x), w)))(1), 14)
    expectClose(grad((v: Vector) => sum(mul(smooth(stopGradient(v)), v)))(x), [4, 5, 3, 2])
    expect(() => grad((v: Vector) => sum(smooth(v)))(x)).toThrow(
      /a derivative was asked of a gpuKernel that has none; give/,
    )
    expect(() => jvp(times)(operands(), operands())).toThrow(/gpuKernel product: .*no forward mode.*give it a jvp/)
  })
  it("takes as many arrays as its source", () => {
    const summed = gpuKernel("function summed(a, b) { return a[this.thread.x] + b[this.thread.x]; }", { output: [1] })
    expect(() => summed(tensor([1]))).toThrow("gpuKernel summed: the kernel takes (a, b) and was given 1 of 2")
    expectClose(summed(tensor([1]), tensor([2])), [3])
  })
  it("closes over nothing, on no engine", () => {
    const outside = 3
    const closing = gpuKernel(
      function closing(x) {
        return x[this.thread.x]! * outside
      },
      { output: (x: Vector) => x.shape },
    )
    expect(() => closing(tensor([1]))).toThrow(/gpuKernel closing: .*outside is not defined.*this.constants/)
  })
  it("says that a jvp whose tangents go through the kernel itself cannot be transposed", () => {
    const doubled = gpuKernel("function (x) { return 2 * x[this.thread.x]; }", {
      name: "doubled",
      output: (x: Vector) => x.shape,
      jvp: (_, [dx]): Vector => doubled(dx),
    })
    expectClose(jvp(doubled)([tensor([1])], [tensor([3])])[1], [6])
    expect(() => grad((x: Vector) => sum(doubled(x)))(tensor([1]))).toThrow(/gpuKernel doubled: .*give it a vjp/)
  })
})
