/** Operands that every library makes for itself, with the same bits (torch/rows.py has the same mixing of the index). */

/** Numbers between -scale and scale that depend on seed and position alone. */
export function numbers(seed: number, size: number, scale = 1): Float32Array {
  const values = new Float32Array(size)
  for (let i = 0; i < size; i++) values[i] = (bits(seed, i) / 2 ** 31 - 1) * scale
  return values
}

/** Whole numbers from 0 to below `limit`. */
export function whole(seed: number, size: number, limit: number): Int32Array {
  const values = new Int32Array(size)
  for (let i = 0; i < size; i++) values[i] = bits(seed, i) % limit
  return values
}

function bits(seed: number, i: number): number {
  let h = Math.imul(i + seed * 7919 + 1, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
