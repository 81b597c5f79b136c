/** What functions give where there is nothing, nothing there, or two of the same: stated in the Guide, on every engine. */
import {
  add,
  argmax,
  checked,
  crossEntropy,
  DTypeError,
  type F32,
  grad,
  jit,
  max,
  maximum,
  mean,
  min,
  minimum,
  oneHot,
  prod,
  type Scalar,
  ShapeError,
  sum,
  type Tensor,
  take,
  tensor,
  topK,
  valueAndGrad,
  zeros,
} from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

describe.each(engines)("on $title", ({ choose, title }) => {
  beforeAll(choose)
  const near = (found: unknown, wanted: readonly number[]): void => {
    const numbers = Array.isArray(found) ? found : [found]
    expect(numbers.length).toBe(wanted.length)
    wanted.forEach((w, k) => {
      if (Number.isNaN(w)) expect(numbers[k]).toBeNaN()
      else expect(numbers[k]).toBeCloseTo(w, 5)
    })
  }

  it("crossEntropy gives NaN for a label out of range, and the other rows their own loss and gradient", async () => {
    const logits = tensor([
      [2, 0, 1],
      [0, 1, -1],
      [1, 1, 0],
      [0.5, 0, 3],
    ])
    const labels = tensor([0, 3, -1, 2], { dtype: "i32" })
    const rows = await logits.array()
    const soft = rows.map((row) => {
      const total = row.reduce((a, v) => a + Math.exp(v), 0)
      return row.map((v) => Math.exp(v) / total)
    })
    const wanted = [-Math.log(soft[0]?.[0] ?? 0), Number.NaN, Number.NaN, -Math.log(soft[3]?.[2] ?? 0)]
    near(await crossEntropy(logits, labels).array(), wanted)
    near(await jit((x: F32<[4, 3]>, y: Tensor<[4], "i32">) => crossEntropy(x, y))(logits, labels).array(), wanted)
    const [loss, slopes] = jit(valueAndGrad((x: F32<[4, 3]>, y: Tensor<[4], "i32">) => sum(crossEntropy(x, y))))(
      logits,
      labels,
    )
    expect(await loss.item()).toBeNaN()
    const found = await slopes.array()
    near(
      found[0],
      (soft[0] ?? []).map((p, k) => p - Number(k === 0)),
    )
    near(found[1], [0, 0, 0])
    near(found[2], [0, 0, 0])
    near(
      found[3],
      (soft[3] ?? []).map((p, k) => p - Number(k === 2)),
    )
    const unsigned = tensor([0, 3, 4294967295, 2], { dtype: "u32" })
    near(await crossEntropy(logits, unsigned).array(), wanted)
  })
  it("crossEntropy takes nothing from a class that is masked out and has no share", async () => {
    const logits = tensor([[0, Number.NEGATIVE_INFINITY, 0]])
    const [loss, slopes] = valueAndGrad((x: F32<[1, 3]>) => sum(crossEntropy(x, tensor([[1, 0, 0]]))))(logits)
    near(await loss.item(), [Math.log(2)])
    near((await slopes.array())[0], [-0.5, 0, 0.5])
    // A class that has a share and cannot be is infinitely surprising.
    expect(await crossEntropy(logits, tensor([[0.5, 0.5, 0]])).array()).toEqual([Number.POSITIVE_INFINITY])
  })
  it("oneHot refuses what is no number of classes, and what comes later knows nothing of it", async () => {
    const labels = tensor([0], { dtype: "i32" })
    for (const classes of [undefined, -1, 1.5, Number.NaN])
      expect(() => Reflect.apply(oneHot, undefined, [labels, classes])).toThrow(ShapeError)
    near(await topK(tensor([1]), 1).values.array(), [1])
  })

  it("only a JavaScript number counts from the end", async () => {
    const x = tensor([1, 2, 3])
    near(await take(x, -1).item(), [3])
    near(await take(x, tensor([-1, 0, 2, 3], { dtype: "i32" })).array(), [0, 1, 3, 0])
    if (title !== "reference") return
    await expect(checked((v: F32<[3]>) => take(v, tensor([-1], { dtype: "i32" })))(x).array()).rejects.toThrow(
      /out of range/,
    )
  })

  it("folds over nothing", async () => {
    const none = zeros([2, 0])
    expect(await max(none, { axis: 1 }).array()).toEqual([-Infinity, -Infinity])
    expect(await min(none, { axis: 1 }).array()).toEqual([Infinity, Infinity])
    expect(await sum(none, { axis: 1 }).array()).toEqual([0, 0])
    expect(await prod(none, { axis: 1 }).array()).toEqual([1, 1])
    expect(await mean(none, { axis: 1 }).array()).toEqual([Number.NaN, Number.NaN])
    expect(() => argmax(none, { axis: 1 })).toThrow(ShapeError)
  })

  it("between equals, a fold's slope goes to the first, and a pair shares it", async () => {
    const x = tensor([1, 3, 3, 0, 0])
    near(await grad((v: F32<[5]>) => max(v))(x).array(), [0, 1, 0, 0, 0])
    near(await grad((v: F32<[5]>) => min(v))(x).array(), [0, 0, 0, 1, 0])
    for (const f of [maximum, minimum]) {
      const [a, b] = grad((a: Scalar, b: Scalar) => f(a, b), { argnums: [0, 1] })(2, 2)
      near([await a.item(), await b.item()], [0.5, 0.5])
    }
  })
})

it("a number traced by jit meets no integer tensor; static, and a tensor of the dtype, do", async () => {
  const n = tensor([1, 2], { dtype: "i32" })
  const by = (x: Tensor<[2], "i32">, k: number): Tensor<[2], "i32"> => add(x, k)
  expect(() => jit(by)(n, 2)).toThrow(DTypeError)
  expect(() => jit(by)(n, 2)).toThrow(/static/)
  expect(await jit(by, { static: [1] })(n, 2).array()).toEqual([3, 4])
  expect(
    await jit((x: Tensor<[2], "i32">, k: Scalar<"i32">) => add(x, k))(n, tensor(2, { dtype: "i32" })).array(),
  ).toEqual([3, 4])
})
