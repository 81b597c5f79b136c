/** What gpu.js gives back, as one flat array: rows of rows, which may all be views of one buffer, in order. */
export function flatten(rows: unknown, length: number): Float32Array {
  if (rows instanceof Float32Array) return rows.length === length ? rows : rows.slice(0, length)
  const first = firstRow(rows)
  // The rows of a whole result lie one after the other in a buffer that nobody else has.
  if (first !== undefined && first.byteOffset === 0 && first.buffer.byteLength === 4 * length && first.length < length)
    return new Float32Array(first.buffer)
  const out = new Float32Array(length)
  let at = 0
  const visit = (x: unknown): void => {
    if (x instanceof Float32Array) {
      out.set(x, at)
      at += x.length
    } else if (Array.isArray(x)) for (const row of x) visit(row)
  }
  visit(rows)
  return out
}
function firstRow(rows: unknown): Float32Array | undefined {
  let x = rows
  while (Array.isArray(x)) x = x[0]
  return x instanceof Float32Array ? x : undefined
}
/**
 * The result of threads that give `width` elements each, which lie `apart` in it: gpu.js puts those of a thread side by
 * side.
 */
export function unblock(rows: unknown, length: number, width: number, apart: number): Float32Array {
  const all = flatten(rows, length)
  const out = new Float32Array(length)
  let from = 0
  for (let start = 0; start < length; start += width * apart)
    for (let k = 0; k < apart; k++) for (let r = 0; r < width; r++) out[start + r * apart + k] = all[from++] ?? 0
  return out
}
