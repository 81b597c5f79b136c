import { type F32, jit, setEngine, tensor, tree } from "cotangent"
import { applyUpdates } from "cotangent/optim"
import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { anyPart, parts } from "./parts.ts"

const rows = [
  [0.5, -2, 1.5],
  [3, 0.25, -1],
]
const model = (factor: number) => ({
  first: tensor(rows.map((row) => row.map((x) => x * factor))) as F32<[2, 3]>,
  deep: [tensor([0.75 * factor, -0.5]), undefined, tensor(factor)] as const,
})
const read = async (x: unknown): Promise<readonly number[]> =>
  (await Promise.all(tree.leaves(x).map(async (leaf) => [...(await leaf.data())]))).flat()

/** Three compiled steps of one draw of the hyper-parameters. */
async function steps(name: string): Promise<readonly number[]> {
  const [t] = fc.sample(parts[name] ?? anyPart, { numRuns: 1, seed: 5 })
  if (t === undefined) throw new Error("nothing was drawn")
  let [params, state] = [model(1), t.init(model(1))]
  const step = jit((g: typeof params, s: typeof state, p: typeof params) => t.update(g, s, p), { donate: [1] })
  const seen: number[] = []
  for (const factor of [1, -0.5, 2]) {
    const [updates, next] = step(model(factor), state, params)
    seen.push(...(await read(updates)))
    state = next
    params = applyUpdates(params, updates)
  }
  return seen
}

describe("every transformation is on other engines what it is on wasm", () => {
  afterEach(() => setEngine("wasm"))
  test.each(Object.keys(parts))("%s", async (name) => {
    const wanted = await steps(name)
    const largest = Math.max(1, ...wanted.map(Math.abs))
    for (const open of [() => setEngine("reference"), () => setEngine("gpujs", { mode: "cpu" })]) {
      const engine = await open()
      const found = await steps(name)
      expect(found.length).toBe(wanted.length)
      // Sums in another order and other approximations of roots and powers: a few dozen roundings of f32.
      found.forEach((x, k) => {
        expect(Math.abs(x - (wanted[k] ?? Number.NaN)), engine).toBeLessThanOrEqual(64 * 2 ** -24 * largest)
      })
    }
  })
})
