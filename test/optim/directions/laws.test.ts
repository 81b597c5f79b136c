/** What holds for every optimiser: compiled, donated, batched, saved; and the symmetries of single ones. */
import { rmSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  add,
  cast,
  type F32,
  grad,
  jit,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tree,
  vmap,
} from "cotangent"
import { loadTree, saveTree } from "cotangent/io"
import * as optim from "cotangent/optim"
import { applyUpdates, type Hyperparameter, opaque } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { typed } from "../../../src/autodiff/boundary.ts"
import { every } from "../every.ts"
import { bowl, expectNear, f64, number, type Path, share, walk } from "../walk.ts"

const six = fc.array(number, { minLength: 6, maxLength: 6 })
const numbersOfParams = fc.tuple(six, six)
const paramsOf = ([w, b]: readonly [readonly number[], readonly number[]]) => ({
  w: tensor(Float32Array.from(w), { shape: [2, 3] }),
  rest: [tensor(Float32Array.from(b.slice(0, 2))), undefined, { b: f64(b.slice(2)) }] as const,
})
type Params = ReturnType<typeof paramsOf>
const params = numbersOfParams.map(paramsOf)

/** The size of each leaf's distance to another place. */
const loss = (at: Params) => (p: Params) =>
  tree.reduce<Scalar>(
    (total, leaf) => add(total, cast(sum(square(leaf as F32<[number]>)), "f32")),
    tree.map((x, y) => sub(x, y), p, at),
    tensor(0),
  )
const stepOf =
  (optimiser: optim.Transformation<optim.Opaque>, at: Params) =>
  ({ p, state }: { readonly p: Params; readonly state: optim.OptimiserState<Params> }) => {
    const [updates, next] = optimiser.update(grad(loss(at))(p), state, p)
    return { p: applyUpdates(p, updates), state: next }
  }
const numbers = (of: unknown) => tree.leaves(of).map((leaf) => [...leaf.dataSync()].map(Number))
function expectClose(found: unknown, wanted: unknown, relative: number) {
  const [a, b] = [numbers(found), numbers(wanted)]
  expect(a.map((x) => x.length)).toEqual(b.map((x) => x.length))
  a.forEach((leaf, k) => {
    const size = Math.max(1, ...(b[k] ?? []).map(Math.abs))
    leaf.forEach((x, i) => {
      expect(Math.abs(x - (b[k]?.[i] ?? Number.NaN))).toBeLessThanOrEqual(relative * size)
    })
  })
}

describe.each(Object.entries(every))("%s", (_, make) => {
  test("compiled over donated state is as eager, on a tree with two dtypes and an empty node", () => {
    fc.assert(
      fc.property(numbersOfParams, params, (start, at) => {
        const optimiser = make(0.01)
        const begin = () => {
          const p = paramsOf(start)
          return { p, state: optimiser.init(p) }
        }
        const step = stepOf(optimiser, at)
        const compiled = jit(step, { donate: [0] })
        let [slow, fast] = [begin(), begin()]
        for (let k = 0; k < 3; k++) {
          slow = step(slow)
          fast = compiled(fast)
        }
        expectClose(fast, slow, 1e-4)
      }),
      { numRuns: 5 },
    )
  })

  test("an ensemble over learning rates is the loop over them", () => {
    fc.assert(
      fc.property(params, params, fc.array(share, { minLength: 2, maxLength: 3 }), (start, at, rates) => {
        const trained = (rate: Scalar) => {
          const optimiser = make(mul(rate, 0.1))
          const step = stepOf(optimiser, at)
          return step(step({ p: start, state: optimiser.init(start) })).p
        }
        const together = vmap(trained)(tensor(rates))
        rates.forEach((rate, k) => {
          const alone = numbers(trained(tensor(rate)))
          const one = numbers(together).map((leaf, i) => {
            const size = alone[i]?.length ?? 0
            return leaf.slice(k * size, (k + 1) * size)
          })
          one.flat().forEach((x, i) => {
            const other = alone.flat()[i] ?? Number.NaN
            expect(Math.abs(x - other)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(other)))
          })
        })
      }),
      { numRuns: 5 },
    )
  })

  test("f32 follows f64", () => {
    fc.assert(
      fc.property(bowl, (sides) => {
        const optimiser = make(0.01)
        const [a, c] = [sides.map(([x]) => x), sides.map(([, x]) => x)]
        let p = { w: tensor(sides.map(([, , x]) => x)) }
        let state = optimiser.init(p)
        const found = Array.from({ length: 5 }, () => {
          const [updates, next] = optimiser.update({ w: mul(tensor(a), sub(p.w, tensor(c))) }, state, p)
          state = next
          p = applyUpdates(p, updates)
          return [...p.w.dataSync()]
        })
        expectNear(found, walk(optimiser, sides), 1e-4)
      }),
      { numRuns: 50 },
    )
  })

  test("its state is saved and loaded, and goes on to the same bits", async () => {
    const folder = await mkdtemp(join(tmpdir(), "optim-"))
    const [[start, at] = []] = fc.sample(fc.tuple(params, params), { numRuns: 1, seed: 7 })
    if (start === undefined || at === undefined) throw new Error("one pair was drawn")
    const optimiser = make(0.01)
    const step = stepOf(optimiser, at)
    const first = step(step({ p: start, state: optimiser.init(start) }))
    await saveTree(join(folder, "state"), first)
    const { tree: loaded } = await loadTree(join(folder, "state"), { like: first })
    expect(numbers(step(loaded))).toEqual(numbers(step(first)))
    rmSync(folder, { recursive: true })
  })

  test("a model that never had a gradient stays finite, and so does the slope of its step", () => {
    const optimiser = make(0.01)
    const p = { w: tensor([1, -2]) }
    const moved = (g: F32<[2]>) => sum(optimiser.update({ w: g }, optimiser.init(p), p)[0].w)
    expect(moved(tensor([0, 0])).itemSync()).toSatisfy(Number.isFinite)
    const slope = grad(moved)(tensor([0, 0])).arraySync()
    expect(slope.every(Number.isFinite), `${slope}`).toBe(true)
  })
})

