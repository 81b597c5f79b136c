/** Numbers that are drawn and made simpler one by one. */
import { type About, leadingBlock, type Uniform, type Values, vector } from "./vector.ts"

export interface One {
  /** `sofar`: the numbers before it. */
  readonly draw: (next: Uniform, sofar: readonly number[]) => number
  /** Numbers where errors like to sit. */
  readonly edges: readonly number[]
  /** What everything shrinks to. */
  readonly simplest: number
  readonly accepts: (x: number) => boolean
}

export const elementwise = (oneOf: One | ((about: About) => One)): Values =>
  Object.assign(
    (count: number, about: About = { shape: [count], dtype: "f32" }) => {
      const one = typeof oneOf === "function" ? oneOf(about) : oneOf
      const edges = one.edges.filter(one.accepts)
      return vector({
        draw: (next, biased) => {
          const numbers: number[] = []
          while (numbers.length < count) {
            const edge = biased && next() < 0.5 ? edges[Math.floor(next() * edges.length)] : undefined
            numbers.push(edge ?? one.draw(next, numbers))
          }
          return numbers
        },
        simpler: (numbers) => simplerLists(numbers, one),
        accepts: (numbers) => numbers.length === count && numbers.every(one.accepts),
      })
    },
    { cut: leadingBlock },
  )

/** Whole blocks made simplest, halving; then each number by itself. */
function* simplerLists(numbers: readonly number[], one: One): Generator<readonly number[]> {
  const plain = (x: number): boolean => Object.is(x, one.simplest)
  for (let size = numbers.length; size > 1; size = Math.ceil(size / 2))
    for (let from = 0; from < numbers.length; from += size)
      if (numbers.slice(from, from + size).filter((x) => !plain(x)).length > 1)
        yield numbers.map((x, k) => (k >= from && k < from + size ? one.simplest : x))
  for (const [k, x] of numbers.entries()) for (const simple of simplerNumbers(x, one)) yield numbers.with(k, simple)
}

/**
 * Towards 0 through numbers of few bits: 0.7392 by way of 0.5, 0.75 - 0.25 … and 1301 by way of 1024. All but the first are
 * smaller in size or a negative made positive, so that shrinking ends.
 */
export function* simplerNumbers(x: number, { simplest, accepts }: One): Generator<number> {
  if (Object.is(x, simplest)) return
  const tried = new Set([x])
  const fresh = (y: number): boolean => !tried.has(y) && accepts(y) && tried.add(y) !== undefined
  if (fresh(simplest)) yield simplest
  if (Object.is(x, -0) || Number.isNaN(x)) return
  if (x < 0 && fresh(-x)) yield -x
  if (!Number.isFinite(x)) {
    for (const y of [x > 0 ? 1 : -1, x > 0 ? 2 ** 24 : -(2 ** 24)]) if (fresh(y)) yield y
    return
  }
  const top = Math.floor(Math.log2(Math.abs(x)))
  for (let e = top; e > top - 12; e--) {
    const y = Math.trunc(x / 2 ** e) * 2 ** e
    if (Number.isFinite(y) && fresh(y)) yield y
  }
  const less = x - Math.sign(x)
  if (Math.abs(x) >= 1 && fresh(less)) yield less
}

/** A step that divides an interval finely, by which every multiple within it is an f32. */
export function stepOf(min: number, max: number): number {
  const largest = Math.max(Math.abs(min), Math.abs(max))
  return 2 ** Math.max(Math.ceil(Math.log2(max - min)) - 20, Math.ceil(Math.log2(largest)) - 23)
}
/** A multiple of the step between two numbers, evenly. */
export function multipleIn(min: number, max: number, step: number, next: Uniform): number {
  const [low, high] = [Math.ceil(min / step), Math.floor(max / step)]
  return high < low ? min : (low + Math.floor(next() * (high - low + 1))) * step
}
