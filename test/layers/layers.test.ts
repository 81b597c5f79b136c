import {
  add,
  concat,
  grad,
  jit,
  matmul,
  ones,
  random,
  stack,
  sum,
  type Tensor,
  take,
  tanh as tanhOf,
  tensor,
  vmap,
  zeros,
} from "cotangent"
import { activation, batched, dropout, linear, relu, sequential, tanh } from "cotangent/layers"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

const seed = fc.nat(10_000)
const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
const close = (found: Tensor, wanted: Tensor): void => {
  expect(found.shape).toEqual(wanted.shape)
  const expected = wanted.dataSync()
  found.dataSync().forEach((x: number, k: number) => {
    expect(x).toBeCloseTo(expected[k] ?? Number.NaN, 5)
  })
}

describe("linear", () => {
  test("is x W + b", () => {
    fc.assert(
      fc.property(seed, sizes, (s, [from, to]) => {
        const layer = linear(from, to)
        const [k1, k2, k3] = random.split(random.key(s), 3)
        const params = { ...layer.init(k1), bias: random.normal(k2, [to]) }
        const x = random.normal(k3, [from])
        const wanted = Array.from({ length: to }, (_, j) => {
          const column = x
            .arraySync()
            .reduce((total, xi, i) => total + xi * (params.weight.arraySync()[i]?.[j] ?? Number.NaN), 0)
          return column + (params.bias.arraySync()[j] ?? Number.NaN)
        })
        layer
          .apply(params, x)
          .arraySync()
          .forEach((y, j) => {
            expect(y).toBeCloseTo(wanted[j] ?? Number.NaN, 4)
          })
      }),
      { numRuns: 100 },
    )
  })

  test("begins with weights of variance 1 / inputs and biases of zero, the same for the same key", () => {
    const layer = linear(400, 100)
    const { weight, bias } = layer.init(random.key(3))
    const values = weight.dataSync()
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    // 40,000 draws: the mean is within 5 of its own deviations, and so is the variance.
    expect(Math.abs(mean)).toBeLessThan((5 * 0.05) / 200)
    expect(Math.abs(variance * 400 - 1)).toBeLessThan(5 * Math.sqrt(2 / 40_000))
    expect(bias.dataSync()).toEqual(new Float32Array(100))
    expect(layer.init(random.key(3)).weight.dataSync()).toEqual(values)
  })

  test("refuses another input at run time in the words of the types", () => {
    const layer = linear(4, 2)
    const params = layer.init(random.key(0))
    const apply: (p: typeof params, x: never) => unknown = layer.apply
    const wrong = (x: Tensor) => () => Reflect.apply(apply, undefined, [params, x])
    expect(wrong(zeros([5]))).toThrow("layer: takes [4], got [5]")
    expect(wrong(zeros([3, 4]))).toThrow(
      "layer: takes [4], got [3, 4]; a layer takes one example, batched(layer) and vmap take many",
    )
  })
})

describe("sequential", () => {
  test("is its layers one after the other, each with its own parameters and key", () => {
    fc.assert(
      fc.property(seed, (s) => {
        const net = sequential(linear(4, 3), tanh, linear(3, 2))
        const params = net.init(random.key(s))
        const x = random.normal(random.key(s + 1), [4])
        const byHand = add(
          matmul(tanhOf(add(matmul(x, params[0].weight), params[0].bias)), params[2].weight),
          params[2].bias,
        )
        close(net.apply(params, x), byHand)
        expect(params[0].weight.dataSync().slice(0, 6)).not.toEqual(params[2].weight.dataSync())
      }),
      { numRuns: 50 },
    )
  })

  test("nests: parameters mirror the structure", () => {
    const net = sequential(
      sequential(linear(2, 2), relu),
      activation((x) => tanhOf(x)),
      linear(2, 1),
    )
    const params = net.init(random.key(1))
    expect(params[0][0].weight.shape).toEqual([2, 2])
    expect(net.apply(params, tensor([1, -1])).shape).toEqual([1])
  })
})

describe("batched", () => {
  test("is the layer for every example, and vmap of it", () => {
    fc.assert(
      fc.property(seed, sizes, (s, [from, to, count]) => {
        const layer = sequential(linear(from, to), relu)
        const params = layer.init(random.key(s))
        const xs = random.normal(random.key(s + 1), [count, from])
        const each = Array.from({ length: count }, (_, k) => layer.apply(params, take(xs, k)))
        const wanted = stack(each)
        const rows: Tensor = batched(layer).apply(params, xs)
        close(rows, wanted)
        close(vmap(layer.apply, { inAxes: [null, 0] })(params, xs), wanted)
      }),
      { numRuns: 50 },
    )
  })

  test("takes batches of any size, also compiled, and differentiates", () => {
    const layer = batched(linear(3, 2))
    const params = layer.init(random.key(0))
    const total = (p: typeof params, x: Tensor<[number, 3], "f32">) => sum(layer.apply(p, x))
    const gradient = jit(grad(total))
    for (const count of [1, 2, 7]) {
      const found = gradient(params, ones([count, 3]))
      expect(found.bias.arraySync()).toEqual([count, count])
      expect(found.weight.arraySync()).toEqual([
        [count, count],
        [count, count],
        [count, count],
      ])
    }
  })
})

describe("dropout", () => {
  const layer = dropout(0.25)

  test("changes nothing outside training", () => {
    expect(layer.apply({}, tensor([1, 2])).arraySync()).toEqual([1, 2])
  })

  test("while training zeroes a quarter and keeps the mean", () => {
    const found = layer.apply({}, ones([10_000]), { train: true, key: random.key(0) }).dataSync()
    const zeroed = found.filter((x) => x === 0).length
    expect(Math.abs(zeroed - 2500)).toBeLessThan(5 * Math.sqrt(10_000 * 0.25 * 0.75))
    expect(found.every((x) => x === 0 || x === Math.fround(1 / 0.75))).toBe(true)
  })

  test("two of them in a network, and two examples of a batch, draw apart", () => {
    const options = { train: true, key: random.key(4) }
    const both = sequential(dropout(0.5), dropout(0.5))
    const kept = (x: Tensor) => [...x.dataSync()].filter((y) => y !== 0).length
    // Under one key the second would zero what is zero already, and half would be left; apart, it is a quarter.
    expect(Math.abs(kept(both.apply([{}, {}], ones([4000]), options)) - 1000)).toBeLessThan(5 * Math.sqrt(750))
    const net = batched(sequential(linear(64, 64), dropout(0.5)))
    const params = [{ weight: zeros([64, 64]), bias: ones([64]) }, {}] as const
    const rows = net.apply(params, concat([ones([1, 64]), ones([1, 64])]), options).arraySync()
    expect(rows[0]).not.toEqual(rows[1])
  })

  test("asks for what it needs", () => {
    expect(() => dropout(1)).toThrow("dropout: the rate must be from [0, 1), got 1")
    expect(() => layer.apply({}, ones([2]), { train: true })).toThrow(
      "dropout: training needs randomness; call apply(params, x, { train: true, key })",
    )
  })
})
