import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  cutSizes,
  diagonalSize,
  matrixAxes,
  tileShapes,
  twoAxes,
  vectorSize,
} from "../../src/autodiff/shape/arrange.ts"
import { dynamicSliceShape, updateSliceShape } from "../../src/autodiff/shape/dynamic.ts"
import { indexWindow } from "../../src/autodiff/shape/index-places.ts"
import { squareShape, systemShape } from "../../src/autodiff/shape/linalg.ts"
import {
  broadcastShapes,
  convGeometry,
  convTransposeGeometry,
  einsumShape,
  expandDimsShape,
  normaliseAxes,
  padShape,
  poolGeometry,
  reduceShape,
  sliceBounds,
  splitShape,
  squeezeShape,
  stretchShape,
  takeShape,
  transposePermutation,
  transposeShape,
} from "../../src/autodiff/shape/rules.ts"

const size = fc.integer({ min: 0, max: 5 })
const shape = fc.array(size, { maxLength: 4 })
const list = (n: number): readonly number[] => Array.from({ length: n }, (_, at) => at)
const refuses = (attempt: () => unknown): boolean => {
  try {
    attempt()
    return false
  } catch {
    return true
  }
}

describe("stretching", () => {
  it("goes one way only: to what broadcasting the two would give", () => {
    const near = fc.tuple(
      fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(near, ([from, to]) => {
        const meets =
          !refuses(() => broadcastShapes("test", from, to)) && `${broadcastShapes("test", from, to)}` === `${to}`
        expect(refuses(() => stretchShape("test", from, to))).toBe(!(meets && from.length <= to.length))
      }),
      { numRuns: 200 },
    )
  })
})

describe("several axes", () => {
  it("are the same in any order, and new ones stand where they are asked for", () => {
    fc.assert(
      fc.property(shape, fc.uniqueArray(fc.nat(5), { maxLength: 3 }), (sizes, wanted) => {
        const rank = sizes.length + wanted.length
        const axes = wanted.filter((axis) => axis < rank)
        if (axes.length < wanted.length) return
        const grown = expandDimsShape(sizes, axes)
        expect(grown.length).toBe(rank)
        for (const axis of axes) expect(grown[axis]).toBe(1)
        expect(grown.filter((_, axis) => !axes.includes(axis))).toEqual(sizes)
        expect(squeezeShape(grown, axes)).toEqual(sizes)
        expect(normaliseAxes("test", axes.toReversed(), grown)).toEqual(normaliseAxes("test", axes, grown))
        expect(reduceShape("test", grown, axes)).toEqual(sizes)
        expect(reduceShape("test", sizes, undefined)).toEqual([])
        expect(reduceShape("test", sizes, undefined, true)).toEqual(sizes.map(() => 1))
        expect(squeezeShape(sizes, undefined)).toEqual(sizes.filter((n) => n > 1 || n === 0))
      }),
    )
    expect(normaliseAxes("test", [10, 2], new Array<number>(11).fill(1))).toEqual([2, 10])
  })
  it("transposes to where the permutation says", () => {
    expect(transposeShape([2, 3, 4], undefined)).toEqual([4, 3, 2])
    expect(transposeShape([2, 3, 4], [-1, 0, 1])).toEqual([4, 2, 3])
    expect(transposePermutation([2, 3, 4], [-1, 0, -2])).toEqual([2, 0, 1])
  })
})

