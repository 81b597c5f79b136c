import { jit, random, tensor, tree, zeros } from "cotangent"
import { addNoise, opaque } from "cotangent/optim"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { contents, runs, walk, walkCompiled } from "../model.ts"

const n = 20_000
const momentsOf = (xs: readonly number[]): { readonly mean: number; readonly variance: number } => {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length
  return { mean, variance: xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length }
}

describe("addNoise", () => {
  test.each(["f32", "f64"] as const)("has the variance eta / (1 + t)^gamma at step t, in %s", (dtype) => {
    const noise = addNoise({ eta: 0.3, gamma: 0.55, key: random.key(7) })
    const still = { w: zeros([n], { dtype }) }
    let state = noise.init(still)
    for (let t = 0; t < 6; t++) {
      const [{ w }, next] = noise.update(still, state, still)
      state = next
      const { mean, variance } = momentsOf([...w.dataSync()])
      const wanted = 0.3 / (1 + t) ** 0.55
      // Five standard errors: of a mean sqrt(v / n), of a variance v sqrt(2 / n).
      expect(Math.abs(mean)).toBeLessThanOrEqual(5 * Math.sqrt(wanted / n))
      expect(Math.abs(variance / wanted - 1)).toBeLessThanOrEqual(5 * Math.sqrt(2 / n))
    }
  })

  test("of one key is always the same, of another one it is not", () => {
    fc.assert(
      fc.property(runs(3), fc.nat(1000), (given, seed) => {
        const from = (k: number) => opaque(addNoise({ eta: 1, key: random.key(k) }))
        const once = contents(walk(from(seed), given).updates)
        expect(contents(walk(from(seed), given).updates)).toEqual(once)
        expect(contents(walk(from(seed + 1), given).updates)).not.toEqual(once)
        expect(walkCompiled(from(seed), given).updates.length).toBe(3)
      }),
      { numRuns: 10 },
    )
  })

  test("differs from leaf to leaf and from step to step, and passes eta as a tensor", () => {
    const noise = addNoise({ eta: tensor(1), gamma: tensor(0), key: random.key(3) })
    const still = { a: zeros([4]), b: zeros([4]) }
    const [first, state] = noise.update(still, noise.init(still), still)
    const [second] = noise.update(still, state, still)
    const drawn = [first, second].flatMap((x) => tree.leaves(x).map((leaf) => String(leaf.dataSync())))
    expect(new Set(drawn).size).toBe(4)
  })

  test("of variance 0 changes nothing", () => {
    fc.assert(
      fc.property(runs(2), (given) => {
        expect(contents(walk(opaque(addNoise({ eta: 0, key: random.key(1) })), given).updates)).toEqual(
          contents(given.grads),
        )
      }),
      { numRuns: 10 },
    )
  })

  test("leaves the key in its options to its owner", () => {
    const key = random.key(5)
    const noise = addNoise({ eta: 1, key })
    const params = { w: zeros([2]) }
    const step = jit((s: ReturnType<typeof noise.init<typeof params>>) => noise.update(params, s, params), {
      donate: [0],
    })
    const [first] = step(noise.init(params))
    const [again] = step(noise.init(params))
    expect(again.w.arraySync()).toEqual(first.w.arraySync())
  })
})