describe("symmetries", () => {
  const step = (optimiser: optim.Transformation<optim.Opaque>, gradient: readonly number[], w: readonly number[]) => {
    const p = { w: f64(w) }
    return [...optimiser.update({ w: f64(gradient) }, optimiser.init(p), p)[0].w.dataSync()]
  }
  const vector = fc.array(number, { minLength: 3, maxLength: 3 })
  const power = fc.integer({ min: -8, max: 8 }).map((n) => 2 ** n)

  test.each([
    ["adam", opaque(optim.adam({ learningRate: 1, epsilon: 0 }))],
    ["amsgrad", opaque(optim.amsgrad({ learningRate: 1, epsilon: 0 }))],
    ["nadam", opaque(optim.nadam({ learningRate: 1, epsilon: 0 }))],
    ["rmsprop", opaque(optim.rmsprop({ learningRate: 1, epsilon: 0 }))],
    ["adagrad", opaque(optim.adagrad({ learningRate: 1, epsilon: 0 }))],
    ["lion", opaque(optim.lion({ learningRate: 1 }))],
    ["scaleBySign", opaque(optim.scaleBySign())],
    ["lars", opaque(optim.lars({ learningRate: 1 }))],
    ["lamb", opaque(optim.lamb({ learningRate: 1, epsilon: 0 }))],
  ])("%s does not see the scale of the gradients", (_, optimiser) => {
    fc.assert(
      fc.property(vector, vector, power, (g, w, factor) => {
        const [one, other] = [
          step(optimiser, g, w),
          step(
            optimiser,
            g.map((x) => x * factor),
            w,
          ),
        ]
        other.forEach((x, k) => {
          expect(x).toBeCloseTo(one[k] ?? Number.NaN, 10)
        })
      }),
    )
  })

  test.each([
    ["sgd", opaque(optim.sgd({ learningRate: 1 }))],
    ["momentum", opaque(optim.momentum({ learningRate: 1 }))],
    ["nesterov", opaque(optim.nesterov({ learningRate: 1 }))],
    ["tam", opaque(optim.tam({ learningRate: 1 }))],
  ])("%s is proportional to the gradients", (_, optimiser) => {
    fc.assert(
      fc.property(vector, vector, power, (g, w, factor) => {
        expect(
          step(
            optimiser,
            g.map((x) => x * factor),
            w,
          ),
        ).toEqual(step(optimiser, g, w).map((x) => x * factor))
      }),
    )
  })

  test.each(Object.entries(every))("%s treats coordinates of a tensor alike", (_, make) => {
    fc.assert(
      fc.property(vector, vector, (g, w) => {
        const turned = (x: readonly number[]) => [...x.slice(1), x[0] ?? 0]
        const [one, other] = [turned(step(make(0.1), g, w)), step(make(0.1), turned(g), turned(w))]
        other.forEach((x, k) => {
          expect(x).toBeCloseTo(one[k] ?? Number.NaN, 12)
        })
      }),
    )
  })
})

