import { tensor, tree } from "cotangent"
import { adam, applyIfFinite, opaque, zeroNans } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPart } from "../composition/parts.ts"
import { contents, element, runs, twoRuns, walk, walkBatch, walkCompiled } from "../model.ts"

const odd = fc.oneof(
  { weight: 3, arbitrary: element },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const elements = (x: unknown): readonly number[] => tree.leaves(x).flatMap((leaf) => [...leaf.dataSync()])

describe("zeroNans", () => {
  test("puts 0 in the place of each NaN, leaves the rest, and counts exactly", () => {
    fc.assert(
      fc.property(runs(3, odd), fc.constantFrom(walk, walkCompiled), (given, go) => {
        const { updates } = go(opaque(zeroNans()), given)
        expect(elements(updates)).toEqual(elements(given.grads).map((x) => (Number.isNaN(x) ? 0 : x)))
        let state = zeroNans().init(given.start)
        for (const gradient of given.grads) state = zeroNans().update(gradient, state, given.start)[1]
        const nans = (x: unknown): number => elements(x).filter((y) => Number.isNaN(y)).length
        expect(state.total.itemSync()).toBe(nans(given.grads))
        expect(elements(state.found)).toEqual(
          tree.leaves(given.start).map((_, k) => nans(given.grads.map((g) => tree.leaves(g)[k]))),
        )
        expect(state.found.deep[0].dtype).toBe("i32")
      }),
      { numRuns: 60 },
    )
  })
})

describe("applyIfFinite", () => {
  test("is the transformation of the gradients that are finite", () => {
    fc.assert(
      fc.property(
        runs(5),
        anyPart,
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
        fc.constantFrom(walk, walkCompiled),
        ({ start, grads }, t, good, bad, go) => {
          const given = grads.map((g, k) =>
            good[k] === true ? g : { ...g, deep: [g.deep[0], undefined, tensor(bad)] as const },
          )
          const found = go(opaque(applyIfFinite(t, { maxConsecutive: 5 })), { start, grads: given }).updates
          const wanted = go(t, { start, grads: grads.filter((_, k) => good[k]) }).updates
          expect(contents(found.filter((_, k) => good[k]))).toEqual(contents(wanted))
          expect(elements(found.filter((_, k) => !good[k])).every((x) => x === 0)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test("under vmap each example has its own choice", () => {
    fc.assert(
      fc.property(twoRuns(3), anyPart, fc.integer({ min: 0, max: 2 }), ([one, two], t, at) => {
        if (one === undefined || two === undefined) throw new Error("two runs were drawn")
        const spoilt = two.grads.map((g, k) =>
          k === at ? { ...g, deep: [g.deep[0], undefined, tensor(Number.NaN)] as const } : g,
        )
        const batch = [one, { start: two.start, grads: spoilt }]
        const careful = opaque(applyIfFinite(t))
        expect(contents(walkBatch(careful, batch))).toEqual(contents(batch.map((run) => walk(careful, run).updates)))
      }),
      { numRuns: 20 },
    )
  })

  test("counts, keeps its state, and after maxConsecutive in a row applies the next one", () => {
    const optimiser = applyIfFinite(adam({ learningRate: 0.1 }), { maxConsecutive: 2 })
    const params = { w: tensor([1]) }
    const nan = { w: tensor([Number.NaN]) }
    let state = optimiser.init(params)
    const seen = [params, nan, params, nan, nan, nan, params].map((gradient) => {
      const [updates, next] = optimiser.update(gradient, state, params)
      state = next
      return [
        state.finite.itemSync(),
        state.consecutive.itemSync(),
        state.total.itemSync(),
        state.inner.count.itemSync(),
        Number.isNaN(updates.w.arraySync()[0]),
      ]
    })
    expect(seen).toEqual([
      [true, 0, 0, 1, false],
      [false, 1, 1, 1, false],
      [true, 0, 1, 2, false],
      [false, 1, 2, 2, false],
      [false, 2, 3, 2, false],
      [false, 3, 4, 3, true],
      // The moments are spoilt by now, and show it.
      [true, 0, 4, 4, true],
    ])
  })
})
