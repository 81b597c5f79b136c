/**
 * What to do about an error, by its code, where the sentence itself says only what was asked and found: those sentences are
 * also the compiler's, and a type's message has one line. Printed below the sentence.
 */
export const advice: Readonly<Record<string, string>> = {
  "shape-broadcast":
    "sizes must be equal or 1, counted from the last axis; expandDims or reshape puts an axis of size 1 where one is missing",
  "shape-stretch": "only axes of size 1 stretch, counted from the last axis; expandDims adds one",
  "shape-matmul": "the last axis on the left meets the last but one on the right; transpose one of them",
  "shape-matmul-scalar": "multiply by a scalar with mul",
  "shape-not-a-shape": "write [3], and [] for a scalar",
  "shape-einsum":
    'name every axis of every operand, as in einsum("b i k, b k j -> b i j", a, b); a name has one size wherever it stands',
  "shape-matrices": "the last two axes are a matrix, all before them a batch; expandDims adds an axis",
  "shape-square": "the last two axes are a matrix, all before them a batch; lstsq, pinv, qr and svd take any sizes",
  "shape-system":
    "it has as many rows as the matrix: [n] or […, n, k] for […, n, n]; a batch of vectors needs a last axis of 1",
  "shape-ragged": "make the rows equally long, for example by padding them",
  "shape-data": "give another shape, or all of the elements",
  "shape-element": "nest arrays of numbers or booleans",
  "shape-promise": "await it first, as in tensor(await x.array())",
  "shape-axis": "axes count from 0, or from -1 at the end",
  "shape-reshape": "a reshape keeps the number of elements; slice or pad first to have a number that divides",
  "shape-expected": "slice or pad the tensor, or expect the shape that it has",
  "shape-index": "positions count from 0, or from -1 at the end",
  "shape-slice": "give a start and an end for every axis, start first; negative positions count from the end",
  "shape-pad": "give [low, high] for every axis; slice cuts cells off",
  "shape-size": "compute the size with Math.floor or Math.max before it becomes part of a shape",
  "shape-split": "choose a number of parts that divides the axis, or cut with slice",
  "shape-squeeze": "only axes of size 1 can go; reduce the axis with sum or take one element with take",
  "shape-transpose": "name every axis once, as in transpose(x, [1, 0])",
  "shape-join": "tensors that are joined agree on every other axis; slice, pad or reshape first",
  "shape-join-nothing": "an empty list has no dtype and no other sizes; begin with a tensor, or make one with zeros",
  "shape-conv": "images are [N, C, H, W], kernels [out, in / groups, kh, kw]",
  "shape-conv-transpose": "images are [N, C, H, W], kernels [in, out / groups, kh, kw]",
  "shape-irfft": "m frequencies make 2 m - 2 or 2 m - 1 elements; slice or pad them first",
  "shape-fft": "a transform needs at least one element",
  "shape-resize": "give one size per axis, the old one for an axis that stays",
  "shape-pool": "images are [N, C, H, W]; padding makes room for a larger window",
  "loss-shape": "reduce it with sum or mean; for all derivatives of a tensor use jacrev, for a given cotangent vjp",
  "loss-dtype":
    "only floats have gradients: argmax, comparisons and casts to integers have none; use softmax or a loss",
  loss: "return the loss itself, or [loss, aux] with { hasAux: true }",
  aux: "return [loss, aux], or leave hasAux out",
  argnums: "count arguments from 0",
  "not-differentiable":
    "cast it to f32, or leave it out of what is differentiated by: pass it as another argument or close over it",
  tangent:
    "give each argument a tangent, and each result a cotangent, of its own shape and dtype; zerosLike(x) for none",
  "custom-rule": "a rule gives a tangent for each result, or a cotangent for each argument, of its own shape and dtype",
  "vmap-size":
    "mapped arguments share one size: take the partial last batch out of all of them, or map with null what is shared",
  "scan-size": "the sequences of a scan share their leading axis; slice them to one length",
  carry: "broadcast or cast the initial carry to the shape and dtype that the function returns",
  branches: "bring both to one shape and dtype with broadcastTo and cast",
  "carry-structure": "return a tree of the same keys and lists as the initial carry, leaf for leaf",
  "branch-structure": "return trees of the same keys and lists from all branches; zeros for what one of them lacks",
  nan: "the line below asked for the operation; bound its operand with maximum or clip, or choose with where before it",
  index: "clip the indices, or leave `checked` out: then a read outside gives 0",
}

export const adviceFor = (code: string): string | undefined => advice[code]
