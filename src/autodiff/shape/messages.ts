// The sentences that say why shapes or dtypes do not fit. The types under ./types/ say the same sentences at compile
// time, word for word; test/shape/wording.test.ts compares the two.

export type Sizes = readonly number[]

/** `[2, 3]`, as every message prints a shape. */
export const showShape = (shape: readonly (number | string)[]): string => `[${shape.join(", ")}]`

// ---- broadcasting ----------------------------------------------------------------------------------------------

export const cannotBroadcast = (op: string, a: Sizes, b: Sizes, left: number, right: number): string =>
  `${op}: cannot broadcast ${showShape(a)} with ${showShape(b)} (${left} against ${right})`

export const cannotStretch = (op: string, from: Sizes, to: Sizes): string =>
  `${op}: cannot stretch ${showShape(from)} to ${showShape(to)}`

// ---- sizes and axes --------------------------------------------------------------------------------------------

export const badSize = (op: string, shape: Sizes): string =>
  `${op}: sizes must be whole numbers, 0 or more, got ${showShape(shape)}`

export const notAShape = (op: string, found: unknown): string =>
  `${op}: a shape is an array of sizes, got ${found === undefined ? "nothing" : String(found)}`

export const axisOutOfRange = (op: string, axis: number, shape: Sizes): string =>
  `${op}: axis ${axis} is out of range for ${showShape(shape)}`

export const axisNamedTwice = (op: string, axis: number, shape: Sizes): string =>
  `${op}: axis ${axis} of ${showShape(shape)} is named twice`

export const cannotSqueeze = (axis: number, shape: Sizes): string =>
  `squeeze: axis ${axis} of ${showShape(shape)} has size ${shape[axis]}, not 1`

export const notAPermutation = (permutation: Sizes, shape: Sizes): string =>
  `transpose: ${showShape(permutation)} does not permute the axes of ${showShape(shape)}`

// ---- contraction -----------------------------------------------------------------------------------------------

export const matmulWithoutAxes = (side: "left" | "right"): string =>
  `matmul: the ${side} operand needs at least one axis, got []`

export const innerSizesDiffer = (a: Sizes, b: Sizes, left: number, right: number): string =>
  `matmul: inner sizes differ, ${left} and ${right}, in ${showShape(a)} x ${showShape(b)}`

export const einsumWithoutArrow = (pattern: string): string => `einsum "${pattern}": there is no ->`

export const einsumAxisDiffers = (
  pattern: string,
  axis: string,
  size: number,
  other: number,
  operand: number,
): string => `einsum "${pattern}": axis ${axis} is ${size} and also ${other} (operand ${operand})`

export const einsumRank = (pattern: string, operand: number, which: "fewer" | "more"): string =>
  `einsum "${pattern}": operand ${operand} has ${which} axes than the pattern names`

export const einsumOperands = (pattern: string, which: "fewer" | "more"): string =>
  `einsum "${pattern}": ${which} operands than the pattern names`

export const einsumUnknownOutput = (pattern: string, axis: string): string =>
  `einsum "${pattern}": output axis ${axis} is not in any operand`

export const einsumEllipsisTwice = (pattern: string): string => `einsum "${pattern}": ... stands twice in one term`

export const einsumRepeatedOutput = (pattern: string, axis: string): string =>
  `einsum "${pattern}": output axis ${axis} is named twice`

// ---- linear algebra --------------------------------------------------------------------------------------------

export const notMatrices = (op: string, shape: Sizes): string =>
  `${op}: takes matrices, at least two axes, got ${showShape(shape)}`

export const notSquare = (op: string, shape: Sizes): string => `${op}: takes square matrices, got ${showShape(shape)}`

export const rightHandSide = (op: string, a: Sizes, b: Sizes): string =>
  `${op}: a right-hand side of ${showShape(b)} does not fit ${showShape(a)}`

export const notThree = (op: string, axis: number, shape: Sizes): string =>
  `${op}: takes vectors of 3 on axis ${axis}, got ${showShape(shape)}`

export const sizesDiffer = (op: string, a: Sizes, b: Sizes): string =>
  `${op}: the numbers of elements differ, ${showShape(a)} and ${showShape(b)}`

export const lastAxesDiffer = (a: Sizes, b: Sizes): string =>
  `inner: last axes differ, ${showShape(a)} and ${showShape(b)}`

export const summedAxesDiffer = (a: Sizes, b: Sizes): string =>
  `tensordot: the summed axes of ${showShape(a)} and ${showShape(b)} differ`

// ---- convolution -----------------------------------------------------------------------------------------------

export const convInputRank = (op: string, layout: string, shape: Sizes): string =>
  `${op}: the input needs axes ${layout}, got ${showShape(shape)}`

export const convKernelRank = (op: string, layout: string, shape: Sizes): string =>
  `${op}: the kernel needs axes ${layout}, got ${showShape(shape)}`