describe("decays and other options as tensors", () => {
  type Made = (a: Hyperparameter, b: Hyperparameter) => optim.Transformation<optim.Opaque>
  const learningRate = 0.1
  test.each<[string, Made]>([
    ["momentum", (a) => opaque(optim.momentum({ learningRate, momentum: a }))],
    ["nesterov", (a) => opaque(optim.nesterov({ learningRate, momentum: a }))],
    ["adagrad", (a) => opaque(optim.adagrad({ learningRate, epsilon: a }))],
    ["rmsprop", (a, b) => opaque(optim.rmsprop({ learningRate, decay: a, momentum: b }))],
    ["adam", (a, b) => opaque(optim.adam({ learningRate, beta1: a, beta2: b }))],
    ["adamw", (a, b) => opaque(optim.adamw({ learningRate, beta1: a, weightDecay: b }))],
    ["amsgrad", (a, b) => opaque(optim.amsgrad({ learningRate, beta1: a, beta2: b }))],
    ["nadam", (a, b) => opaque(optim.nadam({ learningRate, beta1: a, beta2: b }))],
    ["lion", (a, b) => opaque(optim.lion({ learningRate, beta1: a, beta2: b, weightDecay: b }))],
    ["lamb", (a, b) => opaque(optim.lamb({ learningRate, beta1: a, beta2: b, weightDecay: b }))],
    ["lars", (a, b) => opaque(optim.lars({ learningRate, momentum: a, coefficient: b, weightDecay: b }))],
    ["adafactor", (a, b) => opaque(optim.adafactor({ exponent: a, clip: b, minSize: 2 }))],
  ])("%s: a batch of them is the loop over numbers", (_, make) => {
    const some = fc.integer({ min: 8, max: 56 }).map((n) => n / 64)
    fc.assert(
      fc.property(
        params,
        params,
        fc.array(fc.tuple(some, some), { minLength: 2, maxLength: 2 }),
        (start, at, pairs) => {
          const trained = (a: Hyperparameter, b: Hyperparameter) => {
            const optimiser = make(a, b)
            const step = stepOf(optimiser, at)
            return step(step({ p: start, state: optimiser.init(start) })).p
          }
          const batch = vmap((a: Scalar, b: Scalar) => trained(a, b))(
            tensor(pairs.map(([a]) => a)),
            tensor(pairs.map(([, b]) => b)),
          )
          pairs.forEach(([a, b], k) => {
            const alone = numbers(trained(a, b))
            const one = numbers(batch).map((leaf, i) => {
              const size = alone[i]?.length ?? 0
              return leaf.slice(k * size, (k + 1) * size)
            })
            one.flat().forEach((x, i) => {
              const other = alone.flat()[i] ?? Number.NaN
              expect(Math.abs(x - other), `${x} and ${other}`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(other)))
            })
          })
        },
      ),
      { numRuns: 10 },
    )
  })
})

// Lion steps by signs: where its mean is 0 in real numbers, rounding decides between steps.
test.each(Object.entries(every).filter(([name]) => name !== "lion"))(
  "%s: the same gradients in f32 and f64 give the same updates, up to 16 roundings of the largest",
  (_, make) => {
    const vector = fc.array(number, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(vector, fc.array(vector, { minLength: 5, maxLength: 5 }), (start, grads) => {
        const updatesIn = (leaf: (values: readonly number[]) => Tensor<readonly number[], "f32">): Path => {
          const optimiser = make(2 ** -6)
          let p = { w: leaf(start) }
          let state = optimiser.init(p)
          return grads.map((g) => {
            const [updates, next] = optimiser.update({ w: leaf(g) }, state, p)
            state = next
            p = applyUpdates(p, updates)
            return [...updates.w.dataSync()].map(Number)
          })
        }
        const wanted = updatesIn((values) => typed(f64(values)))
        const size = Math.max(...wanted.flat().map(Math.abs))
        updatesIn((values) => typed(tensor(values)))
          .flat()
          .forEach((x, k) => {
            const other = wanted.flat()[k] ?? Number.NaN
            expect(Math.abs(x - other), `${x} and ${other}`).toBeLessThanOrEqual(16 * 2 ** -23 * size)
          })
      }),
      { numRuns: 30 },
    )
  },
)

