/** Transposed convolution and windows, as plain loops. */
import { fill, indices, numbers, read, type Truth } from "./plain.ts"

const outsideOf = (x: { readonly shape: readonly number[] } | undefined, at: readonly number[]): boolean =>
  at.some((k, d) => k < 0 || k >= (x?.shape[d] ?? 0))
export const convolution: Readonly<Record<"convolutionTranspose" | "windowReduce", Truth>> = {
  // Every pixel lays down a copy of the kernel.
  convolutionTranspose: ([x, w], { stride, dilation, low, size }) => {
    const [n = 0, groups = 0, channels = 0, ...sizes] = x?.shape ?? []
    const [, , outputs = 0, ...window] = w?.shape ?? []
    const shape = [n, groups, outputs, ...numbers(size)]
    const out = new Map(indices(shape).map((i) => [`${i}`, 0]))
    for (const [b = 0, g = 0, c = 0, ...at] of indices([n, groups, channels, ...sizes]))
      for (const [o = 0, ...taps] of indices([outputs, ...window])) {
        const place = at.map(
          (v, d) =>
            v * (numbers(stride)[d] ?? 1) + (taps[d] ?? 0) * (numbers(dilation)[d] ?? 1) - (numbers(low)[d] ?? 0),
        )
        const key = `${[b, g, o, ...place]}`
        const before = out.get(key)
        if (before !== undefined) out.set(key, before + read(x, [b, g, c, ...at]) * read(w, [g, c, o, ...taps]))
      }
    return [{ shape, data: [...out.values()] }]
  },
  windowReduce: ([x], { monoid, window, stride, dilation, low, size }) => {
    const lead = (x?.shape ?? []).slice(0, (x?.shape.length ?? 0) - numbers(window).length)
    return [
      fill([...lead, ...numbers(size)], (i) => {
        const cells = indices(numbers(window))
          .map((taps) => [
            ...i.slice(0, lead.length),
            ...taps.map(
              (k, d) =>
                (i[lead.length + d] ?? 0) * (numbers(stride)[d] ?? 1) +
                k * (numbers(dilation)[d] ?? 1) -
                (numbers(low)[d] ?? 0),
            ),
          ])
          .filter((at) => !outsideOf(x, at))
          .map((at) => read(x, at))
        return monoid === "max" ? Math.max(...cells) : cells.reduce((a, b) => a + b, 0)
      }),
    ]
  },
}
