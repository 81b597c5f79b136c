import { makeProgram, ones, tensor, tree } from "cotangent"
import {
  adam,
  addDecayedWeights,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  freeze,
  type Mask,
  masked,
  multiTransform,
  opaque,
  setToZero,
  sgd,
} from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPart } from "../composition/parts.ts"
import { contents, runs, walk } from "../model.ts"

const run = runs(3)
const params = {
  layers: [{ weight: tensor([3, 4]), bias: tensor([12]) }] as const,
  none: undefined,
}

describe("masked", () => {
  test("by what picks everything it is the transformation itself, state included", () => {
    fc.assert(
      fc.property(
        run,
        anyPart,
        fc.constantFrom<Mask>(() => true, /^params/),
        (given, t, always) => {
          const [found, wanted] = [walk(opaque(masked(t, always)), given), walk(t, given)]
          expect(contents(found)).toEqual(contents(wanted))
        },
      ),
      { numRuns: 40 },
    )
  })
  test("by what picks nothing it changes nothing, and keeps nothing for any leaf", () => {
    fc.assert(
      fc.property(
        run,
        fc.constantFrom<Mask>(() => false, /no such leaf/),
        (given, never) => {
          const { updates, state } = walk(opaque(masked(adam({ learningRate: 1 }), never)), given)
          expect(contents(updates)).toEqual(contents(given.grads))
          expect(contents(state)).toEqual(["i32[] 3"])
        },
      ),
      { numRuns: 20 },
    )
  })
  test("is the transformation of a tree of the picked leaves alone", () => {
    fc.assert(
      fc.property(run, anyPart, ({ start, grads: [grads = start] }, t) => {
        const [updates] = opaque(masked(t, /deep/)).update(grads, opaque(masked(t, /deep/)).init(start), start)
        const [alone] = t.update({ deep: grads.deep }, t.init({ deep: start.deep }), { deep: start.deep })
        expect(contents(updates.deep)).toEqual(contents(alone.deep))
        expect(contents([updates.first, updates.layers])).toEqual(contents([grads.first, grads.layers]))
      }),
      { numRuns: 40 },
    )
  })
  test("the global norm is that of the picked leaves", () => {
    const clip = masked(clipByGlobalNorm(1), /weight/)
    const [updates] = clip.update(params, clip.init(params), params)
    expect(updates.layers[0].weight.arraySync()).toEqual([0.6, 0.8].map(Math.fround))
    expect(updates.layers[0].bias.arraySync()).toEqual([12])
  })
  test("asks of paths and leaves, and an expression with the flag g answers always the same", () => {
    const asked: string[] = []
    const t = masked(setToZero(), (path, leaf) => {
      asked.push(`${path} ${leaf.dtype}[${leaf.shape}]`)
      return true
    })
    t.init(params)
    expect(asked).toEqual(["params.layers[0].weight f32[2]", "params.layers[0].bias f32[1]"])
    const many = { a: { bias: ones([1]) }, b: { bias: ones([1]) }, c: { bias: ones([1]) } }
    const [updates] = masked(setToZero(), /bias/g).update(many, {}, many)
    expect(contents(updates)).toEqual(["f32[1] 0", "f32[1] 0", "f32[1] 0"])
  })
  test("refuses gradients of another structure than the parameters", () => {
    const t = opaque(masked(setToZero(), /a/))
    const other: { a: typeof params.layers; b?: undefined } = { a: params.layers }
    expect(() => t.update<typeof other>({ ...other, b: undefined }, t.init(other), other)).toThrow(
      /masked: the tree of parameters is .* and that of the gradients is/,
    )
  })
})

describe("multiTransform", () => {
  test("with one label is the transformation itself", () => {
    fc.assert(
      fc.property(run, anyPart, (given, t) => {
        const found = walk(opaque(multiTransform({ all: t }, () => "all")), given)
        expect(contents(found)).toEqual(contents(walk(t, given)))
      }),
      { numRuns: 40 },
    )
  })
  test("is one masked transformation after the other, each over its own leaves", () => {
    fc.assert(
      fc.property(run, anyPart, anyPart, (given, a, b) => {
        const deep = (path: string): boolean => path.startsWith("params.deep")
        const both = multiTransform({ a, b }, (path) => (deep(path) ? "a" : "b"))
        const chained = chain(
          masked(a, deep),
          masked(b, (path) => !deep(path)),
        )
        expect(contents(walk(opaque(both), given))).toEqual(contents(walk(opaque(chained), given)))
      }),
      { numRuns: 40 },
    )
  })
  test("keeps the states by label, and a label without leaves is no mistake", () => {
    const t = multiTransform(
      { weights: adam({ learningRate: 1 }), biases: sgd({ learningRate: 1 }), rest: setToZero() },
      (path) => (path.endsWith("bias") ? "biases" : "weights"),
    )
    const state = t.init(params)
    expect(Object.keys(state)).toEqual(["weights", "biases", "rest"])
    expect(contents(state.weights.mean)).toEqual(["f32[2] 0 0"])
    expect(state.weights.mean.layers[0].bias).toBeUndefined()
    expect(contents(state.biases)).toEqual(["i32[] 0"])
  })
})

describe("freeze", () => {
  test("keeps what it picks in place, whatever comes before", () => {
    fc.assert(
      fc.property(run, anyPart, (given, t) => {
        const { updates } = walk(opaque(chain(t, freeze(/deep/))), given)
        const free = walk(t, given).updates
        // Until the frozen leaves make a difference to the others: at the first step.
        expect(contents([updates[0]?.first, updates[0]?.layers])).toEqual(contents([free[0]?.first, free[0]?.layers]))
        for (const step of updates)
          expect(contents(applyUpdates(given.start, step).deep)).toEqual(contents(given.start.deep))
      }),
      { numRuns: 30 },
    )
  })
})

test("the program of a masked transformation does nothing for the other leaves", () => {
  const t = masked(adam({ learningRate: 0.1 }), /weight/)
  const state = t.init(params)
  const program = String(makeProgram((g: typeof params, s: typeof state) => t.update(g, s, params))(params, state))
  expect(program.match(/sqrt/g)?.length).toBe(1)
})

test("a decay by an expression is that by the function it stands for", () => {
  fc.assert(
    fc.property(run, ({ start, grads: [grads = start] }) => {
      const byExpression = addDecayedWeights(0.5, { mask: /bias$/ }).update(grads, {}, start)[0]
      const byFunction = addDecayedWeights(0.5, { mask: (path) => path.endsWith("bias") }).update(grads, {}, start)[0]
      expect(contents(byExpression)).toEqual(contents(byFunction))
      expect(tree.leaves(byExpression).length).toBe(tree.leaves(grads).length)
    }),
    { numRuns: 10 },
  )
})
