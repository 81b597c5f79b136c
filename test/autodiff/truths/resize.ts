import { fill, type Truth } from "./plain.ts"

const kernels = {
  linear: (t: number): number => Math.max(0, 1 - t),
  // Keys' cubic through (0, 1), (1, 0), (2, 0), by its general form with a = -1/2.
  cubic: (t: number): number => {
    const a = -0.5
    if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1
    return t < 2 ? a * (t ** 3 - 5 * t ** 2 + 8 * t - 4) : 0
  },
}
export const resize: Readonly<Record<"resizeWeights", Truth>> = {
  resizeWeights: (_, { from, to, kernel, antialias }) => {
    const [n, m] = [Number(from), Number(to)]
    const scale = antialias === true ? Math.max(1, n / m) : 1
    const f = kernels[kernel === "cubic" ? "cubic" : "linear"]
    const at = (i: number, j: number): number => f(Math.abs((i + 0.5) * (n / m) - 0.5 - j) / scale)
    return [
      fill(
        [m, n],
        ([i = 0, j = 0]) => at(i, j) / Array.from({ length: n }, (__, k) => at(i, k)).reduce((a, b) => a + b, 0),
      ),
    ]
  },
}