describe("windows", () => {
  const axis = fc.record({
    n: fc.integer({ min: 1, max: 7 }),
    window: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    low: fc.nat(2),
    high: fc.nat(2),
  })
  const two = fc.tuple(axis, axis)

  it("of a transposed convolution are those of the convolution back", () => {
    fc.assert(
      fc.property(two, fc.integer({ min: 1, max: 2 }), fc.nat(1), (axes, groups, extra) => {
        const each = <K extends keyof (typeof axes)[0]>(key: K) => axes.map((a) => a[key])
        const padding = axes.map(({ low, high }) => [low, high] as const)
        const [stride, dilation] = [each("stride"), each("dilation")]
        const outputPadding = axes.map((a) => (extra < Math.max(a.stride, a.dilation) ? extra : 0))
        const options = { stride, dilation, padding, groups }
        const x = [3, 2 * groups, ...each("n")]
        const kernel = [2 * groups, 5, ...each("window")]
        const full = axes.map(
          (a, d) => (a.n - 1) * a.stride + a.dilation * (a.window - 1) + 1 - a.low - a.high + (outputPadding[d] ?? 0),
        )
        const attempt = () => convTransposeGeometry("convTranspose2d", x, kernel, { ...options, outputPadding })
        if (full.some((n) => n <= 0)) {
          expect(attempt).toThrow("convTranspose2d")
          return
        }
        const made = attempt()
        expect(made).toEqual({ shape: [3, 5 * groups, ...full], stride, dilation, padding, groups })
        // What outputPadding adds is less than a step, so the convolution back does not see it, but where it is a dilation's.
        if (axes.every((a, d) => (outputPadding[d] ?? 0) < a.stride))
          expect(convGeometry("conv2d", made.shape, kernel, options).shape).toEqual(x)
      }),
    )
  })
  it("with padding same leave as many places as there are steps, an odd cell at the high side", () => {
    fc.assert(
      fc.property(two, (axes) => {
        const each = <K extends keyof (typeof axes)[0]>(key: K) => axes.map((a) => a[key])
        const [stride, dilation] = [each("stride"), each("dilation")]
        const options = { stride, dilation, padding: "same" } as const
        const made = convGeometry("conv2d", [3, 2, ...each("n")], [4, 2, ...each("window")], options)
        expect(made.shape).toEqual([3, 4, ...axes.map((a) => Math.ceil(a.n / a.stride))])
        made.padding.forEach(([low, high], d) => {
          expect([0, 1]).toContain(high - low)
          const { n = 1, window = 1, dilation: apart = 1, stride: step = 1 } = axes[d] ?? {}
          const needed = (Math.ceil(n / step) - 1) * step + apart * (window - 1) + 1 - n
          expect(low + high).toBe(Math.max(0, needed))
        })
        const up = convTransposeGeometry("convTranspose2d", [3, 2, ...each("n")], [2, 4, ...each("window")], options)
        expect(up.shape).toEqual([3, 4, ...axes.map((a) => a.n * a.stride)])
        expect(convGeometry("conv2d", up.shape, [2, 4, ...each("window")], options).padding).toEqual(up.padding)
      }),
    )
    expect(convGeometry("conv1d", [1, 1, 4], [1, 1, 4], { padding: "same" }).padding).toEqual([[1, 2]])
  })
  it("of pooling are those of a convolution with one kernel per channel, and lie side by side unless told", () => {
    fc.assert(
      fc.property(two, (axes) => {
        const each = <K extends keyof (typeof axes)[0]>(key: K) => axes.map((a) => a[key])
        const options = {
          stride: each("stride"),
          dilation: each("dilation"),
          padding: axes.map(({ low, high }) => [low, high] as const),
        }
        const x = [2, 3, ...each("n")]
        const like = () => convGeometry("conv2d", x, [3, 1, ...each("window")], { ...options, groups: 3 })
        const pooled = () => poolGeometry("maxPool2d", 2, x, { ...options, window: each("window") })
        if (refuses(like)) {
          expect(pooled).toThrow("maxPool2d: a window of")
          return
        }
        const { groups, ...geometry } = like()
        expect(pooled()).toEqual({ ...geometry, window: each("window") })
      }),
    )
    expect(poolGeometry("maxPool1d", 1, [1, 1, 3], { window: 3 }).shape).toEqual([1, 1, 1])
    expect(poolGeometry("maxPool2d", 2, [1, 1, 7, 7], { window: [2, 3] })).toEqual({
      shape: [1, 1, 3, 2],
      window: [2, 3],
      stride: [2, 3],
      dilation: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    })
  })
  it("have the defaults written out", () => {
    const defaults = { stride: [1], dilation: [1], padding: [[0, 0]], groups: 1 }
    expect(convGeometry("conv1d", [2, 3, 5], [4, 3, 2])).toEqual({ ...defaults, shape: [2, 4, 4] })
    expect(convTransposeGeometry("convTranspose1d", [2, 3, 5], [3, 4, 2])).toEqual({ ...defaults, shape: [2, 4, 6] })
    expect(convGeometry("conv3d", [2, 3, 5, 5, 5], [4, 3, 2, 2, 1], { padding: 1 }).shape).toEqual([2, 4, 6, 6, 7])
    expect(convTransposeGeometry("convTranspose3d", [2, 3, 5, 5, 5], [3, 4, 2, 2, 1]).shape).toEqual([2, 4, 6, 6, 5])
    expect(convGeometry("conv1d", [2, 3, 2], [4, 3, 2]).shape).toEqual([2, 4, 1])
  })
})

