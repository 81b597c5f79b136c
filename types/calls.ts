/**
 * Writes programs of mixed calls, to see what the types cost the compiler. Sizes differ from call to call, so that one
 * call's work is not remembered for the next, and operands are declared, so that only the call itself is counted.
 */

/** Operands and one call on them, for call number i. */
export type Kind = (i: number) => { readonly operands: string; readonly call: string }

const tensorOf = (name: string, ...shape: readonly number[]): string =>
  `declare const ${name}: F32<[${shape.join(", ")}]>\n`

export const kinds: Readonly<Record<string, Kind>> = {
  matmul: (i) => ({
    operands: tensorOf(`a${i}`, 30 + i, 700 + i) + tensorOf(`b${i}`, 700 + i, 60 + i),
    call: `matmul(a${i}, b${i})`,
  }),
  "add, one shape": (i) => ({
    operands: tensorOf(`a${i}`, 30 + i, 7, 9) + tensorOf(`b${i}`, 30 + i, 7, 9),
    call: `add(a${i}, b${i})`,
  }),
  "add, broadcast both ways": (i) => ({
    operands: tensorOf(`a${i}`, 30 + i, 1, 9) + tensorOf(`b${i}`, 7 + i, 9),
    call: `add(a${i}, b${i})`,
  }),
  "mul by a number": (i) => ({ operands: tensorOf(`a${i}`, 30 + i, 7), call: `mul(a${i}, 0.${i + 1})` }),
  less: (i) => ({ operands: tensorOf(`a${i}`, 30 + i, 7) + tensorOf(`b${i}`, 7), call: `less(a${i}, b${i})` }),
  exp: (i) => ({ operands: tensorOf(`a${i}`, 30 + i, 7), call: `exp(a${i})` }),
  reshape: (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 3, 224, 224),
    call: `reshape(a${i}, [${32 + i}, 150528])`,
  }),
  "reshape with -1": (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7, 64), call: `reshape(a${i}, [-1, 64])` }),
  transpose: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7, 64), call: `transpose(a${i}, [2, 0, 1])` }),
  einsum: (i) => ({
    operands: tensorOf(`a${i}`, 8, 16 + i, 32) + tensorOf(`b${i}`, 8, 32, 64 + i),
    call: `einsum("b i k, b k j -> b i j", a${i}, b${i})`,
  }),
  sum: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7, 64), call: `sum(a${i}, { axis: [0, -1] })` }),
  "mean, keepDims": (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 7, 64),
    call: `mean(a${i}, { axis: -1, keepDims: true })`,
  }),
  softmax: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7), call: `softmax(a${i})` }),
  concat: (i) => ({
    operands: tensorOf(`a${i}`, 32, 40 + i) + tensorOf(`b${i}`, 32, 7),
    call: `concat([a${i}, b${i}], { axis: 1 })`,
  }),
  slice: (i) => ({ operands: tensorOf(`a${i}`, 132 + i, 7), call: `slice(a${i}, [${i}, 0], [${i + 32}, 7])` }),
  take: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7, 64), call: `take(a${i}, ${i % 7}, { axis: 1 })` }),
  conv2d: (i) => ({
    operands: tensorOf(`a${i}`, 8, 3, 32 + i, 32) + tensorOf(`b${i}`, 16 + i, 3, 3, 3),
    call: `conv2d(a${i}, b${i}, { stride: 2, padding: 1 })`,
  }),
  valueAndGrad: (i) => ({
    operands: `declare const p${i}: { w: F32<[${30 + i}, 10]>; b: F32<[10]> }\n`,
    call: `valueAndGrad((p: typeof p${i}) => sum(p.w))(p${i})`,
  }),
  vmap: (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 7),
    call: `vmap((x: F32<[7]>) => exp(x))(a${i})`,
  }),
  scan: (i) => ({
    operands: tensorOf(`a${i}`, 20, 30 + i) + tensorOf(`c${i}`, 30 + i),
    call: `scan((c, x) => [add(c, x), c], c${i}, a${i})`,
  }),
  jit: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 7), call: `jit((x: F32<[${32 + i}, 7]>) => exp(x))(a${i})` }),
  "einsum, letters": (i) => ({
    operands: tensorOf(`a${i}`, 8, 16 + i, 32) + tensorOf(`b${i}`, 32, 64 + i),
    call: `einsum("...ij,jk->...ik", a${i}, b${i})`,
  }),
  tensordot: (i) => ({
    operands: tensorOf(`a${i}`, 5, 30 + i, 7) + tensorOf(`b${i}`, 30 + i, 7, 9),
    call: `tensordot(a${i}, b${i})`,
  }),
  solve: (i) => ({
    operands: tensorOf(`a${i}`, 4, 30 + i, 30 + i) + tensorOf(`b${i}`, 30 + i, 7),
    call: `solve(a${i}, b${i})`,
  }),
  cholesky: (i) => ({ operands: tensorOf(`a${i}`, 4, 30 + i, 30 + i), call: `cholesky(a${i})` }),
  svd: (i) => ({ operands: tensorOf(`a${i}`, 4, 30 + i, 9), call: `svd(a${i})` }),
  norm: (i) => ({ operands: tensorOf(`a${i}`, 4, 30 + i, 9), call: `norm(a${i}, { axis: -1 })` }),
  rfft: (i) => ({ operands: tensorOf(`a${i}`, 4, 30 + i), call: `rfft(a${i})` }),
  maxPool2d: (i) => ({ operands: tensorOf(`a${i}`, 8, 3, 32 + i, 32), call: `maxPool2d(a${i}, { window: 2 })` }),
  convTranspose2d: (i) => ({
    operands: tensorOf(`a${i}`, 8, 3, 32 + i, 32) + tensorOf(`b${i}`, 3, 16 + i, 3, 3),
    call: `convTranspose2d(a${i}, b${i}, { stride: 2 })`,
  }),
  resize: (i) => ({ operands: tensorOf(`a${i}`, 8, 3, 32 + i, 32), call: `resize(a${i}, [8, 3, ${64 + i}, 64])` }),
  "at, set": (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 7, 9) + tensorOf(`b${i}`, 9),
    call: `at(a${i}, ${i % 7}, [1, 4]).set(b${i})`,
  }),
  dynamicSlice: (i) => ({ operands: tensorOf(`a${i}`, 132 + i, 7), call: `dynamicSlice(a${i}, [${i}, 0], [4, 7])` }),
  segmentSum: (i) => ({
    operands: `${tensorOf(`a${i}`, 32 + i, 7)}declare const b${i}: Tensor<[${32 + i}], "i32">\n`,
    call: `segmentSum(a${i}, b${i}, { segments: 5 })`,
  }),
  split: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 9), call: `split(a${i}, 3, { axis: 1 })` }),
  topK: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 9), call: `topK(a${i}, 3)` }),
  "crossEntropy, classes": (i) => ({
    operands: `${tensorOf(`a${i}`, 32 + i, 10)}declare const b${i}: Tensor<[${32 + i}], "i32">\n`,
    call: `crossEntropy(a${i}, b${i})`,
  }),
  "crossEntropy, shares": (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 10) + tensorOf(`b${i}`, 32 + i, 10),
    call: `crossEntropy(a${i}, b${i})`,
  }),
  meanSquaredError: (i) => ({
    operands: tensorOf(`a${i}`, 32 + i, 10) + tensorOf(`b${i}`, 32 + i, 10),
    call: `meanSquaredError(a${i}, b${i})`,
  }),
  layerNorm: (i) => ({
    operands: tensorOf(`a${i}`, 32, 10, 64 + i) + tensorOf(`b${i}`, 64 + i),
    call: `layerNorm(a${i}, { scale: b${i}, bias: b${i} })`,
  }),
  quantile: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 10), call: `quantile(a${i}, [0.1, 0.9], { axis: 0 })` }),
  cumsum: (i) => ({ operands: tensorOf(`a${i}`, 32 + i, 10), call: `cumsum(a${i}, { axis: 0 })` }),
  "random.normal": (i) => ({
    operands: `declare const k${i}: Key\n${tensorOf(`a${i}`, 10)}`,
    call: `random.normal(k${i}, [${32 + i}, 10], { mean: a${i} })`,
  }),
  "random.categorical": (i) => ({
    operands: `declare const k${i}: Key\n${tensorOf(`a${i}`, 32 + i, 10)}`,
    call: `random.categorical(k${i}, a${i})`,
  }),
  "laws.gradients": (i) => ({
    operands: "",
    call: `laws.gradients((x: F32<[${32 + i}, 7]>) => tanh(x), [tensors({ shape: [${32 + i}, 7] })])`,
  }),
}

