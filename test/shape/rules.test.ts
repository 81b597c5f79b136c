import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  broadcastShapes,
  concatShape,
  convGeometry,
  einsumShape,
  expandDimsShape,
  matmulShape,
  type NestedElement,
  nestedShape,
  normaliseAxes,
  padShape,
  reduceShape,
  reshapeShape,
  sliceBounds,
  splitShape,
  squeezeShape,
  stackShape,
  stretchShape,
  takeAlongAxisShape,
  takeShape,
  transposeShape,
} from "../../src/autodiff/shape/rules.ts"

const size = fc.integer({ min: 0, max: 6 })
const shape = fc.array(size, { maxLength: 4 })
/** A shape and one of its axes, counted from the start and as a user may write it. */
const axisOf = fc
  .tuple(fc.array(size, { minLength: 1, maxLength: 4 }), fc.nat(), fc.boolean())
  .map(([sizes, n, fromEnd]) => {
    const axis = n % sizes.length
    return { sizes, axis, asked: fromEnd ? axis - sizes.length : axis }
  })
const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)

/** A shape that stretches to `target`: some leading axes gone, some sizes 1. */
const stretching = (target: readonly number[]) =>
  fc
    .tuple(fc.integer({ min: 0, max: target.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([drop, ones]) => target.slice(drop).map((n, axis) => (ones[axis] ? 1 : n)))

describe("broadcasting", () => {
  it("gives the target back from whatever stretches to it", () => {
    fc.assert(
      fc.property(
        shape.chain((target) => fc.tuple(fc.constant(target), stretching(target))),
        ([target, from]) => {
          expect(stretchShape("test", from, target)).toEqual(target)
          expect(broadcastShapes("test", from, target)).toEqual(target)
          expect(broadcastShapes("test", target, from)).toEqual(target)
        },
      ),
    )
  })

  it("agrees with reading sizes off index by index", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const rank = Math.max(a.length, b.length)
        const padded = (s: readonly number[]) => [...new Array<number>(rank - s.length).fill(1), ...s]
        const pairs = padded(a).map((x, axis) => [x, padded(b)[axis] ?? 1] as const)
        const fits = pairs.every(([x, y]) => x === y || x === 1 || y === 1)
        if (fits) expect(broadcastShapes("test", a, b)).toEqual(pairs.map(([x, y]) => (x === 1 ? y : x)))
        else expect(() => broadcastShapes("test", a, b)).toThrow("cannot broadcast")
      }),
    )
  })
})

describe("axes", () => {
  it("count from the end as from the start", () => {
    fc.assert(
      fc.property(axisOf, ({ sizes, axis, asked }) => {
        expect(normaliseAxes("test", asked, sizes)).toEqual([axis])
        expect(reduceShape("test", sizes, asked)).toEqual(sizes.filter((_, at) => at !== axis))
        expect(reduceShape("test", sizes, asked, true)).toEqual(sizes.map((n, at) => (at === axis ? 1 : n)))
        expect(squeezeShape(reduceShape("test", sizes, asked, true), axis)).toEqual(reduceShape("test", sizes, asked))
        expect(expandDimsShape(reduceShape("test", sizes, asked), axis)).toEqual(
          reduceShape("test", sizes, asked, true),
        )
      }),
    )
  })

  it("are refused where there is none, and where they are no whole number", () => {
    expect(() => reduceShape("sum", [2, 3], 2)).toThrow("sum: axis 2 is out of range for [2, 3]")
    expect(() => reduceShape("sum", [2, 3], 0.5)).toThrow("sum: axis 0.5 is out of range for [2, 3]")
    expect(() => reduceShape("sum", [], 0)).toThrow("sum: axis 0 is out of range for []")
    expect(() => reduceShape("sum", [2, 3], [1, -1])).toThrow("sum: axis -1 of [2, 3] is named twice")
  })
})