describe("einsum", () => {
  it("in letters says what it says with spaces", () => {
    fc.assert(
      fc.property(size, size, size, (i, j, k) => {
        const shapes = [
          [i, j],
          [j, k],
        ]
        const letters = einsumShape("ij,jk->ki", shapes)
        expect(letters).toEqual(einsumShape("i j, j k -> k i", shapes))
        expect(letters.shape).toEqual([k, i])
        expect(letters.inputs).toEqual([
          ["i", "j"],
          ["j", "k"],
        ])
        expect(letters.output).toEqual(["k", "i"])
        expect([...letters.sizes]).toEqual([
          ["i", i],
          ["j", j],
          ["k", k],
        ])
      }),
    )
  })
  it("broadcasts what ... stands for, and nothing that has a name", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const attempt = () =>
          einsumShape("... i, i ... -> ... i", [
            [...a, 3],
            [3, ...b],
          ])
        if (refuses(() => broadcastShapes("test", a, b))) expect(attempt).toThrow("einsum")
        else expect(attempt().shape).toEqual([...broadcastShapes("test", a, b), 3])
        expect(
          einsumShape("...i,i...->i...", [
            [...a, 3],
            [3, ...a],
          ]).shape,
        ).toEqual([3, ...a])
      }),
    )
    expect(
      einsumShape("... i, ... i -> ... i", [
        [1, 3],
        [4, 3],
      ]).shape,
    ).toEqual([4, 3])
    expect(
      einsumShape("... i, ... i -> ... i", [
        [4, 3],
        [1, 3],
      ]).shape,
    ).toEqual([4, 3])
    expect(einsumShape("i -> ... i", [[3]]).shape).toEqual([3])
    expect(einsumShape("->", [[]]).shape).toEqual([])
    expect(einsumShape("... i -> i ...", [[1, 2, 3]]).inputs).toEqual([["...[-2]", "...[-1]", "i"]])
    expect(() => einsumShape("... i j -> i", [[2]])).toThrow("operand 0 has fewer axes")
    expect(() => einsumShape("i ... -> i", [[2, 3]])).not.toThrow()
  })
})

