/**
 * What every primitive computes, written a second time as plain loops in doubles: nothing here knows a Loop. Families have
 * files of their own in truths/.
 */
import type { PrimitiveName } from "../../src/autodiff/primitives/registry.ts"
import { convolution } from "./truths/convolution.ts"
import { cumulative } from "./truths/cumulative.ts"
import { fft } from "./truths/fft.ts"
import { indexing } from "./truths/indexing.ts"
import { linalg } from "./truths/linalg.ts"
import {
  best,
  each,
  fill,
  folding,
  type Index,
  indices,
  numbers,
  one,
  read,
  replaced,
  stretched,
  type Truth,
  two,
} from "./truths/plain.ts"
import { resize } from "./truths/resize.ts"
import { scalar } from "./truths/scalar.ts"

export const truths: Readonly<Record<Exclude<PrimitiveName, "keyToWords" | "wordsToKey" | "threefry">, Truth>> = {
  ...convolution,
  ...cumulative,
  ...fft,
  ...resize,
  ...indexing,
  ...scalar,
  abs: one(Math.abs),
  add: two((x, y) => x + y),
  sub: two((x, y) => x - y),
  mul: two((x, y) => x * y),
  div: two((x, y) => x / y),
  rem: two((x, y) => x % y),
  pow: two((x, y) => x ** y),
  neg: one((x) => -x),
  exp: one(Math.exp),
  log: one(Math.log),
  sin: one(Math.sin),
  cos: one(Math.cos),
  tanh: one(Math.tanh),
  sqrt: one(Math.sqrt),
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  maximum: two(Math.max),
  minimum: two(Math.min),
  less: two((x, y) => Number(x < y)),
  lessEqual: two((x, y) => Number(x <= y)),
  equal: two((x, y) => Number(x === y)),
  notEqual: two((x, y) => Number(x !== y)),
  stopGradient: one((x) => x),
  where: each((test = 0, x = 0, y = 0) => (test === 0 ? y : x)),
  cast: (operands, { dtype }) =>
    one((x) => (dtype === "i32" ? Math.trunc(x) | 0 : dtype === "bool" ? Number(x !== 0) : x))(operands, {}),
  and: two((x, y) => x & y),
  or: two((x, y) => x | y),
  xor: two((x, y) => x ^ y),
  not: one((x) => ~x),
  shiftLeft: two((x, y) => x << y),
  shiftRight: two((x, y) => x >> y),
  sum: folding((xs) => xs.reduce((a, b) => a + b, 0)),
  prod: folding((xs) => xs.reduce((a, b) => a * b, 1)),
  reduceMax: folding((xs) => Math.max(...xs)),
  reduceMin: folding((xs) => Math.min(...xs)),
  all: folding((xs) => Number(xs.every((x) => x !== 0))),
  any: folding((xs) => Number(xs.some((x) => x !== 0))),
  argmax: folding(best((a, b) => a > b)),
  argmin: folding(best((a, b) => a < b)),
  iota: (_, { size }) => [fill([Number(size)], ([i = 0]) => i)],
  reshape: ([x], { shape }) => [{ shape: numbers(shape), data: x?.data ?? [] }],
  broadcast: ([x], { shape }) => [fill(numbers(shape), (i) => (x === undefined ? 0 : stretched(x, i)))],
  transpose: ([x], { permutation }) => {
    const order = numbers(permutation)
    return [
      fill(
        order.map((axis) => x?.shape[axis] ?? 1),
        (i) =>
          read(
            x,
            order.map((_, axis) => i[order.indexOf(axis)] ?? 0),
          ),
      ),
    ]
  },
  slice: ([x], { start, step, size }) => [
    fill(numbers(size), (i) =>
      read(
        x,
        i.map((k, d) => (numbers(start)[d] ?? 0) + k * (numbers(step)[d] ?? 1)),
      ),
    ),
  ],
  pad: ([x, border], { amounts }) => {
    const by = Array.isArray(amounts) ? amounts.map(numbers) : []
    const shape = (x?.shape ?? []).map((n, d) => n + (by[d]?.[0] ?? 0) + (by[d]?.[1] ?? 0))
    return [
      fill(shape, (i) => {
        const at = i.map((k, d) => k - (by[d]?.[0] ?? 0))
        const inside = at.every((k, d) => k >= 0 && k < (x?.shape[d] ?? 0))
        return inside ? read(x, at) : (border?.data[0] ?? 0)
      }),
    ]
  },
  concat: (operands, { axis }) => {
    const d = Number(axis)
    const rows = operands.flatMap((x) => Array.from({ length: x.shape[d] ?? 0 }, (_, k) => [x, k] as const))
    const shape = (operands[0]?.shape ?? []).map((n, e) => (e === d ? rows.length : n))
    return [
      fill(shape, (i) => {
        const [x, k] = rows[i[d] ?? 0] ?? [undefined, 0]
        return read(x, replaced(i, d, [k]))
      }),
    ]
  },
  take: ([x, which], { axis }) => {
    const d = Number(axis)
    const places = which?.shape ?? []
    return [
      fill(replaced(x?.shape ?? [], d, places), (i) => {
        const at = read(which, i.slice(d, d + places.length))
        return read(x, [...i.slice(0, d), at, ...i.slice(d + places.length)])
      }),
    ]
  },
  takeAlongAxis: ([x, which], { axis }) => [
    fill(which?.shape ?? [], (i) => read(x, replaced(i, Number(axis), [read(which, i)]))),
  ],
  scatterAdd: ([x, which, updates], { axis }) => {
    const d = Number(axis)
    const out = new Map(indices(x?.shape ?? []).map((i) => [`${i}`, read(x, i)]))
    const rank = which?.shape.length ?? 0
    for (const r of indices(updates?.shape ?? [])) {
      const key = `${[...r.slice(0, d), read(which, r.slice(d, d + rank)), ...r.slice(d + rank)]}`
      const before = out.get(key)
      if (before !== undefined) out.set(key, before + read(updates, r))
    }
    return [{ shape: x?.shape ?? [], data: [...out.values()] }]
  },
  sort: ([x]) => {
    const size = x?.shape.at(-1) ?? 1
    const order = (x?.data ?? []).map((value, k) => ({ value, row: Math.floor(k / size), at: k % size }))
    order.sort((a, b) => a.row - b.row || a.value - b.value || a.at - b.at)
    const shape = x?.shape ?? []
    return [
      { shape, data: order.map((o) => o.value) },
      { shape, data: order.map((o) => o.at) },
    ]
  },
  contraction: (operands, { pattern }) => {
    const [left = "", right = ""] = String(pattern).split("->")
    const words = (s: string): readonly string[] => s.split(" ").filter((w) => w !== "")
    const inputs = left.split(",").map(words)
    const sizes = new Map(inputs.flatMap((names, k) => names.map((n, d) => [n, operands[k]?.shape[d] ?? 1] as const)))
    const [kept, all] = [words(right), [...sizes.keys()]]
    const summed = all.filter((n) => !kept.includes(n))
    const sized = (names: readonly string[]): Index => names.map((n) => sizes.get(n) ?? 1)
    return [
      fill(sized(kept), (i) =>
        indices(sized(summed)).reduce((total, k) => {
          const at = (names: readonly string[]): Index =>
            names.map((n) => i[kept.indexOf(n)] ?? k[summed.indexOf(n)] ?? 0)
          return total + operands.reduce((product, x, n) => product * read(x, at(inputs[n] ?? [])), 1)
        }, 0),
      ),
    ]
  },
  convolution: ([x, w], { stride, dilation, low, size }) => {
    const [n = 0, groups = 0] = x?.shape ?? []
    const [, outputs = 0, channels = 0, ...window] = w?.shape ?? []
    return [
      fill([n, groups, outputs, ...numbers(size)], ([b = 0, g = 0, o = 0, ...at]) =>
        indices([channels, ...window]).reduce((total, [c = 0, ...taps]) => {
          const place = at.map(
            (v, d) =>
              v * (numbers(stride)[d] ?? 1) + (taps[d] ?? 0) * (numbers(dilation)[d] ?? 1) - (numbers(low)[d] ?? 0),
          )
          return total + read(x, [b, g, c, ...place]) * read(w, [g, o, c, ...taps])
        }, 0),
      ),
    ]
  },
  ...linalg,
}
