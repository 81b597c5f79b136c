/** Degenerate cases of reductions, cumulatives, activations, normalisations and losses: what their docstrings state. */
import {
  absoluteError,
  add,
  associativeScan,
  binaryCrossEntropy,
  broadcastTo,
  corrCoef,
  cosineSimilarity,
  countNonzero,
  crossEntropy,
  cumlogsumexp,
  cummax,
  cumprod,
  cumsum,
  elu,
  eye,
  type F32,
  flip,
  gelu,
  grad,
  hinge,
  huber,
  jit,
  klDivergence,
  l2Normalize,
  layerNorm,
  logCosh,
  logSigmoid,
  matmul,
  median,
  mul,
  nanMax,
  nanMean,
  nanSum,
  ones,
  quantile,
  relu6,
  reshape,
  scan,
  softmax,
  squareplus,
  stack,
  std,
  sum,
  type Tensor,
  tensor,
  transpose,
  variance,
  vmap,
  zeros,
} from "cotangent"
import { beforeAll, describe, expect, it } from "vitest"
import { engines } from "../autodiff/engines.ts"

type V = F32<[3]>
const near = (found: unknown, wanted: readonly unknown[], digits = 5): void => {
  const numbers = [found].flat(9)
  const target = wanted.flat(9)
  expect(numbers.length).toBe(target.length)
  target.forEach((w, k) => {
    if (Number.isNaN(w)) expect(numbers[k]).toBeNaN()
    else if (Number.isFinite(w)) expect(numbers[k]).toBeCloseTo(Number(w), digits)
    else expect(numbers[k]).toBe(w)
  })
}