describe("reshape", () => {
  it("works -1 out from the elements", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), fc.nat(), (sizes, n) => {
        const axis = n % sizes.length
        const asked = sizes.map((s, at) => (at === axis ? -1 : s))
        expect(reshapeShape([count(sizes)], asked)).toEqual(sizes)
        expect(reshapeShape(sizes, [-1])).toEqual([count(sizes)])
      }),
    )
  })

  it("refuses what does not hold the elements", () => {
    expect(() => reshapeShape([2, 3], [4])).toThrow("reshape: [2, 3] has 6 elements, [4] has 4")
    expect(() => reshapeShape([2, 3], [-1, 4])).toThrow("no size for -1")
    expect(() => reshapeShape([0, 3], [-1, 0])).toThrow("no size for -1")
    expect(() => reshapeShape([2, 3], [-1, -1])).toThrow("only one size may be -1")
    expect(() => reshapeShape([2, 3], [-2, -3])).toThrow("sizes must be whole numbers, 0 or more")
    expect(() => reshapeShape([2], [Number.NaN])).toThrow("sizes must be whole numbers, 0 or more")
  })
})

describe("transpose, join and split", () => {
  it("undo each other", () => {
    fc.assert(
      fc.property(axisOf, fc.integer({ min: 1, max: 4 }), ({ sizes, axis, asked }, parts) => {
        expect(transposeShape(transposeShape(sizes, undefined), undefined)).toEqual(sizes)
        const copies = new Array<readonly number[]>(parts).fill(sizes)
        expect(splitShape(concatShape(copies, asked), parts, asked)).toEqual(sizes)
        expect(reduceShape("test", stackShape(copies, axis), axis)).toEqual(sizes)
        expect(stackShape(copies, axis)[axis]).toBe(parts)
      }),
    )
  })
})

describe("contraction", () => {
  it("einsum says what matmul says", () => {
    fc.assert(
      fc.property(size, size, size, size, (b, i, k, j) => {
        const { shape: out, sizes } = einsumShape("b i k, b k j -> b i j", [
          [b, i, k],
          [b, k, j],
        ])
        expect(out).toEqual(matmulShape([b, i, k], [b, k, j]))
        expect(sizes.get("k")).toBe(k)
        expect(matmulShape([i, k], [k])).toEqual(einsumShape("i k, k -> i", [[i, k], [k]]).shape)
        expect(matmulShape([k], [b, k, j])).toEqual(einsumShape("k, b k j -> b j", [[k], [b, k, j]]).shape)
        expect(matmulShape([k], [k])).toEqual([])
      }),
    )
  })

  it("reads a pattern however it is spaced, and refuses a wrong one", () => {
    expect(einsumShape("  i   j ->j i ", [[2, 3]]).shape).toEqual([3, 2])
    expect(einsumShape("row col, -> row", [[2, 3], []]).shape).toEqual([2])
    expect(() => einsumShape("i j -> i", [[2]])).toThrow("operand 0 has fewer axes than the pattern names")
    expect(() => einsumShape("i -> i", [[2], [3]])).toThrow("more operands than the pattern names")
  })

  it("a convolution has as many places as its window has positions", () => {
    const one = fc.integer({ min: 1, max: 3 })
    const width = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(width, one, one, one, fc.nat(2), fc.nat(2), (n, k, stride, dilation, low, high) => {
        const span = dilation * (k - 1) + 1
        const starts = Array.from({ length: low + n + high }, (_, at) => at).filter(
          (at) => at % stride === 0 && at + span <= low + n + high,
        )
        const options = { stride, dilation, padding: [[low, high]] as const }
        if (starts.length === 0)
          expect(() => convGeometry("conv1d", [2, 3, n], [4, 3, k], options)).toThrow("a window of")
        else expect(convGeometry("conv1d", [2, 3, n], [4, 3, k], options).shape).toEqual([2, 4, starts.length])
        expect(convGeometry("conv1d", [2, 3, n], [4, 3, k], { stride, dilation, padding: "same" }).shape[2]).toBe(
          Math.ceil(n / stride),
        )
      }),
    )
  })

  it("a convolution refuses channels, groups and options that do not fit", () => {
    expect(convGeometry("conv2d", [8, 4, 5, 6], [6, 2, 3, 3], { groups: 2, padding: 1 }).shape).toEqual([8, 6, 5, 6])
    expect(() => convGeometry("conv2d", [8, 4, 5, 6], [6, 2, 3, 3])).toThrow("4 channels in 1 groups")
    expect(() => convGeometry("conv2d", [8, 4, 5, 6], [5, 2, 3, 3], { groups: 2 })).toThrow("2 groups do not divide 5")
    expect(() => convGeometry("conv2d", [8, 4, 5, 6], [6, 4, 3, 3], { stride: 0 })).toThrow("stride must be")
    expect(() => convGeometry("conv2d", [8, 4, 5, 6], [6, 4, 3, 3], { stride: [1, 2, 3] })).toThrow("stride must be")
    expect(() => convGeometry("conv2d", [8, 4, 5, 6], [6, 4, 3, 3], { padding: [[1, 1]] })).toThrow("padding must be")
  })
})