describe("parts", () => {
  const place = fc.integer({ min: -7, max: 7 })
  it("a plain index takes what an array gives", () => {
    fc.assert(
      fc.property(size, place, place, (n, a, b) => {
        const one = list(n).at(a)
        if (one === undefined) expect(() => indexWindow("at", [n], [a])).toThrow("at: ")
        else expect(indexWindow("at", [n, 2], [a])).toEqual({ start: [one, 0], size: [1, 2], drops: [true, false] })
        const [low, high] = [a < 0 ? a + n : a, b < 0 ? b + n : b]
        const attempt = () => indexWindow("at", [2, n], [undefined, [a, b]])
        if (low < 0 || high > n || low > high) expect(attempt).toThrow("at: ")
        else
          expect(attempt()).toEqual({
            start: [0, low],
            size: [2, list(n).slice(a, high).length],
            drops: [false, false],
          })
        if (a >= -n && a <= n) expect(indexWindow("at", [n], [[a]]).size).toEqual([list(n).slice(a).length])
      }),
    )
  })
  it("slices end where the axis does unless told, and count from its end", () => {
    expect(sliceBounds([4, 5], [1, -2])).toEqual({ start: [1, 3], end: [4, 5], shape: [3, 2] })
    expect(sliceBounds([4], [-4], [-1])).toEqual({ start: [0], end: [3], shape: [3] })
    expect(sliceBounds([4], [0], [0]).shape).toEqual([0])
    expect(
      padShape(
        [4, 0],
        [
          [1, 2],
          [0, 3],
        ],
      ),
    ).toEqual([7, 3])
    expect(indexWindow("at", [4], [[0, 0]]).size).toEqual([0])
    expect(splitShape([6], 1, 0)).toEqual([6])
    expect(cutSizes([2, 6], [2, 5], 1)).toEqual([
      [0, 2],
      [2, 3],
      [5, 1],
    ])
    expect(takeShape([3, 4], [5], -1)).toEqual([3, 5])
    expect(takeShape([3, 4], 2, 0)).toEqual([4])
    expect(takeShape([3, 4], -3, 0)).toEqual([4])
    expect(splitShape([6, 2], 6, 0)).toEqual([1, 2])
    expect(splitShape([0], 2, 0)).toEqual([0])
    expect(dynamicSliceShape([4, 5], 2, [4, 1])).toEqual([4, 1])
    expect(updateSliceShape("put", [4, 5], [4, 1])).toEqual([4, 5])
  })
  it("cuts leave the pieces that slices at them have", () => {
    fc.assert(
      fc.property(fc.nat(6), fc.array(fc.nat(6), { maxLength: 3 }), (n, places) => {
        const cuts = places.map((at) => Math.min(at, n)).toSorted((a, b) => a - b)
        const pieces = cutSizes([2, n], cuts, -1)
        expect(pieces.length).toBe(cuts.length + 1)
        expect(pieces.flatMap(([start, length]) => list(n).slice(start, start + length))).toEqual(list(n))
        expect(pieces.slice(1).map(([start]) => start)).toEqual(cuts)
      }),
    )
  })
  it("a diagonal is as long as there are places on it", () => {
    fc.assert(
      fc.property(size, size, place, (rows, columns, offset) => {
        const places = list(rows).filter((i) => i + offset >= 0 && i + offset < columns)
        expect(diagonalSize(rows, columns, offset)).toBe(places.length)
      }),
    )
  })
  it("tiles fill the shorter list with ones in front", () => {
    expect(tileShapes([2, 3], [4])).toEqual({ from: [2, 3], reps: [1, 4] })
    expect(tileShapes([3], [4, 5])).toEqual({ from: [1, 3], reps: [4, 5] })
    expect(tileShapes([], [])).toEqual({ from: [], reps: [] })
    expect(matrixAxes("tril", [4, 2, 3])).toEqual([2, 3])
    expect(twoAxes("trace", [4, 2, 3], -1, 0)).toEqual([2, 0])
    expect(vectorSize("diag", [3])).toBe(3)
  })
})

describe("linear algebra", () => {
  it("tells a vector from columns, and broadcasts the batch", () => {
    expect(squareShape("det", [4, 2, 2])).toEqual([4, 2, 2])
    expect(() => squareShape("det", [3, 3, 2])).toThrow("det")
    expect(systemShape("solve", [2, 2], [2])).toEqual({ vector: true, batch: [] })
    expect(systemShape("solve", [2, 2], [2, 7])).toEqual({ vector: false, batch: [] })
    expect(systemShape("solve", [3, 1, 2, 2], [4, 2, 7])).toEqual({ vector: false, batch: [3, 4] })
    expect(systemShape("solve", [3, 2, 2], [2])).toEqual({ vector: true, batch: [3] })
  })
})