describe.each(engines)("on $title", ({ choose }) => {
  beforeAll(choose)

  it("a running product has the derivative of products where factors are 0", async () => {
    const slopes = grad((x: F32<[4]>) => sum(cumprod(x)))
    near(await slopes(tensor([2, 0, 3, 0])).array(), [1, 8, 0, 0])
    near(await slopes(tensor([0, 0, 3, 4])).array(), [1, 0, 0, 0])
    near(await grad((x: F32<[4]>) => sum(cumprod(x, { reverse: true })))(tensor([2, 0, 3, 5])).array(), [0, 45, 5, 4])
  })
  it("a running maximum gives its slope to the first of equals, and stays NaN", async () => {
    near(await grad((x: F32<[5]>) => sum(cummax(x)))(tensor([1, 3, 3, 2, 4])).array(), [1, 3, 0, 0, 1])
    near(await grad((x: V) => sum(cummax(x, { reverse: true })))(tensor([2, 2, 1])).array(), [0, 2, 1])
    near(await cummax(tensor([1, Number.NaN, 3])).array(), [1, Number.NaN, Number.NaN])
    near(await cummax(tensor([-Infinity, -Infinity, 3])).array(), [-Infinity, -Infinity, 3])
  })
  it("a running logSumExp keeps what came long before the maximum, and log 0 has no slope", async () => {
    near(await cumlogsumexp(tensor([-1000, -1000, 0])).array(), [-1000, -1000 + Math.LN2, 0], 3)
    const x = tensor([-Infinity, -Infinity, 1])
    near(await cumlogsumexp(x).array(), [-Infinity, -Infinity, 1])
    near(await grad((x: V) => sum(cumlogsumexp(x)))(x).array(), [1, 0, 1])
  })
  it("NaN is passed over, and counts where nothing else is there", async () => {
    const x = tensor([
      [1, Number.NaN, 3],
      [Number.NaN, Number.NaN, Number.NaN],
    ])
    near(await nanSum(x, { axis: 1 }).array(), [4, 0])
    near(await nanMean(x, { axis: 1 }).array(), [2, Number.NaN])
    near(await nanMax(x, { axis: 1 }).array(), [3, Number.NaN])
    near(await grad((x: V) => nanMean(x))(tensor([1, Number.NaN, 3])).array(), [0.5, 0, 0.5])
    near(await countNonzero(tensor([0, Number.NaN, 2])).item(), [2])
  })
  it("quantiles of NaN and of nothing are NaN; methods read between two", async () => {
    near(await median(tensor([1, Number.NaN, 3])).item(), [Number.NaN])
    near(await median(zeros([2, 0]), { axis: 1 }).array(), [Number.NaN, Number.NaN])
    const x = tensor([4, 1, 2, 3])
    near(await quantile(x, 0.5, { method: "lower" }).item(), [2])
    near(await quantile(x, 0.5, { method: "higher" }).item(), [3])
    near(await quantile(x, 0.4, { method: "midpoint" }).item(), [2.5])
    near(await quantile(x, 0.5, { method: "nearest" }).item(), [3])
    near(await quantile(x, [0, 1]).array(), [1, 4])
    near(await grad((x: F32<[4]>) => median(x))(tensor([2, 2, 1, 2])).array(), [0.5, 0.5, 0, 0])
    expect(() => quantile(x, 1.5)).toThrow(/between 0 and 1/)
  })
  it("a spread of nothing has a slope of 0; rows of equals have no correlation", async () => {
    near(await grad((x: V) => std(x))(tensor([2, 2, 2])).array(), [0, 0, 0])
    near(await variance(tensor([1]), { ddof: 1 }).item(), [Number.NaN])
    near(
      await corrCoef(
        tensor([
          [1, 1, 1],
          [1, 2, 3],
        ]),
      ).array(),
      [Number.NaN, Number.NaN, Number.NaN, 1],
    )
  })
  it("zero vectors have no direction: 0, with a slope of 0; scale does not matter", async () => {
    near(await l2Normalize(zeros([3])).array(), [0, 0, 0])
    near(await grad((x: V) => sum(l2Normalize(x)))(zeros([3])).array(), [0, 0, 0])
    near(await l2Normalize(tensor([3e30, 0, 4e30])).array(), [0.6, 0, 0.8])
    near(await l2Normalize(tensor([3e-30, 0, 4e-30])).array(), [0.6, 0, 0.8])
    near(await cosineSimilarity(zeros([3]), tensor([1, 2, 3])).item(), [0])
    near(await grad((x: V) => cosineSimilarity(x, tensor([1, 2, 3])))(zeros([3])).array(), [0, 0, 0])
  })
  it("softmax of what a mask keeps; where it keeps nothing, 0 without a slope", async () => {
    const mask = tensor([
      [true, false, true],
      [false, false, false],
    ])
    const x = tensor([
      [0, 50, 0],
      [1, 2, 3],
    ])
    near(await softmax(x, { where: mask }).array(), [0.5, 0, 0.5, 0, 0, 0])
    const weighted = grad((x: F32<[2, 3]>) => sum(add(softmax(x, { where: mask }), 0)))
    near(await weighted(x).array(), [0, 0, 0, 0, 0, 0])
  })
  it("activations far out and at their corners", async () => {
    const far = tensor([-100, 0, 100])
    near(await logSigmoid(far).array(), [-100, -Math.LN2, 0])
    near(await grad((x: V) => sum(logSigmoid(x)))(far).array(), [1, 0.5, 0])
    near(await grad((x: V) => sum(elu(x, { alpha: 0.5 })))(far).array(), [0, 0.5, 1])
    near(await grad((x: V) => sum(relu6(x)))(tensor([0, 6, 3])).array(), [0, 0, 1])
    near(await grad((x: V) => sum(gelu(x, { approximate: false })))(far).array(), [0, 0.5, 1])
    expect(await squareplus(tensor(-1e4)).item()).toBeCloseTo(1e-4, 8)
  })
  it("layer norm of a large mean keeps its digits; of equals it is 0", async () => {
    near(await layerNorm(tensor([10001, 10002, 10003]), { epsilon: 0 }).array(), [-1.22474, 0, 1.22474], 4)
    near(await layerNorm(tensor([5, 5, 5])).array(), [0, 0, 0])
    near(await grad((x: V) => sum(layerNorm(x)))(tensor([5, 5, 5])).array(), [0, 0, 0])
  })
  it("losses at their corners and far out", async () => {
    near(await binaryCrossEntropy(tensor([-200, 200, 0]), tensor([1, 1, 0])).array(), [200, 0, Math.LN2])
    const slopes = grad((x: V) => sum(binaryCrossEntropy(x, tensor([1, 1, 0]))))
    near(await slopes(tensor([-200, 200, 0])).array(), [-1, 0, 0.5])
    near(await logCosh(tensor([1e-3, 1000]), zeros([2])).array(), [5e-7, 1000 - Math.LN2], 4)
    near(await grad((x: V) => sum(logCosh(x, zeros([3]))))(tensor([0, 1000, -1000])).array(), [0, 1, -1])
    near(await grad((x: V) => sum(absoluteError(x, x)))(tensor([1, 2, 3])).array(), [0, 0, 0])
    near(await grad((x: V) => sum(huber(x, zeros([3]))))(tensor([0, 1, -5])).array(), [0, 1, -1])
    near(await grad((x: V) => sum(hinge(x, tensor([1, 1, 1]))))(tensor([1, 0, 2])).array(), [0, -1, 0])
    near(await klDivergence(tensor([-Infinity, 0]), tensor([0, 1])).item(), [0])
    near(await grad((y: F32<[2]>) => klDivergence(tensor([-1, -1]), y))(tensor([0, 1])).array(), [0, 2])
  })
  it("a smoothed cross-entropy along another axis is NaN for a label outside", async () => {
    const logits = tensor([
      [0, 0],
      [0, 0],
    ])
    const loss = crossEntropy(logits, tensor([0, 7], { dtype: "i32" }), { axis: 0, labelSmoothing: 0.1 })
    near(await loss.array(), [Math.LN2, Number.NaN])
  })
  it.each([1, 2, 3, 7, 8])(
    "an associative scan of %i is the scan of the same step, batched and compiled",
    async (n) => {
      type Matrix = F32<[2, 2]>
      const xs = broadcastTo(
        tensor([
          [0.5, 1],
          [-1, 0.25],
        ]),
        [n, 2, 2],
      )
      const each = mul(xs, reshape(cumsum(ones([n])), [n, 1, 1]))
      const together = (xs: F32<[number, 2, 2]>) => associativeScan((a, b) => matmul(a, b), xs)
      const inTurn = (xs: F32<[number, 2, 2]>) =>
        scan((c: Matrix, x: Matrix) => [matmul(c, x), matmul(c, x)], eye(2), xs)[1]
      const scale = Math.max(1, ...[await inTurn(each).data()].flatMap((d) => [...d].map(Math.abs)))
      const same = async (a: Tensor, b: Tensor): Promise<void> => {
        const [x, y] = [await a.data(), await b.data()]
        expect(x.length).toBe(y.length)
        for (const [k, v] of x.entries()) expect(Math.abs(v - (y[k] ?? 0)) / scale).toBeLessThan(1e-5)
      }
      await same(together(each), inTurn(each))
      await same(jit(together)(each), inTurn(each))
      const both = stack([each, mul(each, 0.5)])
      const alone = stack([inTurn(each), inTurn(mul(each, 0.5))])
      await same(vmap(together)(both), alone)
      await same(
        flip(
          associativeScan((a, b) => matmul(a, b), flip(each, { axis: 0 }), { reverse: true }),
          { axis: 0 },
        ),
        inTurn(each),
      )
      await same(
        transpose(
          associativeScan((a, b) => matmul(a, b), transpose(each, [1, 0, 2]), { axis: 1 }),
          [1, 0, 2],
        ),
        inTurn(each),
      )
    },
  )
})
