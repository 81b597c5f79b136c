/** The small change of printing: numerals and parentheses, as gpu.js reads them. */

export function literal(x: number): string {
  // gpu.js knows no identifier NaN.
  if (Number.isNaN(x)) return "(0 / 0)"
  if (x < 0 || Object.is(x, -0)) return `(-${literal(-x)})`
  if (Number.isInteger(x) || x === Infinity) return `${x}`
  return shortest(Math.fround(x))
}
/**
 * The fewest digits that round to this f32: 0.1, not 0.10000000149011612. Numbers of few bits are written out, for in mode
 * cpu literals are doubles and a power of two must be one.
 */
function shortest(x: number): string {
  if (Number.isInteger((x / 2 ** Math.floor(Math.log2(x))) * 2 ** 12)) return `${x}`
  for (let digits = 1; digits < 9; digits++) {
    const text = `${Number(x.toPrecision(digits))}`
    if (Math.fround(Number(text)) === x) return text
  }
  return `${Number(x.toPrecision(9))}`
}

/** The expression without parentheses around the whole of it. */
export const bare = (text: string): string =>
  text.startsWith("(") && closing(text, 0) === text.length - 1 ? text.slice(1, -1) : text
/** A function's value or an element needs no parentheses. */
export function isCall(text: string): boolean {
  const opens = /^[\w.]*[[(]/.exec(text)?.[0].length ?? 0
  return opens > 1 && closing(text, opens - 1) === text.length - 1
}
function closing(text: string, from: number): number {
  let depth = 0
  for (let k = from; k < text.length; k++) {
    if ("([".includes(text.charAt(k))) depth++
    if (")]".includes(text.charAt(k)) && --depth === 0) return k
  }
  return -1
}
