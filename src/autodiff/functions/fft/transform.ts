/**
 * The discrete Fourier transform along the last axis of [batch, n], by its factors (Cooley and Tukey, "An algorithm for the
 * machine calculation of complex Fourier series", 1965): n = r m is r-point transforms of stride m, a turn of each result,
 * and m-point transforms. Each stage is a contraction, so the whole is linear, differentiates and batches by its meaning.
 */
import { bindOne } from "../../interpreter.ts"
import { contraction } from "../../primitives/contraction.ts"
import { iota } from "../../primitives/iota.ts"
import { reshape } from "../../primitives/reshape.ts"
import { transpose } from "../../primitives/transpose.ts"
import type { Value } from "../../value.ts"
import * as v from "../values.ts"
import { chirp } from "./chirp.ts"
import { type Direction, onBoth, type Pair, product, times, turns } from "./pair.ts"

/** Transforms up to this length are one contraction; longer primes go by way of a convolution. */
const direct = 64
/** A factor that is taken out of a longer length is at most this. */
const widest = 32

export function transformLast(x: Pair, direction: Direction): Pair {
  const [batch = 0, n = 0] = x.re.shape
  if (n === 1) return x
  const r = factorOf(n)
  if (r === n) return n <= direct ? multiplied(x, "b a, a c -> b c", n, direction) : chirp(x, direction, transformLast)
  const m = n / r
  const shaped = (pair: Pair, shape: readonly number[]): Pair =>
    onBoth(pair, (part) => bindOne(reshape.to(shape), part))
  const first = multiplied(shaped(x, [batch, r, m]), "b a m, a c -> b c m", r, direction)
  const turned = times(first, matrix(x.re, r, m, n, direction))
  // Frequency c + r d: the outer transform's index counts fastest, so it goes last.
  if (factorOf(m) === m && m <= direct)
    return shaped(multiplied(turned, "b c a, a d -> b d c", m, direction), [batch, n])
  const second = shaped(transformLast(shaped(turned, [batch * r, m]), direction), [batch, r, m])
  return shaped(
    onBoth(second, (part) => bindOne(transpose.by([0, 2, 1]), part)),
    [batch, n],
  )
}

/**
 * The factor to take out of n: the divisor up to `widest` that is nearest to equal stages, or the whole where n is short or a
 * prime (or has only large ones).
 */
export function factorOf(n: number): number {
  if (n <= widest) return n
  const stages = Math.ceil(Math.log(n) / Math.log(widest))
  const wanted = n ** (1 / stages)
  let best = n
  for (let r = 2; r <= widest; r++)
    if (n % r === 0 && (best === n || Math.abs(Math.log(r / wanted)) < Math.abs(Math.log(best / wanted)))) best = r
  if (best < n) return best
  for (let r = widest + 1; r * r <= n; r++) if (n % r === 0) return r
  return n
}

/** Multiplied by the matrix of the n-point transform, whose two axes the pattern names. */
function multiplied(x: Pair, pattern: string, n: number, direction: Direction): Pair {
  const w = matrix(x.re, n, n, n, direction)
  return product(x, w, (a, b) => bindOne(contraction.by(pattern), a, b))
}
/** exp(-+2 pi i jk / n) for rows j and columns k; the product of their numbers is at most n^2 for short n, else n. */
function matrix(like: Value, rows: number, columns: number, n: number, direction: Direction): Pair {
  const j = bindOne(reshape.to([rows, 1]), bindOne(iota.of(rows, "i32")))
  return turns(v.mul(j, bindOne(iota.of(columns, "i32"))), n, like.dtype, direction)
}