export const convChannels = (op: string, channels: number, groups: number, perGroup: number): string =>
  `${op}: ${channels} channels in ${groups} groups do not fit a kernel of ${perGroup} channels`

export const convGroups = (op: string, groups: number, outputs: number): string =>
  `${op}: ${groups} groups do not divide ${outputs} output channels`

export const convWindow = (op: string, window: number, size: number, axis: number): string =>
  `${op}: a window of ${window} does not fit ${size} on axis ${axis}`

export const convOption = (op: string, option: string, value: unknown): string =>
  `${op}: ${option} must be a whole number of at least 1 per spatial axis, got ${JSON.stringify(value)}`

export const convPadding = (op: string, value: unknown): string =>
  `${op}: padding must be "valid", "same", a whole number, or one [low, high] per spatial axis, got ${JSON.stringify(value)}`

export const convTransposeChannels = (op: string, channels: number, inputs: number): string =>
  `${op}: ${channels} channels do not fit a kernel for ${inputs} channels`

export const convInputGroups = (op: string, groups: number, channels: number): string =>
  `${op}: ${groups} groups do not divide ${channels} input channels`

export const convTransposeEmpty = (op: string, low: number, high: number, full: number, axis: number): string =>
  `${op}: padding [${low}, ${high}] leaves nothing of ${full} on axis ${axis}`

export const convOutputPadding = (op: string, value: unknown): string =>
  `${op}: outputPadding must be a whole number below stride or dilation per spatial axis, got ${JSON.stringify(value)}`

// ---- Fourier transforms ----------------------------------------------------------------------------------------

export const irfftLength = (count: number, axis: number, shape: Sizes, length: number): string =>
  `irfft: ${count} frequencies on axis ${axis} of ${showShape(shape)} make no ${length} elements`

// ---- shaping ---------------------------------------------------------------------------------------------------

export const reshapeCounts = (from: Sizes, to: Sizes, have: number, need: number): string =>
  `reshape: ${showShape(from)} has ${have} elements, ${showShape(to)} has ${need}`

export const reshapeRest = (from: Sizes, to: Sizes): string =>
  `reshape: no size for -1 makes ${showShape(to)} hold the elements of ${showShape(from)}`

export const reshapeTwoUnknown = (to: Sizes): string => `reshape: only one size may be -1, got ${showShape(to)}`

export const joinNothing = (op: string): string => `${op}: needs at least one tensor`

export const ranksDiffer = (op: string, a: Sizes, b: Sizes): string =>
  `${op}: ranks differ, ${showShape(a)} and ${showShape(b)}`

export const differOffAxis = (
  op: string,
  axis: number,
  a: Sizes,
  b: Sizes,
  left: number,
  right: number,
  at: number,
): string =>
  `${op} on axis ${axis}: ${showShape(a)} and ${showShape(b)} do not fit (${left} against ${right} on axis ${at})`

export const shapesDiffer = (op: string, a: Sizes, b: Sizes): string =>
  `${op}: shapes differ, ${showShape(a)} and ${showShape(b)}`

export const cannotSplit = (parts: number, axis: number, shape: Sizes): string =>
  `split: ${parts} parts do not divide axis ${axis} of ${showShape(shape)}`

export const badCuts = (cuts: Sizes, axis: number, shape: Sizes): string =>
  `split: cuts ${showShape(cuts)} do not rise within axis ${axis} of ${showShape(shape)}`

export const needsTwoAxes = (op: string, shape: Sizes): string =>
  `${op}: needs at least two axes, got ${showShape(shape)}`

export const oneOrTwoAxes = (op: string, shape: Sizes): string =>
  `${op}: takes one or two axes, got ${showShape(shape)}`

export const notTwoAxes = (op: string, first: number, second: number, shape: Sizes): string =>
  `${op}: axes ${first} and ${second} of ${showShape(shape)} are one`

export const notAVector = (op: string, shape: Sizes): string =>
  `${op}: takes tensors of one axis, got ${showShape(shape)}`

// ---- parts of a tensor -----------------------------------------------------------------------------------------

export const perAxis = (op: string, what: string, shape: Sizes, got: number): string =>
  `${op}: ${what} needs one entry per axis of ${showShape(shape)}, got ${got}`

export const sliceOutOfRange = (start: number, end: number, axis: number, shape: Sizes): string =>
  `slice: ${start} to ${end} is no range on axis ${axis} of ${showShape(shape)}`

export const windowTooLarge = (op: string, window: number, axis: number, shape: Sizes): string =>
  `${op}: a window of ${window} does not fit axis ${axis} of ${showShape(shape)}`

export const badPad = (low: number, high: number, axis: number): string =>
  `pad: amounts must be whole numbers, 0 or more, got [${low}, ${high}] on axis ${axis}`

export const indexOutOfRange = (op: string, index: number, axis: number, shape: Sizes): string =>
  `${op}: index ${index} is out of range on axis ${axis} of ${showShape(shape)}`

export const tooManyIndices = (op: string, count: number, shape: Sizes): string =>
  `${op}: ${count} indices for the ${shape.length} axes of ${showShape(shape)}`

