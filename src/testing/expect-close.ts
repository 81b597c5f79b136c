/** Comparison of numbers that have been rounded on different ways. */

import type { Numbers } from "../autodiff/dtype.ts"
import { Value } from "../autodiff/value.ts"
import { ulpsBetween } from "./ulps.ts"

/** An element is close enough when one of the bounds that are given allows it. */
export interface Closeness {
  /** Representable numbers between the two; 4 where no bound is given. */
  readonly ulps?: number
  /** Relative to the expected element. */
  readonly relative?: number
  readonly absolute?: number
}

interface Leaf {
  /** Undefined for a plain typed array, which has a length only. */
  readonly shape: readonly number[] | undefined
  readonly data: ArrayLike<number>
  readonly format: "f32" | "f64" | undefined
}

const isNumbers = (x: unknown): x is Numbers => ArrayBuffer.isView(x) && !(x instanceof DataView)
/** The shape of numbers nested in arrays; undefined where there are none, or rows differ: then it is a tree. */
function shapeOf(x: unknown): readonly number[] | undefined {
  if (typeof x === "number" || typeof x === "boolean") return []
  if (!Array.isArray(x)) return undefined
  const rows = x.map(shapeOf)
  const [first = []] = rows
  const regular = rows.every((row) => row !== undefined && `${row}` === `${first}`)
  return regular ? [x.length, ...first] : undefined
}
const numbersIn = (x: unknown): readonly number[] => (Array.isArray(x) ? x.flatMap(numbersIn) : [Number(x)])

function leafOf(x: unknown): Leaf | undefined {
  if (x instanceof Value)
    return { shape: x.shape, data: x.dataSync(), format: x.dtype === "f64" || x.dtype === "f32" ? x.dtype : undefined }
  if (isNumbers(x)) return { shape: undefined, data: x, format: x instanceof Float32Array ? "f32" : undefined }
  const shape = shapeOf(x)
  return shape && { shape, data: numbersIn(x), format: undefined }
}
const holdsTensors = (x: unknown): boolean =>
  x instanceof Value || isNumbers(x) || (Array.isArray(x) && x.some(holdsTensors))

const show = (shape: readonly number[] | undefined, length: number): string =>
  shape === undefined ? `${length} numbers` : `[${shape.join(", ")}]`
/** Row-major position as an index. */
function indexAt(shape: readonly number[] | undefined, k: number): string {
  if (shape === undefined) return `[${k}]`
  let rest = k
  const index = shape.toReversed().map((size) => {
    const i = rest % size
    rest = Math.floor(rest / size)
    return i
  })
  return `[${index.toReversed().join(", ")}]`
}

/**
 * Throws unless two tensors (or nested arrays, typed arrays, numbers, trees of them) have the same shapes and close
 * elements. NaN is close to NaN, an infinity to itself. The message names the worst element, both values and their
 * distance in ulps. Tensors of an engine that cannot block are read first: `expectClose(await x.array(), …)`.
 *
 * @param options the bounds; an element passes when any of those given allows it. Without any, 4 ulps.
 * @throws Error where shapes differ or an element is too far off.
 * @example
 * ```ts
 * import { exp, log, tensor } from "cotangent"
 * import { expectClose } from "cotangent/testing"
 * expectClose(log(exp(tensor([0.5, 1]))), [0.5, 1], { relative: 1e-6 })
 * ```
 */
export function expectClose(actual: unknown, expected: unknown, options: Closeness = {}): void {
  pair(actual, expected, "result", options)
}

/** Walks both trees at once; a list of tensors beside a list of numbers is compared entry by entry. */
function pair(actual: unknown, expected: unknown, path: string, options: Closeness): void {
  const lists = Array.isArray(actual) && Array.isArray(expected) && (holdsTensors(actual) || holdsTensors(expected))
  const [found, wanted] = lists ? [undefined, undefined] : [leafOf(actual), leafOf(expected)]
  if (found !== undefined && wanted !== undefined) {
    compare(found, wanted, path, options)
    return
  }
  if (actual === undefined && expected === undefined) return
  const [names, others] = [namesIn(actual), namesIn(expected)]
  if (names === undefined || others === undefined || `${names}` !== `${others}`)
    throw new Error(`expectClose: ${path} is ${describe(actual)}, expected ${describe(expected)}`)
  for (const name of names)
    pair(
      child(actual, name),
      child(expected, name),
      Array.isArray(actual) ? `${path}[${name}]` : `${path}.${name}`,
      options,
    )
}
const namesIn = (x: unknown): readonly string[] | undefined =>
  typeof x === "object" && x !== null && !(x instanceof Value) && !isNumbers(x) ? Object.keys(x) : undefined
const child = (x: unknown, name: string): unknown =>
  typeof x === "object" && x !== null ? Reflect.get(x, name) : undefined
const describe = (x: unknown): string => {
  const names = namesIn(x)
  if (names !== undefined) return Array.isArray(x) ? `a list of ${x.length}` : `{ ${names.join(", ")} }`
  return x instanceof Value ? `a tensor [${x.shape.join(", ")}]` : x === undefined ? "absent" : `a ${typeof x}`
}

function compare(found: Leaf, wanted: Leaf, path: string, { ulps, relative, absolute }: Closeness): void {
  const shape = found.shape ?? wanted.shape
  const differs =
    found.shape !== undefined && wanted.shape !== undefined
      ? found.shape.length !== wanted.shape.length || found.shape.some((size, d) => size !== wanted.shape?.[d])
      : found.data.length !== wanted.data.length
  if (differs)
    throw new Error(
      `expectClose: ${path} has shape ${show(found.shape, found.data.length)}, expected ${show(wanted.shape, wanted.data.length)}`,
    )
  // A plain number is a double; beside an f32 tensor what counts is the nearest single.
  const format = found.format === "f32" || wanted.format === "f32" ? "f32" : "f64"
  const unbounded = ulps === undefined && relative === undefined && absolute === undefined
  const within = unbounded ? 4 : (ulps ?? -1)
  let worst: { readonly k: number; readonly error: number; readonly distance: number } | undefined
  let failures = 0
  for (let k = 0; k < wanted.data.length; k++) {
    const [a, b] = [found.data[k] ?? 0, wanted.data[k] ?? 0]
    const distance = ulpsBetween(a, b, format)
    if (distance <= within || distance === 0) continue
    const error = Math.abs(a - b)
    const allowed = Number.isFinite(b) && error <= Math.max(absolute ?? 0, (relative ?? 0) * Math.abs(b))
    if (allowed) continue
    failures++
    const size = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
    if (worst === undefined || size > worst.error) worst = { k, error: size, distance }
  }
  if (worst === undefined) return
  const { k, error, distance } = worst
  const bounds = [
    ...(within >= 0 ? [`${within} ulps`] : []),
    ...(relative === undefined ? [] : [`relative ${relative}`]),
    ...(absolute === undefined ? [] : [`absolute ${absolute}`]),
  ].join(" or ")
  throw new Error(
    `expectClose: ${path}${indexAt(shape, k)} is ${found.data[k]}, expected ${wanted.data[k]}: ${distance} ulps (${format}) and ${error} apart, allowed ${bounds}; ${failures} of ${wanted.data.length} elements are too far off`,
  )
}
