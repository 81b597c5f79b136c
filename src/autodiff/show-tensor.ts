/** How a tensor prints: its type, then its numbers, the middle of long axes left out. */
import type { Numbers } from "./dtype.ts"
import { CotangentError } from "./errors.ts"
import { showType } from "./program/type.ts"
import type { Value } from "./value.ts"

const wide = 12
/** Entries kept at either end of an axis that is cut; fewer on the axes outside the matrices of many. */
const edge = 3
const outerEdge = 1
const screen = 1000

export function showTensor(t: Value): string {
  let numbers: Numbers
  try {
    numbers = t.dataSync()
  } catch (e) {
    if (e instanceof CotangentError) return `Tensor ${showType(t.type)} (${reason(e)})`
    throw e
  }
  const show = t.dtype === "bool" ? (x: number): string => String(x !== 0) : number
  // A key is shown by its two words.
  return `Tensor ${showType(t.type)} ${nested(numbers, t.dtype === "key" ? [...t.shape, 2] : t.shape, show)}`
}
const reason = (e: CotangentError): string =>
  e.code === "asynchronous" ? "on an engine that cannot block: await t.array()" : (e.message.split("\n")[0] ?? e.code)

/** Only what is printed is looked at: a tensor may have a hundred million elements. */
function nested(numbers: Numbers, shape: readonly number[], show: (x: number) => string): string {
  const rank = shape.length
  const build = (axis: number, offset: number, count: number): string => {
    const size = shape[axis]
    if (size === undefined) return show(numbers[offset] ?? Number.NaN)
    const step = count / Math.max(size, 1)
    const kept = numbers.length > screen && axis < rank - 2 ? outerEdge : edge
    const whole = size <= (kept === edge ? wide : 2 * kept + 1)
    const parts = (from: number, to: number): readonly string[] =>
      Array.from({ length: to - from }, (_, i) => build(axis + 1, offset + (from + i) * step, step))
    const shown = whole ? parts(0, size) : [...parts(0, kept), "…", ...parts(size - kept, size)]
    return `[${shown.join(axis === rank - 1 ? ", " : `,\n${" ".repeat(axis + 1)}`)}]`
  }
  return build(0, 0, numbers.length)
}
/** Six digits; whole numbers in full as far as neighbours are told apart. */
function number(x: number): string {
  if (Object.is(x, -0)) return "-0"
  if (!Number.isInteger(x)) return String(Number(x.toPrecision(6)))
  if (Math.abs(x) < 1e16) return String(x)
  const [digits, exponent] = x.toExponential(5).split("e")
  return `${Number(digits)}e${exponent}`
}
