/** What the truths are written in: plain arrays of doubles and loops over their indices. */
import type { Params } from "../../../src/autodiff/program/operation.ts"

export interface Plain {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
export type Index = readonly number[]
export type Truth = (operands: readonly Plain[], params: Params) => readonly Plain[]

export const indices = (shape: Index): readonly Index[] =>
  shape.reduce<readonly Index[]>((all, n) => all.flatMap((i) => Array.from({ length: n }, (_, k) => [...i, k])), [[]])
/** Outside, 0. */
export const read = (x: Plain | undefined, at: Index): number => {
  if (x === undefined || at.some((i, d) => i < 0 || i >= (x.shape[d] ?? 0))) return 0
  return x.data[at.reduce((offset, i, d) => offset * (x.shape[d] ?? 1) + i, 0)] ?? 0
}
export const fill = (shape: Index, f: (i: Index) => number): Plain => ({ shape, data: indices(shape).map(f) })
export const numbers = (x: unknown): Index => (Array.isArray(x) ? x.map(Number) : [])

export const broadcastShape = (shapes: readonly Index[]): Index => {
  const rank = Math.max(...shapes.map((s) => s.length))
  return Array.from({ length: rank }, (_, d) => {
    const sizes = shapes.map((s) => s[d - rank + s.length] ?? 1)
    return sizes.find((n) => n !== 1) ?? 1
  })
}
export const stretched = (x: Plain, i: Index): number =>
  read(
    x,
    x.shape.map((n, d) => (n === 1 ? 0 : (i[i.length - x.shape.length + d] ?? 0))),
  )
export const each =
  (f: (...x: readonly number[]) => number): Truth =>
  (operands) => [fill(broadcastShape(operands.map((x) => x.shape)), (i) => f(...operands.map((x) => stretched(x, i))))]
export const one = (f: (x: number) => number): Truth => each((x = 0) => f(x))
export const two = (f: (x: number, y: number) => number): Truth => each((x = 0, y = 0) => f(x, y))

/** The elements folded into each result, in row-major order. */
export const folding =
  (f: (xs: readonly number[]) => number): Truth =>
  ([x], { axes }) => {
    const shape = x?.shape ?? []
    const folded = numbers(axes)
    const kept = shape.filter((_, d) => !folded.includes(d))
    return [
      fill(kept, (i) =>
        f(
          indices(folded.map((d) => shape[d] ?? 1)).map((k) => {
            const rest = [...i]
            return read(
              x,
              shape.map((_, d) => (folded.includes(d) ? (k[folded.indexOf(d)] ?? 0) : (rest.shift() ?? 0))),
            )
          }),
        ),
      ),
    ]
  }
export const best =
  (better: (a: number, b: number) => boolean) =>
  (xs: readonly number[]): number =>
    // The best of nothing is nowhere: an index outside of everything.
    xs.length === 0 ? 2 ** 31 - 1 : xs.reduce((at, x, k) => (better(x, xs[at] ?? 0) ? k : at), 0)
export const replaced = (i: Index, axis: number, by: Index): Index => [...i.slice(0, axis), ...by, ...i.slice(axis + 1)]