describe("parts of a tensor", () => {
  it("a slice has the length of what an array's slice has", () => {
    const position = fc.integer({ min: -8, max: 8 })
    fc.assert(
      fc.property(fc.nat(6), position, position, (n, start, end) => {
        const place = (at: number): number => (at < 0 ? at + n : at)
        const inRange = place(start) >= 0 && place(end) <= n && place(start) <= place(end)
        const expected = Array.from({ length: n }).slice(place(start), place(end)).length
        if (inRange) expect(sliceBounds([n], [start], [end]).shape).toEqual([expected])
        else expect(() => sliceBounds([n], [start], [end])).toThrow("is no range")
      }),
    )
  })

  it("slicing off the padding gives the shape back", () => {
    fc.assert(
      fc.property(axisOf, fc.nat(3), fc.nat(3), ({ sizes, axis }, low, high) => {
        const amounts = sizes.map((_, at) => (at === axis ? ([low, high] as const) : ([0, 0] as const)))
        const padded = padShape(sizes, amounts)
        const start = amounts.map(([before]) => before)
        const end = amounts.map(([, after], at) => (padded[at] ?? 0) - after)
        expect(sliceBounds(padded, start, end).shape).toEqual(sizes)
      }),
    )
  })

  it("take puts the indices' axes where the axis stood", () => {
    fc.assert(
      fc.property(axisOf, shape, ({ sizes, axis, asked }, indices) => {
        expect(takeShape(sizes, indices, asked)).toEqual([
          ...sizes.slice(0, axis),
          ...indices,
          ...sizes.slice(axis + 1),
        ])
        expect(
          takeAlongAxisShape(
            sizes,
            sizes.map((n, at) => (at === axis ? 7 : n)),
            asked,
          )[axis],
        ).toBe(7)
      }),
    )
    expect(() => takeShape([3], 3, 0)).toThrow("take: index 3 is out of range on axis 0 of [3]")
    expect(takeShape([3, 2], -3, 0)).toEqual([2])
  })
})

describe("nested arrays", () => {
  const filled = (sizes: readonly number[]): NestedElement =>
    sizes.length === 0 ? 0 : Array.from({ length: sizes[0] ?? 0 }, () => filled(sizes.slice(1)))

  it("have the shape they were built with", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), (sizes) => {
        expect(nestedShape(filled(sizes))).toEqual(sizes)
      }),
    )
    expect(nestedShape([])).toEqual([0])
    expect(nestedShape([[], []])).toEqual([2, 0])
  })

  it("are refused where ragged, the innermost first", () => {
    expect(() => nestedShape([[1, 2], [3]])).toThrow("tensor: ragged array, [2] at index 0 and [1] at index 1")
    expect(() => nestedShape([1, [2]])).toThrow("tensor: ragged array, [] at index 0 and [1] at index 1")
    expect(() => nestedShape([[[1], [2, 3]], [[4]]])).toThrow("[1] at index 0 and [2] at index 1")
  })
})
