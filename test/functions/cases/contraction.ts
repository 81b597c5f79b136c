/** Sums of products. */
import { dot, einsum, matmul, outer } from "cotangent"
import { type FunctionCase, floats, functionCase } from "../case.ts"

export const contraction: readonly FunctionCase[] = [
  functionCase({
    name: "matmul",
    args: [floats([2, 1, 2, 3]), floats([4, 3, 2])],
    of: (a, b) => matmul(a, b),
    torch: "a @ b",
  }),
  functionCase({ name: "dot", args: [floats([4]), floats([4])], of: (a, b) => dot(a, b), torch: "torch.dot(a, b)" }),
  functionCase({
    name: "outer",
    args: [floats([2]), floats([3])],
    of: (a, b) => outer(a, b),
    exact: (a, b) => [a.data.flatMap((x) => b.data.map((y) => x * y))],
    torch: "torch.outer(a, b)",
  }),
  functionCase({
    name: "einsum",
    args: [floats([2, 3, 4]), floats([2, 4, 2])],
    of: (a, b) => einsum("b i k, b k j -> b i j", a, b),
    torch: 'torch.einsum("bik,bkj->bij", a, b)',
  }),
  functionCase({
    name: "einsum",
    note: "letters, a chain",
    args: [floats([2, 5]), floats([5, 3]), floats([3, 4])],
    of: (a, b, c) => einsum("ij,jk,kl->li", a, b, c),
    torch: 'torch.einsum("ij,jk,kl->li", a, b, c)',
  }),
  functionCase({
    name: "einsum",
    note: "trace, sums and a diagonal",
    args: [floats([3, 3, 2]), floats([3, 4])],
    of: (a, b) => einsum("i i j, i k -> i", a, b),
    torch: 'torch.einsum("iij,ik->i", a, b)',
  }),
  functionCase({
    name: "einsum",
    note: "broadcasting ...",
    args: [floats([2, 1, 2, 3]), floats([4, 3, 2])],
    of: (a, b) => einsum("... i k, ... k j -> ... j i", a, b),
    torch: 'torch.einsum("...ik,...kj->...ji", a, b)',
  }),
  functionCase({
    name: "einsum",
    note: "one operand turned",
    args: [floats([2, 3, 4])],
    of: (a) => einsum("i...->...i", a),
    torch: 'torch.einsum("i...->...i", a)',
  }),
]
