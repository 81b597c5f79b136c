/**
 * Transforms of prime length by way of a convolution, whose own transforms are longer and have small factors (Bluestein, "A
 * linear filtering approach to the computation of the discrete Fourier transform", 1970): with jk = (j^2 + k^2 - (k - j)^2) / 2,
 * X[k] = w[k] sum_j (x[j] w[j]) conj(w[k - j]) for the chirp w[k] = exp(-i pi k^2 / n).
 */
import { bindOne } from "../../interpreter.ts"
import { pad } from "../../primitives/pad.ts"
import { reshape } from "../../primitives/reshape.ts"
import { slice } from "../../primitives/slice.ts"
import { typeOf } from "../../program/type.ts"
import { fromNumbers } from "../../tensor.ts"
import type { Value } from "../../value.ts"
import { like } from "../operands.ts"
import * as v from "../values.ts"
import { type Direction, onBoth, type Pair, times, turns } from "./pair.ts"

/** `transform` is the one for lengths of small factors. */
export function chirp(x: Pair, direction: Direction, transform: (x: Pair, direction: Direction) => Pair): Pair {
  const [, n = 0] = x.re.shape
  const m = smooth(2 * n - 1)
  const phases = squares(n, 2 * n)
  const wave = turns(phases, 2 * n, x.re.dtype, direction)
  const back = turns(phases, 2 * n, x.re.dtype, direction === "forward" ? "inverse" : "forward")
  // conj(w[k]) for k from 1 - n to n - 1, negative k at the end.
  const filter = onBoth(back, (part) => {
    const negative = bindOne(slice.window({ start: [n - 1], step: [-1], size: [n - 1] }), part)
    return bindOne(reshape.to([1, m]), v.add(padded(part, [[0, m - n]]), padded(negative, [[m - n + 1, 0]])))
  })
  const long = onBoth(times(x, wave), (part) =>
    padded(part, [
      [0, 0],
      [0, m - n],
    ]),
  )
  const convolved = transform(times(transform(long, "forward"), transform(filter, "forward")), "inverse")
  return times(
    onBoth(convolved, (part) => v.div(v.part(part, 1, 0, n), m)),
    wave,
  )
}
const padded = (x: Value, amounts: readonly (readonly [number, number])[]): Value =>
  bindOne(pad.by(amounts), x, like(x, 0))

/** k^2 mod `by` for k below n. */
function squares(n: number, by: number): Value {
  const k = v.iota(n)
  // From 46,341 on a square overflows i32; then they are counted here, in doubles.
  if (n <= 46340) return v.rem(v.mul(k, k), by)
  return fromNumbers(
    typeOf("i32", [n]),
    Int32Array.from({ length: n }, (_, j) => (j * j) % by),
  )
}
/** The next length whose prime factors are 2, 3 and 5. */
function smooth(least: number): number {
  for (let n = least; ; n++) {
    let rest = n
    for (const p of [2, 3, 5]) while (rest % p === 0) rest /= p
    if (rest === 1) return n
  }
}
