/** Comparison of numbers that have been rounded on different ways. */
import { checkOptions } from "../../autodiff/options.ts"
import { ulpsBetween } from "../ulps.ts"
import { child, describe, holdsTensors, indexAt, type Leaf, leafOf, namesIn, showShape } from "./leaf.ts"

/**
 * How far apart two elements may be: within `ulps`, or within `atol + rtol * |expected|` as in NumPy. An element is close
 * when either allows it.
 */
export interface Closeness {
  /** Representable numbers between the two; 4 where no bound is given. */
  readonly ulps?: number
  /** Relative to the expected element. */
  readonly rtol?: number
  readonly atol?: number
}

/** One pair of elements. */
export interface Distance {
  /** The leaf it is in: `result.w`. */
  readonly path: string
  readonly index: readonly number[]
  readonly found: number
  readonly expected: number
  /** Counted in f32 where one of the two is an f32, otherwise in f64. */
  readonly ulps: number
  /** |found - expected|; Infinity where one is NaN. */
  readonly error: number
}

export interface CloseReport {
  readonly close: boolean
  /**
   * The element with the largest error among those that are too far off, or among all where none is. Undefined where
   * there are no elements, or where structures or shapes differ.
   */
  readonly worst: Distance | undefined
  /** How many elements are too far off; a leaf of another shape counts as one. */
  readonly failures: number
  /** How many elements were compared. */
  readonly of: number
  /** What an error says: the worst element, its distance and the bounds. */
  readonly message: string
}

interface Sofar {
  worst: (Distance & { readonly far: boolean; readonly format: "f32" | "f64" }) | undefined
  failures: number
  of: number
  /** What makes elements incomparable: the first of it. */
  mismatch: string | undefined
}

/**
 * Compares two tensors (or nested arrays, typed arrays, numbers, trees of them) element by element and reports the worst.
 * It throws nothing and writes nothing: `expectClose` throws. NaN is close to NaN, an infinity to itself, -0 to 0. Tensors
 * of an engine that cannot block are read first: `close(await x.array(), …)`.
 *
 * @param options `ulps`, `rtol`, `atol`; 4 ulps where none is given.
 * @example
 * ```ts
 * import { exp, log, tensor } from "cotangent"
 * import { close } from "cotangent/testing"
 * const report = close(log(exp(tensor([0.5, 1]))), [0.5, 1.25], { rtol: 1e-6 })
 * console.log(report.close, report.failures, report.worst?.index)
 * console.log(report.message)
 * ```
 * ```text
false 1 [ 1 ]
result[1] is 1, expected 1.25: 2097152 ulps (f32) and 0.25 apart, allowed rtol 0.000001; 1 of 2 elements is too far off
 * ```
 */
export function close(found: unknown, expected: unknown, options: Closeness = {}): CloseReport {
  checkOptions("close", options, ["ulps", "rtol", "atol"])
  const sofar: Sofar = { worst: undefined, failures: 0, of: 0, mismatch: undefined }
  pair(found, expected, "result", options, sofar)
  const { worst, failures, of, mismatch } = sofar
  const report = { close: failures === 0, failures, of, message: mismatch ?? sentence(sofar, options) }
  if (worst === undefined || mismatch !== undefined) return { ...report, worst: undefined }
  const { far: _, format: __, ...distance } = worst
  return { ...report, worst: distance }
}

/** Walks both trees at once; a list of tensors beside a list of numbers is compared entry by entry. */
function pair(found: unknown, expected: unknown, path: string, options: Closeness, sofar: Sofar): void {
  const lists = Array.isArray(found) && Array.isArray(expected) && (holdsTensors(found) || holdsTensors(expected))
  const [a, b] = lists ? [undefined, undefined] : [leafOf(found), leafOf(expected)]
  if (a !== undefined && b !== undefined) {
    compare(a, b, path, options, sofar)
    return
  }
  if (found === undefined && expected === undefined) return
  const [names, others] = [namesIn(found), namesIn(expected)]
  if (names === undefined || others === undefined || `${names}` !== `${others}`) {
    sofar.failures++
    sofar.mismatch ??= `${path} is ${describe(found)}, expected ${describe(expected)}`
    return
  }
  for (const name of names)
    pair(
      child(found, name),
      child(expected, name),
      Array.isArray(found) ? `${path}[${name}]` : `${path}.${name}`,
      options,
      sofar,
    )
}

function compare(found: Leaf, wanted: Leaf, path: string, options: Closeness, sofar: Sofar): void {
  const shape = found.shape ?? wanted.shape
  const differs =
    found.shape !== undefined && wanted.shape !== undefined
      ? `${found.shape}` !== `${wanted.shape}`
      : found.data.length !== wanted.data.length
  if (differs) {
    sofar.failures++
    sofar.mismatch ??= `${path} has shape ${showShape(found)}, expected ${showShape(wanted)}`
    return
  }
  // A plain number is a double; beside an f32 tensor what counts is the nearest single.
  const format = found.format === "f32" || wanted.format === "f32" ? "f32" : "f64"
  const { ulps = ulpsUnless(options), rtol = 0, atol = 0 } = options
  sofar.of += wanted.data.length
  for (let k = 0; k < wanted.data.length; k++) {
    const [a, b] = [found.data[k] ?? 0, wanted.data[k] ?? 0]
    const distance = ulpsBetween(a, b, format)
    const difference = distance === 0 ? 0 : Math.abs(a - b)
    const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
    // An infinite bound or element allows nothing: whatever is expected, Infinity would be close to it.
    const far = distance > Math.max(ulps, 0) && !(Number.isFinite(b) && error <= atol + rtol * Math.abs(b))
    if (far) sofar.failures++
    const { worst } = sofar
    if (worst === undefined || (far && !worst.far) || (far === worst.far && error > worst.error))
      sofar.worst = { path, index: indexAt(shape, k), found: a, expected: b, ulps: distance, error, far, format }
  }
}
/** Only equality is free of a bound; 4 ulps where none at all is given. */
const ulpsUnless = ({ rtol, atol }: Closeness): number => (rtol === undefined && atol === undefined ? 4 : 0)

function sentence({ worst, failures, of }: Sofar, options: Closeness): string {
  if (worst === undefined) return "there are no elements to compare"
  const { path, index, found, expected, ulps, error, format } = worst
  const within = options.ulps ?? ulpsUnless(options)
  const tolerance = [
    ...(options.atol === undefined ? [] : [`atol ${options.atol}`]),
    ...(options.rtol === undefined ? [] : [`rtol ${options.rtol}`]),
  ].join(" + ")
  const bounds = [
    ...(within > 0 || tolerance === "" ? [`${within} ulps`] : []),
    ...(tolerance === "" ? [] : [tolerance]),
  ]
  const at = `${path}[${index.join(", ")}]`
  const apart = `${ulps} ulps (${format}) and ${error} apart, allowed ${bounds.join(" or ")}`
  if (failures === 0)
    return `all ${of} elements are close; the worst, ${at}, is ${found}, expected ${expected}: ${apart}`
  return `${at} is ${found}, expected ${expected}: ${apart}; ${failures} of ${of} elements ${failures === 1 ? "is" : "are"} too far off`
}
