/** Deterministic numbers for directions, and vectors of them. */
import { allocate, isFloat, type Numbers } from "../autodiff/dtype.ts"
import { type TensorType, typeOf } from "../autodiff/program/type.ts"
import { fromNumbers } from "../autodiff/tensor.ts"
import type { Value } from "../autodiff/value.ts"

/** Numbers in [0, 1) from a seed: Weyl steps through a 32-bit mixer (murmur3's finaliser). */
export function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let x = state
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return ((x ^ (x >>> 16)) >>> 8) / 2 ** 24
  }
}

/** Elements in [-1, 1], none of them tiny. */
export function randomNumbers(type: TensorType, next: () => number): Numbers {
  const numbers = allocate(
    type.array.dtype,
    type.shape.reduce((a, b) => a * b, 1),
  )
  for (let k = 0; k < numbers.length; k++) {
    const x = next() * 2 - 1
    // 24 bits at most, so that the f64 oracle moves along exactly the direction that the f32 derivative takes.
    numbers[k] = Math.fround(x < 0 ? x * 0.75 - 0.25 : x * 0.75 + 0.25)
  }
  return numbers
}
/** A tensor of a float type over such elements, on the current engine. */
export const randomLike = (type: TensorType, next: () => number): Value =>
  fromNumbers(typeOf(type.dtype, type.shape), randomNumbers(type, next))

/** The inner product of two lists of tensors, in doubles. What has no tangent adds nothing. */
export function inner(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): number {
  let total = 0
  a.forEach((x, k) => {
    const y = b[k]
    if (x === undefined || y === undefined || !isFloat(x.dtype)) return
    const [p, q] = [x.dataSync(), y.dataSync()]
    for (let i = 0; i < p.length; i++) total += (p[i] ?? 0) * (q[i] ?? 0)
  })
  return total
}
