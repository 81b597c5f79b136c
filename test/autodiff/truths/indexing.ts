/** Windows at loaded places, and who wins a place. */
import { fill, numbers, type Plain, read, type Truth } from "./plain.ts"

const clamped = (starts: Plain | undefined, sizes: readonly number[], window: readonly number[]): readonly number[] =>
  sizes.map((n, d) => Math.max(0, Math.min(starts?.data[d] ?? 0, n - (window[d] ?? 0))))
const placed = (x: Plain | undefined, update: Plain | undefined, start: readonly number[]): readonly Plain[] => [
  fill(x?.shape ?? [], (i) => {
    const at = i.map((k, d) => k - (start[d] ?? 0))
    return at.every((k, d) => k >= 0 && k < (update?.shape[d] ?? 0)) ? read(update, at) : read(x, i)
  }),
]

export const indexing: Readonly<Record<"dynamicSlice" | "updateSlice" | "dynamicUpdateSlice" | "winner", Truth>> = {
  dynamicSlice: ([x, starts], { sizes }) => {
    const start = clamped(starts, x?.shape ?? [], numbers(sizes))
    return [
      fill(numbers(sizes), (i) =>
        read(
          x,
          i.map((k, d) => k + (start[d] ?? 0)),
        ),
      ),
    ]
  },
  updateSlice: ([x, update], { start }) => placed(x, update, numbers(start)),
  dynamicUpdateSlice: ([x, update, starts]) => placed(x, update, clamped(starts, x?.shape ?? [], update?.shape ?? [])),
  winner: ([ids, values], { contest, segments, lead }) => {
    const [before, after] = [Number(lead), values?.shape.slice(Number(lead) + 1) ?? []]
    const count = values?.shape[before] ?? 0
    return [
      fill([...(values?.shape.slice(0, before) ?? []), Number(segments), ...after], (i) => {
        const batch = i.slice(0, before)
        const mine = Array.from({ length: count }, (_, p) => p).filter((p) => read(ids, [...batch, p]) === i[before])
        const value = (p: number): number => read(values, [...batch, p, ...i.slice(before + 1)])
        if (contest === "last") return mine.at(-1) ?? -1
        const best = (contest === "max" ? Math.max : Math.min)(...mine.map(value))
        return mine.find((p) => value(p) === best) ?? -1
      }),
    ]
  },
}
