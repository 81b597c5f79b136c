/** Every way in which a shape rule refuses: the sentence, its stable code, and the shapes and names of it as data. */
import { ShapeError } from "cotangent"
import { describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { cutSizes, matrixAxes, tileShapes, twoAxes, vectorSize } from "../../src/autodiff/shape/arrange.ts"
import { dynamicSliceShape, updateSliceShape } from "../../src/autodiff/shape/dynamic.ts"
import { indexWindow } from "../../src/autodiff/shape/index-places.ts"
import { matricesShape, squareShape, systemShape } from "../../src/autodiff/shape/linalg.ts"
import {
  broadcastShapes,
  checkSizes,
  concatShape,
  convGeometry,
  convTransposeGeometry,
  dataShape,
  einsumShape,
  expandDimsShape,
  expectSizes,
  matmulShape,
  nestedShape,
  normaliseAxes,
  normaliseAxis,
  padShape,
  parseEinsum,
  poolGeometry,
  reshapeShape,
  sliceBounds,
  splitShape,
  squeezeShape,
  stackShape,
  stretchShape,
  takeShape,
  transposePermutation,
} from "../../src/autodiff/shape/rules.ts"

type Refusal = readonly [
  refused: () => unknown,
  code: string,
  sentence: string,
  details: Readonly<Record<string, unknown>>,
]
const x = [8, 4, 9]
const kernel = [6, 4, 3]

const refusals: readonly Refusal[] = [
  [
    () => broadcastShapes("add", [2, 3], [2]),
    "broadcast",
    "add: cannot broadcast [2, 3] with [2] (3 against 2)",
    { shapes: [[2, 3], [2]] },
  ],
  [() => stretchShape("to", [2, 3], [3]), "stretch", "to: cannot stretch [2, 3] to [3]", { from: [2, 3], to: [3] }],
  [() => stretchShape("to", [1, 1], [1]), "stretch", "to: cannot stretch [1, 1] to [1]", { from: [1, 1], to: [1] }],
  [() => stretchShape("to", [2], [2, 3]), "stretch", "to: cannot stretch [2] to [2, 3]", { from: [2], to: [2, 3] }],
  [() => stretchShape("to", [3], [1]), "stretch", "to: cannot stretch [3] to [1]", { from: [3], to: [1] }],
  [
    () => normaliseAxis("sum", -3, [2, 3]),
    "axis",
    "sum: axis -3 is out of range for [2, 3]",
    { axis: -3, shape: [2, 3] },
  ],
  [
    () => normaliseAxes("sum", [0, -2], [2, 3]),
    "axis",
    "sum: axis -2 of [2, 3] is named twice",
    { axis: [0, -2], shape: [2, 3] },
  ],
  [() => expandDimsShape([2], 2), "axis", "expandDims: axis 2 is out of range for [1, 2]", { axis: 2, shape: [1, 2] }],
  [
    () => squeezeShape([1, 3], [0, 1]),
    "squeeze",
    "squeeze: axis 1 of [1, 3] has size 3, not 1",
    { axis: 1, shape: [1, 3] },
  ],
  [
    () => checkSizes("zeros", [2, -1]),
    "size",
    "zeros: sizes must be whole numbers, 0 or more, got [2, -1]",
    { shape: [2, -1] },
  ],
  [() => expectSizes([2], [3]), "expected", "", { shape: [2], expected: [3] }],
  [() => reshapeShape([6], [-1, -1]), "reshape", "reshape: only one size may be -1", { from: [6], to: [-1, -1] }],
  [() => reshapeShape([6], [4]), "reshape", "reshape: [6] has 6 elements, [4] has 4", { from: [6], to: [4] }],
  [() => reshapeShape([6], [-1, 4]), "reshape", "reshape: ", { from: [6], to: [-1, 4] }],
  [() => reshapeShape([6], [-1, 0.5]), "size", "reshape: sizes must be", { shape: [-1, 0.5] }],
  [() => reshapeShape([6], [-1, -2]), "size", "reshape: sizes must be", { shape: [-1, -2] }],
  [
    () => transposePermutation([2, 3], [0, 0]),
    "transpose",
    "transpose: [0, 0] does not permute",
    { permutation: [0, 0], shape: [2, 3] },
  ],
  [
    () => transposePermutation([2, 3], [0, 2]),
    "transpose",
    "transpose: [0, 2] does not permute",
    { permutation: [0, 2], shape: [2, 3] },
  ],
  [
    () => transposePermutation([2, 3], [0, -3]),
    "transpose",
    "transpose: [0, -3] does not permute",
    { permutation: [0, -3], shape: [2, 3] },
  ],
  [
    () => transposePermutation([2, 3], [0, 0.5]),
    "transpose",
    "transpose: [0, 0.5] does not permute",
    { permutation: [0, 0.5], shape: [2, 3] },
  ],
  [
    () => transposePermutation([2, 3], [0, 1, 1]),
    "transpose",
    "transpose: [0, 1, 1] does not permute",
    { permutation: [0, 1, 1], shape: [2, 3] },
  ],
  [
    () => matmulShape([], [2]),
    "matmul-scalar",
    "matmul: the left operand needs at least one axis",
    { shapes: [[], [2]] },
  ],
  [
    () => matmulShape([2], []),
    "matmul-scalar",
    "matmul: the right operand needs at least one axis",
    { shapes: [[2], []] },
  ],
  [
    () => matmulShape([2, 3], [2, 3]),
    "matmul",
    "matmul: inner sizes differ, 3 and 2, in [2, 3] x [2, 3]",
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
    },
  ],
  [
    () => matmulShape([2, 1, 3], [4, 3, 1]),
    "broadcast",
    "matmul: cannot broadcast [2] with [4]",
    { shapes: [[2], [4]] },
  ],
  [() => concatShape([], 0), "join-nothing", "concat", {}],
  [() => stackShape([], 0), "join-nothing", "stack", {}],
  [() => concatShape([[2], [2, 1]], 0), "join", "concat", { shapes: [[2], [2, 1]] }],
  [
    () =>
      concatShape(
        [
          [2, 3],
          [2, 4],
        ],
        -2,
      ),
    "join",
    "concat",
    {
      axis: 0,
      shapes: [
        [2, 3],
        [2, 4],
      ],
    },
  ],
  [() => stackShape([[2], [3]], 0), "join", "stack", { shapes: [[2], [3]] }],
  [() => splitShape([6], 4, -1), "split", "split", { parts: 4, axis: -1, shape: [6] }],
  [() => splitShape([6], 0, 0), "split", "split", { parts: 0, axis: 0, shape: [6] }],
  [() => splitShape([6], -1, 0), "split", "split", { parts: -1, axis: 0, shape: [6] }],
  [() => cutSizes([6], [4, 2], 0), "split", "split", { cuts: [4, 2], axis: 0, shape: [6] }],
  [() => cutSizes([6], [-1], 0), "split", "split", { cuts: [-1], axis: 0, shape: [6] }],
  [() => cutSizes([6], [7], 0), "split", "split", { cuts: [7], axis: 0, shape: [6] }],
  [() => cutSizes([6], [0.5], 0), "split", "split", { cuts: [0.5], axis: 0, shape: [6] }],
  [() => dataShape([2, 3], 5), "data", "", { shape: [2, 3], length: 5 }],
  [() => matrixAxes("tril", [3]), "two-axes", "tril", { shape: [3] }],
  [() => twoAxes("trace", [2, 3], 1, -1), "two-axes", "trace", { axes: [1, -1], shape: [2, 3] }],
  [() => vectorSize("diag", [2, 3]), "vector", "diag", { shape: [2, 3] }],
  [() => vectorSize("diag", []), "vector", "diag", { shape: [] }],
  [() => tileShapes([2], [-1]), "size", "tile", { shape: [-1] }],
  [() => matricesShape("det", [3]), "matrices", "det", { shape: [3] }],
  [() => squareShape("det", [3]), "matrices", "det", { shape: [3] }],
  [() => squareShape("det", [2, 3]), "square", "det", { shape: [2, 3] }],
  [
    () => systemShape("solve", [2, 2], [3]),
    "system",
    "solve: a right-hand side of [3] does not fit [2, 2]",
    { shapes: [[2, 2], [3]] },
  ],
  [
    () => systemShape("solve", [2, 2], []),
    "system",
    "solve: a right-hand side of [] does not fit",
    { shapes: [[2, 2], []] },
  ],
  [
    () => systemShape("solve", [2, 2], [3, 2]),
    "system",
    "solve: a right-hand side of [3, 2] does",
    {
      shapes: [
        [2, 2],
        [3, 2],
      ],
    },
  ],
  [() => dynamicSliceShape([4], 2, [2]), "dynamic-slice", "dynamicSlice", { shape: [4] }],
  [() => dynamicSliceShape([4], 1, [2, 2]), "dynamic-slice", "dynamicSlice", { shape: [4], sizes: [2, 2] }],
  [() => dynamicSliceShape([4], 1, [5]), "dynamic-slice", "dynamicSlice", { shape: [4], window: [5], axis: 0 }],
  [() => dynamicSliceShape([4], 1, [-1]), "size", "dynamicSlice", { shape: [-1] }],
  [() => updateSliceShape("put", [4], [2, 2]), "dynamic-slice", "put", { shape: [4], update: [2, 2] }],
  [() => updateSliceShape("put", [4, 3], [4, 4]), "dynamic-slice", "put", { shape: [4, 3], window: [4, 4], axis: 1 }],
  [() => indexWindow("at", [4], [0, 0]), "index", "at", { shape: [4] }],
  [() => indexWindow("at", [4], [4]), "index", "at", { shape: [4], axis: 0, index: 4 }],
  [() => indexWindow("at", [2, 4], [undefined, -5]), "index", "at", { shape: [2, 4], axis: 1, index: -5 }],
  [() => indexWindow("at", [4], [0.5]), "index", "at", { shape: [4], axis: 0, index: 0.5 }],
  ...(
    [
      [0, 5],
      [-5, 2],
      [3, 2],
      [0.5, 2],
      [0, 1.5],
    ] as const
  ).map((index): Refusal => [() => indexWindow("at", [4], [index]), "index", "at", { shape: [4], axis: 0, index }]),
  [() => sliceBounds([4], [0, 0]), "slice", "slice", { shape: [4], start: [0, 0] }],
  [() => sliceBounds([4], [0], [1, 1]), "slice", "slice", { shape: [4], end: [1, 1] }],
  [() => sliceBounds([4], [0], [5]), "slice", "slice", { shape: [4], start: [0], end: [5], axis: 0 }],
  [() => sliceBounds([4], [0.5], [2]), "slice", "slice", { shape: [4], start: [0.5], end: [2], axis: 0 }],
  [() => sliceBounds([4], [0], [1.5]), "slice", "slice", { shape: [4], start: [0], end: [1.5], axis: 0 }],
  [() => padShape([4], []), "pad", "pad", { shape: [4], amounts: [] }],
  ...(
    [
      [-1, 0],
      [0, -1],
      [0.5, 0],
      [0, 0.5],
    ] as const
  ).map((pair): Refusal => [() => padShape([4], [pair]), "pad", "pad", { shape: [4], amounts: [pair], axis: 0 }]),
  [() => takeShape([3], 0.5, 0), "index", "take", { shape: [3], axis: 0, index: 0.5 }],
  [() => takeShape([3], -4, 0), "index", "take: index -4 is out of range", { shape: [3], axis: 0, index: -4 }],
  [() => parseEinsum("i j"), "einsum", `einsum "i j": there is no ->`, { pattern: "i j" }],
  ...(
    [
      ["i, i -> i", [[2]], "fewer operands than the pattern names"],
      ["i -> i", [[2], [2]], "more operands than the pattern names"],
      ["i j -> i", [[2]], "operand 0 has fewer axes than the pattern names"],
      ["i -> i", [[2, 3]], "operand 0 has more axes than the pattern names"],
      ["i, i -> i", [[2], [3]], "axis i is 2 and also 3 (operand 1)"],
      ["i, i -> i", [[2], [1]], "axis i is 2 and also 1 (operand 1)"],
      ["i, i -> i", [[1], [2]], "axis i is 1 and also 2 (operand 1)"],
      ["i -> i i", [[2]], ""],
      ["i -> j", [[2]], ""],
      ["... ... -> ...", [[2]], ""],
      ["... -> ... ...", [[2]], ""],
      [
        "... i, ... i -> ...",
        [
          [2, 3],
          [4, 3],
        ],
        "is 2 and also 4 (operand 1)",
      ],
    ] as const
  ).map(
    ([pattern, shapes, says]): Refusal => [() => einsumShape(pattern, shapes), "einsum", says, { pattern, shapes }],
  ),
  [() => convGeometry("conv1d", [8, 4], kernel), "conv", "conv1d", { shapes: [[8, 4], kernel] }],
  [() => convGeometry("conv1d", x, [6, 4]), "conv", "conv1d", { shapes: [x, [6, 4]] }],
  [
    () => convGeometry("conv1d", x, kernel, { groups: 0 }),
    "conv",
    "conv1d: groups",
    { shapes: [x, kernel], groups: 0 },
  ],
  [() => convGeometry("conv1d", x, [6, 3, 3]), "conv", "conv1d", { shapes: [x, [6, 3, 3]] }],
  [() => convGeometry("conv1d", x, [5, 2, 3], { groups: 2 }), "conv", "conv1d", { shapes: [x, [5, 2, 3]], groups: 2 }],
  [() => convGeometry("conv1d", x, [6, 4, 10]), "conv", "conv1d: a window of 10", { shapes: [x, [6, 4, 10]] }],
  [() => convGeometry("conv1d", x, kernel, { stride: 0 }), "conv", "conv1d: stride", { stride: 0 }],
  [() => convGeometry("conv1d", x, kernel, { dilation: [1, 1] }), "conv", "conv1d: dilation", { dilation: [1, 1] }],
  [() => convGeometry("conv1d", x, kernel, { dilation: 1.5 }), "conv", "conv1d: dilation", { dilation: 1.5 }],
  [() => convGeometry("conv1d", x, kernel, { padding: -1 }), "conv", "conv1d: padding", { padding: -1 }],
  [
    () =>
      convGeometry("conv1d", x, kernel, {
        padding: [
          [0, 0],
          [0, 0],
        ],
      }),
    "conv",
    "conv1d: padding",
    {
      padding: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  [() => convGeometry("conv1d", x, kernel, { padding: [[-1, 0]] }), "conv", "conv1d: padding", { padding: [[-1, 0]] }],
  [() => convGeometry("conv1d", x, kernel, { padding: [[0, -1]] }), "conv", "conv1d: padding", { padding: [[0, -1]] }],
  [
    () => convTransposeGeometry("convTranspose1d", [8, 4], [4, 6, 3]),
    "conv-transpose",
    "convTranspose1d",
    {
      shapes: [
        [8, 4],
        [4, 6, 3],
      ],
    },
  ],
  [
    () => convTransposeGeometry("convTranspose1d", x, [4, 6]),
    "conv-transpose",
    "convTranspose1d",
    { shapes: [x, [4, 6]] },
  ],
  [
    () => convTransposeGeometry("convTranspose1d", x, [4, 6, 3], { groups: 0.5 }),
    "conv-transpose",
    "convTranspose1d: groups",
    { shapes: [x, [4, 6, 3]], groups: 0.5 },
  ],
  [
    () => convTransposeGeometry("convTranspose1d", x, [5, 6, 3]),
    "conv-transpose",
    "convTranspose1d",
    { shapes: [x, [5, 6, 3]] },
  ],
  [
    () => convTransposeGeometry("convTranspose1d", x, [4, 6, 3], { groups: 3 }),
    "conv-transpose",
    "convTranspose1d",
    { shapes: [x, [4, 6, 3]], groups: 3 },
  ],
  [
    () => convTransposeGeometry("convTranspose1d", [8, 4, 1], [4, 6, 2], { padding: 1 }),
    "conv-transpose",
    "convTranspose1d",
    {
      shapes: [
        [8, 4, 1],
        [4, 6, 2],
      ],
      padding: 1,
    },
  ],
  ...([2, -1, 0.5, [0, 0]] as const).map(
    (outputPadding): Refusal => [
      () => convTransposeGeometry("convTranspose1d", x, [4, 6, 3], { stride: 2, outputPadding }),
      "conv-transpose",
      "convTranspose1d",
      { outputPadding },
    ],
  ),
  [() => poolGeometry("maxPool1d", 1, [2, 3], { window: 2 }), "pool", "maxPool1d", { shape: [2, 3], window: 2 }],
  [
    () => poolGeometry("maxPool1d", 1, x, { window: 10 }),
    "pool",
    "maxPool1d: a window of 10",
    { shape: x, window: 10 },
  ],
  [() => poolGeometry("maxPool1d", 1, x, { window: 0 }), "conv", "maxPool1d: window", { window: 0 }],
  // What the types refuse, but JavaScript lets through.
  [() => checkSizes("zeros", typed(5)), "not-a-shape", "zeros: a shape is an array of sizes, got 5", { shape: 5 }],
  [
    () => checkSizes("zeros", typed(undefined)),
    "not-a-shape",
    "zeros: a shape is an array of sizes, got nothing",
    { shape: undefined },
  ],
  [() => reshapeShape([6], typed(6)), "not-a-shape", "reshape: a shape is an array of sizes, got 6", { to: 6 }],
  [() => nestedShape(typed("text")), "element", "string", {}],
  [() => nestedShape(typed(null)), "element", "null", {}],
  [() => nestedShape(typed([undefined])), "element", "undefined", {}],
  [() => nestedShape(typed(Promise.resolve(1))), "promise", "a promise", {}],
  [
    () => nestedShape([[1], [2, 3]]),
    "ragged",
    "tensor: ragged array, [1] at index 0 and [2] at index 1",
    { index: 1, shapes: [[1], [2]] },
  ],
  [() => convGeometry("conv1d", x, kernel, { padding: typed("full") }), "conv", "conv1d: padding", { padding: "full" }],
  // One entry of several is enough.
  [
    () => convGeometry("conv2d", [1, 1, 3, 3], [1, 1, 1, 1], { stride: [1, 0] }),
    "conv",
    "conv2d: stride",
    { stride: [1, 0] },
  ],
  [
    () =>
      convGeometry("conv2d", [1, 1, 3, 3], [1, 1, 1, 1], {
        padding: [
          [0, 0],
          [-1, 0],
        ],
      }),
    "conv",
    "conv2d: padding",
    {
      padding: [
        [0, 0],
        [-1, 0],
      ],
    },
  ],
  [
    () => convTransposeGeometry("convTranspose2d", [1, 1, 3, 3], [1, 1, 1, 1], { stride: 2, outputPadding: [1, 2] }),
    "conv-transpose",
    "convTranspose2d",
    { outputPadding: [1, 2] },
  ],
]

describe("a refused shape", () => {
  it.each(refusals.map((refusal) => [`${refusal[0]}`.slice(6), refusal] as const))(
    "%s",
    (_, [refused, code, sentence, details]) => {
      let thrown: unknown
      try {
        refused()
      } catch (error) {
        thrown = error
      }
      if (!(thrown instanceof ShapeError)) throw new Error("no ShapeError", { cause: thrown })
      expect(thrown.code).toBe(`shape-${code}`)
      expect(thrown.message).toContain(sentence)
      expect(thrown.details).toEqual(details)
    },
  )
})
