/** JSON that keeps NaN, the infinities and -0, for which it has no numerals. */

const special = /^(NaN|-?Infinity|-0)$/
const written = (_: string, x: unknown): unknown =>
  typeof x === "number" && (!Number.isFinite(x) || Object.is(x, -0))
    ? Object.is(x, -0)
      ? "-0"
      : String(x)
    : typeof x === "string" && (special.test(x) || x.startsWith("'"))
      ? `'${x}`
      : x
const read = (_: string, x: unknown): unknown =>
  typeof x !== "string" ? x : special.test(x) ? Number(x) : x.startsWith("'") ? x.slice(1) : x

/** Strings that look like such numbers, or begin with a quote, get a quote before them. */
export const toJson = (x: unknown): string => JSON.stringify(x, written)
export const fromJson = (text: string): unknown => JSON.parse(text, read)