export const noRange = (op: string, start: number, end: number, axis: number, shape: Sizes): string =>
  `${op}: ${start} to ${end} is no range on axis ${axis} of ${showShape(shape)}`

export const idsDoNotFit = (op: string, ids: Sizes, shape: Sizes): string =>
  `${op}: ids ${showShape(ids)} do not fit axis 0 of ${showShape(shape)}`

// ---- nested arrays, narrowing ----------------------------------------------------------------------------------

export const ragged = (first: Sizes, other: Sizes, index: number): string =>
  `tensor: ragged array, ${showShape(first)} at index 0 and ${showShape(other)} at index ${index}`

export const wrongElement = (found: string): string => `tensor: elements are numbers or booleans, got ${found}`

export const dataLength = (shape: Sizes, have: number, need: number): string =>
  `tensor: ${showShape(shape)} needs ${need} elements, got ${have}`

export const notTheShape = (expected: Sizes, got: Sizes): string =>
  `expectShape: expected ${showShape(expected)}, got ${showShape(got)}`

// ---- statistics, normalisations, losses ------------------------------------------------------------------------

export const cannotHalve = (op: string, axis: number, shape: Sizes): string =>
  `${op}: axis ${axis} of ${showShape(shape)} has no halves`

export const averageWeights = (weights: Sizes, shape: Sizes): string =>
  `average: weights ${showShape(weights)} fit neither ${showShape(shape)} nor the one axis averaged over`

export const notObservations = (op: string, shape: Sizes): string =>
  `${op}: takes [observations] or [variables, observations], got ${showShape(shape)}`

export const normOperand = (op: string, what: string, got: Sizes, axes: Sizes, shape: Sizes): string =>
  `${op}: ${what} ${showShape(got)} does not fit the normalised axes ${showShape(axes)} of ${showShape(shape)}`

export const groupsOfChannels = (groups: number, shape: Sizes): string =>
  `groupNorm: ${groups} groups do not divide axis 1 of ${showShape(shape)}`

export const groupNormOperand = (what: string, got: Sizes, shape: Sizes): string =>
  `groupNorm: ${what} ${showShape(got)} has not one entry per channel of ${showShape(shape)}`

export const labelsFitNeither = (labels: Sizes, batch: Sizes, logits: Sizes): string =>
  `crossEntropy: labels ${showShape(labels)} fit neither ${showShape(batch)} (class numbers) nor ${showShape(logits)} (distributions)`

// ---- dtypes ----------------------------------------------------------------------------------------------------

export const doNotMix = (op: string, a: string, b: string): string => `${op}: ${a} and ${b} do not mix; cast one`

export const noFraction = (op: string, value: number, dtype: string): string =>
  `${op}: ${value} is no ${dtype}; cast the tensor to f32 first`

export const noArithmetic = (op: string, dtype: string): string => `${op}: ${dtype} has no arithmetic; cast it first`

export const keyIsNoNumber = (op: string): string =>
  `${op}: a key is no number; draw from it with random.bits or random.uniform`

export const wholeOnly = (op: string, t: string): string => `${op}: takes i32 or u32, got ${t}; cast it first`
export const floatsOnly = (op: string, dtype: string): string => `${op}: takes f32 or f64, got ${dtype}; cast it first`

export const parameterDType = (op: string, parameter: string, drawn: string): string =>
  `${op}: a parameter is ${parameter} and the draw ${drawn}; cast it, or choose the dtype with { dtype }`

export const boolOnly = (op: string, dtype: string): string => `${op}: takes bool, got ${dtype}; compare it first`

export const indicesOnly = (op: string, dtype: string): string => `${op}: indices must be i32 or u32, got ${dtype}`

// ---- transforms ------------------------------------------------------------------------------------------------

export const lossNotScalar = (op: string, shape: Sizes): string =>
  `${op}: the loss must be a scalar, got ${showShape(shape)}`

export const lossNotFloat = (op: string, dtype: string): string => `${op}: the loss must be f32 or f64, got ${dtype}`

export const lossNotTensor = (op: string): string => `${op}: the function must return a scalar tensor`

export const lossWithoutAux = (op: string): string => `${op}: with hasAux the function returns [loss, aux]`

export const asyncFunction = (op: string): string =>
  `${op}: the function is async; give a synchronous one and await outside`

export const notDifferentiable = (op: string, path: string, dtype: string): string =>
  `${op}: ${path} is ${dtype}; only f32 and f64 have gradients`

export const carryChanged = (op: string, path: string, before: string, after: string): string =>
  `${op}: ${path} enters as ${before} and leaves as ${after}`

export const branchesDiffer = (op: string, path: string, first: string, other: string): string =>
  `${op}: the branches differ, ${path} is ${first} and ${other}`

export const lengthsDiffer = (op: string, first: number, other: number): string =>
  `${op}: the mapped sizes differ, ${first} and ${other}`
