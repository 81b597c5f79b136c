import { fill, read, replaced, type Truth } from "./plain.ts"

const running =
  (unit: number, combine: (a: number, b: number) => number): Truth =>
  ([x], { axis, reverse }) => {
    const shape = x?.shape ?? []
    const d = Number(axis)
    return [
      fill(shape, (i) => {
        const [from, to] = reverse === true ? [i[d] ?? 0, (shape[d] ?? 0) - 1] : [0, i[d] ?? 0]
        let total = unit
        for (let k = from; k <= to; k++) total = combine(total, read(x, replaced(i, d, [k])))
        return total
      }),
    ]
  }
export const cumulative = {
  cummax: running(Number.NEGATIVE_INFINITY, Math.max),
  cummin: running(Number.POSITIVE_INFINITY, Math.min),
  cumprod: running(1, (a, b) => a * b),
  cumsum: running(0, (a, b) => a + b),
} as const satisfies Readonly<Record<string, Truth>>