test.each(Object.entries(every).filter(([name]) => !/adamw|lion|lamb|lars|adaTamW/.test(name)))(
  "%s: without a gradient and without decay parameters stay",
  (_, make) => {
    fc.assert(
      fc.property(params, (start) => {
        const optimiser = make(0.1)
        const zero = tree.map((x) => mul(x, 0), start)
        const once = optimiser.update(zero, optimiser.init(start), start)
        const twice = optimiser.update(zero, once[1], start)
        expect(numbers(applyUpdates(start, once[0]))).toEqual(numbers(start))
        expect(numbers(applyUpdates(start, twice[0]))).toEqual(numbers(start))
      }),
      { numRuns: 10 },
    )
  },
)

describe("scaleByAdafactor", () => {
  test("is exact where squares have rank one: rows times columns", () => {
    const side = fc.array(
      number.map((x) => Math.abs(x) + 0.5),
      { minLength: 2, maxLength: 4 },
    )
    fc.assert(
      fc.property(side, side, (rows, columns) => {
        const g = tensor(Float64Array.from(rows.flatMap((r) => columns.map((c) => r * c))), {
          shape: [rows.length, columns.length],
        })
        const p = { w: g }
        const factored = optim.scaleByAdafactor({ minSize: 2, clip: 1e9, scaleByParameters: false })
        const whole = optim.scaleByAdafactor({ minSize: 100, clip: 1e9, scaleByParameters: false })
        const [a] = factored.update({ w: g }, factored.init(p), p)
        const [b] = whole.update({ w: g }, whole.init(p), p)
        const other = b.w.dataSync()
        a.w.dataSync().forEach((x, k) => {
          expect(x).toBeCloseTo(other[k] ?? Number.NaN, 12)
        })
      }),
    )
  })

  test("keeps n + m numbers for a matrix, and batches of matrices factor each", () => {
    const { factors } = optim
      .scaleByAdafactor({ minSize: 4 })
      .init({ w: tensor(new Float32Array(120), { shape: [2, 6, 10] }), b: tensor([1, 2]) })
    expect(factors.map((f) => Object.values(f).map((x) => x.shape))).toEqual([
      [
        [2, 6],
        [2, 10],
      ],
      [[2]],
    ])
  })
})

test("scaleByTrustRatio gives updates the length of their tensor, and leaves what has none alone", () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 2, maxLength: 4 }), (values) => {
      const w = f64(values)
      const [updates] = optim
        .scaleByTrustRatio({ coefficient: 0.5 })
        .update({ w: mul(w, 3), none: f64([0]) }, {}, { w, none: f64([1]) })
      expect(Math.hypot(...updates.w.dataSync())).toBeCloseTo(0.5 * Math.hypot(...values), 10)
      expect([...updates.none.dataSync()]).toEqual([0])
      const [same] = optim.scaleByTrustRatio().update({ w }, {}, { w: mul(w, 0) })
      expect([...same.w.dataSync()]).toEqual(values)
    }),
  )
})

describe("what cannot be is refused at the call", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a negative rate",
      () => optim.adam({ learningRate: -1 }),
      "adam: learningRate is -1; it must be a number from 0 on",
    ],
    ["NaN", () => optim.sgd({ learningRate: Number.NaN }), "sgd: learningRate is NaN"],
    ["a decay of 1", () => optim.adamw({ learningRate: 1, beta2: 1 }), "beta2 is 1; it must be from 0 to below 1"],
    ["momentum above 1", () => optim.momentum({ learningRate: 1, momentum: 1.1 }), "momentum is 1.1"],
    ["negative weight decay", () => optim.lion({ learningRate: 1, weightDecay: -1 }), "lion: weightDecay is -1"],
    ["a fraction of an axis", () => optim.adafactor({ minSize: 0.5 }), "minSize is 0.5; it must be a whole number"],
  ])("%s", (_, call, sentence) => expect(call).toThrow(sentence))
})
