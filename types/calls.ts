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
}

/** A module of `count` calls, the kinds in turn; without calls it is what the operands alone cost. */
export function mixedCalls(count: number, withCalls: boolean, chosen: readonly Kind[] = Object.values(kinds)): string {
  const lines = [
    `import { add, concat, conv2d, einsum, exp, jit, less, matmul, mean, mul, reshape, scan, slice, softmax, sum, take, transpose, valueAndGrad, vmap } from "cotangent"`,
    `import type { F32 } from "cotangent"`,
    `export const used = [add, concat, conv2d, einsum, exp, jit, less, matmul, mean, mul, reshape, scan, slice, softmax, sum, take, transpose, valueAndGrad, vmap]`,
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