/** What the calls use. */
const names = [
  "add",
  "at",
  "cholesky",
  "concat",
  "conv2d",
  "convTranspose2d",
  "crossEntropy",
  "cumsum",
  "dynamicSlice",
  "einsum",
  "exp",
  "jit",
  "layerNorm",
  "less",
  "matmul",
  "maxPool2d",
  "mean",
  "meanSquaredError",
  "mul",
  "norm",
  "quantile",
  "random",
  "reshape",
  "resize",
  "rfft",
  "scan",
  "segmentSum",
  "slice",
  "softmax",
  "solve",
  "split",
  "sum",
  "svd",
  "take",
  "tanh",
  "tensordot",
  "topK",
  "transpose",
  "valueAndGrad",
  "vmap",
].join(", ")

/** A module of `count` calls, the kinds in turn; without calls it is what the operands alone cost. */
export function mixedCalls(count: number, withCalls: boolean, chosen: readonly Kind[] = Object.values(kinds)): string {
  const lines = [
    `import { ${names} } from "cotangent"`,
    `import type { F32, Key, Tensor } from "cotangent"`,
    `import { laws, tensors } from "cotangent/testing"`,
    `export const used = [${names}, laws, tensors]`,
  ]
  for (let i = 0; i < count; i++) {
    const kind = chosen[i % chosen.length]
    if (kind === undefined) continue
    const { operands, call } = kind(i)
    lines.push(operands)
    if (withCalls) lines.push(`export const r${i} = ${call}`)
  }
  return lines.join("\n")
}
