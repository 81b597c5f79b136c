import * as E from "fp-ts/lib/Either.js"
import { CotangentError } from "../autodiff/errors.ts"

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Nobody's tree is as deep; what walks one calls itself level by level, and a file must not be able to exhaust the stack. */
const deepest = 256
export const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && !Array.isArray(x)
const isNode = (x: unknown): x is object => typeof x === "object" && x !== null

/** What a text holds, or why it cannot be read. */
export function parsedJson(text: string): E.Either<string, unknown> {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(text),
    (cause) => (cause instanceof Error ? cause.message : String(cause)),
  )
  if (E.isLeft(parsed)) return parsed
  let level = [parsed.right].filter(isNode)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === deepest) return E.left(`arrays and objects are nested more than ${deepest} deep`)
    level = level.flatMap((node) => Object.values(node).filter(isNode))
  }
  return parsed
}

/**
 * The JSON of a value that JSON can hold without loss; a NaN would come back as null, a Date as a string, a Map empty.
 *
 * @throws CotangentError (`json`) with the path of what it cannot hold.
 */
export function jsonOf(op: string, value: unknown, name: string): string {
  expectJson(op, value, name)
  return JSON.stringify(value)
}

function expectJson(op: string, value: unknown, at: string): void {
  if (value === null || typeof value === "boolean" || typeof value === "string") return
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return
  if (Array.isArray(value)) for (const [k, child] of value.entries()) expectJson(op, child, `${at}[${k}]`)
  else if (typeof value === "object" && value !== null && isPlain(value))
    for (const [key, child] of Object.entries(value)) expectJson(op, child, `${at}.${key}`)
  else {
    const found = Object.is(value, -0)
      ? "-0"
      : typeof value === "object"
        ? `a ${value?.constructor.name}`
        : String(value)
    throw new CotangentError("json", `${op}: ${at} is ${found}, which JSON cannot hold; tensors hold any number`, {
      at,
    })
  }
}
const isPlain = (x: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(x))
