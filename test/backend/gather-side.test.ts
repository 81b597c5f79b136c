import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { gatherBySum, gatherSide } from "../../src/autodiff/program/loop/gather-side.ts"
import { inputsOf, mapLoop, scatterLoop } from "../../src/autodiff/program/loop/loop.ts"
import { binary, constant, load, type Scalar } from "../../src/autodiff/program/loop/scalar.ts"
import { nodesOf } from "../../src/autodiff/program/loop/walk.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"
import { type Dice, dice, randomValues } from "./random-loops.ts"

/** Adds values, or products of two, at affine (or loaded) indices of what they are read by. */
function randomScatter(d: Dice, loaded: boolean) {
  const over = Array.from({ length: d.below(4) }, () => d.below(5))
  const shape = Array.from({ length: d.below(3) }, () => d.below(7))
  const inputs = inputsOf([
    { dtype: "f32", shape: over },
    { dtype: "f32", shape: over.slice(0, 1) },
    { dtype: "i32", shape: over.slice(0, 1) },
    { dtype: "f32", shape },
  ])
  const [x, w, which, base] = inputs
  if (x === undefined || w === undefined || which === undefined || base === undefined) throw new Error("four inputs")
  return scatterLoop(
    inputs,
    shape,
    over,
    (...i) => (d.chance(0.5) ? constant(0, "f32") : load(base, i)),
    (...r) => {
      const index = (): Scalar => {
        if (loaded && d.chance(0.4)) return load(which, r.slice(0, 1))
        const terms = r.map((v) => binary("mul", v, d.pick([0, 0, 1, 1, 1, 2, 3, -1, -2])))
        return terms.reduce<Scalar>((s, t) => binary("add", s, t), constant(d.below(5) - 2))
      }
      const value = load(x, r)
      return {
        at: shape.map((_, k) => (d.chance(0.4) ? (r[k] ?? index()) : index())),
        value: d.chance(0.5) ? binary("mul", value, load(w, r.slice(0, 1))) : value,
      }
    },
  )
}

describe("a scatter read from its destination", () => {
  it("is the same map where every index can be solved", () => {
    let solved = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const d = dice(seed)
        const loop = randomScatter(d, false)
        const map = gatherSide(loop)
        if (map === undefined) return
        solved++
        const inputs = loop.inputs.map((t) => randomValues(d, t, false))
        // + 0: a sum of nothing but -0 is 0 here and -0 there.
        const plain = (loop: Parameters<typeof kernelOf>[0]) =>
          kernelOf(loop)
            .run(inputs)[0]
            ?.map((v) => v + 0)
        expect(plain(map)).toEqual(plain(loop))
      }),
      { numRuns: 2000 },
    )
    expect(solved).toBeGreaterThan(1800)
  })
  it("is a sum that tests each source where an index is loaded", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const d = dice(seed)
        const loop = randomScatter(d, true)
        const inputs = loop.inputs.map((t) => randomValues(d, t, false))
        const plain = (loop: Parameters<typeof kernelOf>[0]) =>
          kernelOf(loop)
            .run(inputs)[0]
            ?.map((v) => v + 0)
        expect(plain(gatherBySum(loop))).toEqual(plain(loop))
      }),
      { numRuns: 1000 },
    )
  })
  it("refuses a loaded index, which would cost destinations times sources", () => {
    const inputs = inputsOf([
      { dtype: "i32", shape: [5] },
      { dtype: "f32", shape: [5] },
    ])
    const [which, x] = inputs
    if (which === undefined || x === undefined) throw new Error("two inputs")
    const loop = scatterLoop(
      inputs,
      [9],
      [5],
      () => constant(0, "f32"),
      (...r) => ({ at: [load(which, r)], value: load(x, r) }),
    )
    expect(gatherSide(loop)).toBeUndefined()
  })
  it("gives the transpose of a padded convolution as one contraction without tests", () => {
    // y[i] = sum_k x[i + k - 1] w[k], transposed in x.
    const inputs = inputsOf([
      { dtype: "f32", shape: [8] },
      { dtype: "f32", shape: [3] },
    ])
    const [g, w] = inputs
    if (g === undefined || w === undefined) throw new Error("two inputs")
    const loop = scatterLoop(
      inputs,
      [8],
      [8, 3],
      () => constant(0, "f32"),
      (i, k) => {
        if (i === undefined || k === undefined) throw new Error("two indices")
        return { at: [binary("sub", binary("add", i, k), 1)], value: binary("mul", load(g, [i]), load(w, [k])) }
      },
    )
    const map = gatherSide(loop)
    expect(map?.form).toBe("map")
    expect(nodesOf(...(map?.bodies ?? [])).filter((n) => n.op === "select")).toEqual([])
    expect(map).not.toBe(mapLoop(inputs, [8], () => constant(0, "f32")))
  })
  it("visits no tap of a strided convolution in vain", () => {
    // y[i] = sum_k x[2 i + k - 1] w[k], transposed in x: an element meets every other tap.
    const inputs = inputsOf([
      { dtype: "f32", shape: [8] },
      { dtype: "f32", shape: [5] },
    ])
    const [g, w] = inputs
    if (g === undefined || w === undefined) throw new Error("two inputs")
    const loop = scatterLoop(
      inputs,
      [17],
      [8, 5],
      () => constant(0, "f32"),
      (i, k) => {
        if (i === undefined || k === undefined) throw new Error("two indices")
        const at = binary("sub", binary("add", binary("mul", i, 2), k), 1)
        return { at: [at], value: binary("mul", load(g, [i]), load(w, [k])) }
      },
    )
    const map = gatherSide(loop)
    const nodes = nodesOf(...(map?.bodies ?? []))
    expect(nodes.flatMap((n) => (n.op === "fold" ? [n.index.size] : []))).toEqual([3])
    expect(nodes.filter((n) => n.op === "select")).toEqual([])
    const values = inputs.map((t, k) => randomValues(dice(k), t, false))
    if (map !== undefined) expect(kernelOf(map).run(values)).toEqual(kernelOf(loop).run(values))
  })
})
