/** Shrinking ends where it should: the smallest shapes and the plainest numbers that still break a false law. */
import { setEngine, type Tensor } from "cotangent"
import {
  keys,
  orthogonal,
  positiveDefinite,
  programs,
  shapes,
  tensors,
  tensorsOf,
  treesOf,
  values,
} from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"

beforeAll(() => setEngine("wasm"))

/** What counterexamples of a law that holds only sometimes shrink to, over several seeds. */
function ends<X>(arbitrary: fc.Arbitrary<X>, holds: (x: X) => boolean): readonly string[] {
  const found = [1, 2, 3, 4, 5].map((seed) => {
    const { failed, counterexample } = fc.check(fc.property(arbitrary, holds), { seed, numRuns: 2000 })
    if (!failed) throw new Error(`no counterexample from seed ${seed}`)
    return fc.stringify(counterexample?.[0])
  })
  return [...new Set(found)]
}
const numbers = (x: Tensor): readonly number[] => [...x.dataSync()]

describe("shrinking", () => {
  it("a law that fails from size 3 on ends at size 3, with the numbers at 0", () => {
    const xs = tensors({ shape: shapes({ maxRank: 1, minRank: 1, maxSize: 8 }), values: values.exact() })
    expect(ends(xs, (x) => (x.shape[0] ?? 0) < 3)).toEqual(["tensor([0, 0, 0])"])
  })
  it("the number that fails stays while the sizes around it shrink", () => {
    const all = tensorsOf({ x: ["b", "i"], w: ["i", "o"] }, { sizes: { b: [1, 6], i: [1, 6], o: 3 } })
    expect(ends(all, ({ x }) => x.shape[1] < 2 || (numbers(x)[0] ?? 0) < 2)).toEqual([
      '{"x":tensor([[2, 0]]),"w":tensor([[0, 0, 0], [0, 0, 0]])}',
    ])
  })
  it("shared sizes shrink together: the tensors always fit", () => {
    const all = tensorsOf({ x: ["b", "i"], w: ["i", "o"], y: ["b"] }, { sizes: { i: [1, 5] } })
    const fits: boolean[] = []
    fc.check(
      fc.property(all, ({ x, w, y }) => {
        fits.push(x.shape[1] === w.shape[0] && x.shape[0] === y.shape[0])
        return x.shape[1] + w.shape[1] < 5
      }),
      { seed: 1 },
    )
    expect(fits.length).toBeGreaterThan(5)
    expect(fits.every((fit) => fit)).toBe(true)
  })
  it("numbers end at few digits", () => {
    const of = (v: ReturnType<typeof values.exact>) => tensors({ shape: [1], values: v })
    expect(ends(of(values.between(-2, 2)), (x) => (numbers(x)[0] ?? 0) < 1)).toEqual(["tensor([1])"])
    expect(ends(of(values.adversarial()), (x) => !Number.isNaN(numbers(x)[0]))).toEqual(["tensor([NaN])"])
    expect(ends(of(values.positive()), (x) => (numbers(x)[0] ?? 0) < 0)).toEqual(["tensor([1])"])
    expect(ends(of(values.awayFrom([0], 0.5)), () => false)).toEqual(["tensor([1])"])
  })
  it("probabilities end at a corner, and distinct numbers at 0, 1, 2", () => {
    expect(ends(tensors({ shape: [3], values: values.simplex() }), () => false)).toEqual(["tensor([1, 0, 0])"])
    expect(ends(tensors({ shape: [3], values: values.distinct() }), () => false)).toEqual(["tensor([0, 1, 2])"])
  })
  it("matrices end at the identity, keys at random.key(0), trees at zeros, programs at one step", () => {
    expect(ends(orthogonal(2), () => false)).toEqual(["tensor([[1, 0], [0, 1]])"])
    expect(ends(positiveDefinite(2), () => false)).toEqual(["tensor([[1, 0], [0, 1]])"])
    expect(ends(keys(), () => false)).toEqual(["random.key(0)"])
    const [example] = fc.sample(tensorsOf({ w: [2], b: [] }), 1)
    expect(ends(treesOf(example), () => false)).toEqual(['{"w":tensor([0, 0]),"b":tensor(0)}'])
    const sizes: number[] = []
    const never = fc.property(programs({ from: [[2]], to: [3] }), ({ f, args, steps }) => {
      sizes.push(steps.length)
      return f(...args()).shape[0] !== 3
    })
    expect(fc.check(never, { seed: 1 }).failed).toBe(true)
    expect(Math.min(...sizes)).toBe(1)
  })
})
