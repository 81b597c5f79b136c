/** How a tensor prints: its type, then its numbers, the middle of long axes left out. */
import { CotangentError } from "./errors.ts"
import { showType } from "./program/type.ts"
import type { Value } from "./value.ts"

const edge = 3
const wide = 8

export function showTensor(t: Value): string {
  let values: unknown
  try {
    values = t.arraySync()
  } catch (e) {
    if (e instanceof CotangentError) return `Tensor ${showType(t.type)} (${reason(e)})`
    throw e
  }
  return `Tensor ${showType(t.type)} ${nested(values, 1)}`
}
const reason = (e: CotangentError): string =>
  e.code === "asynchronous" ? "on an engine that cannot block: await t.array()" : (e.message.split("\n")[0] ?? e.code)

function nested(x: unknown, depth: number): string {
  if (!Array.isArray(x)) return typeof x === "number" ? number(x) : String(x)
  const shown = x.length <= wide ? x : [...x.slice(0, edge), undefined, ...x.slice(-edge)]
  const parts = shown.map((part: unknown) => (part === undefined ? "…" : nested(part, depth + 1)))
  return Array.isArray(x[0]) ? `[${parts.join(`,\n${" ".repeat(depth)}`)}]` : `[${parts.join(", ")}]`
}
const number = (x: number): string =>
  Number.isInteger(x) || !Number.isFinite(x) ? (Object.is(x, -0) ? "-0" : String(x)) : String(Number(x.toPrecision(6)))
