/** Derivatives against differences. */
import { type AnyFunction, functionArgument, notAsync } from "../autodiff/boundary.ts"
import { isFloat } from "../autodiff/dtype.ts"
import { jvpValues } from "../autodiff/interpreters/jvp.ts"
import { linearizeValues } from "../autodiff/interpreters/linearize.ts"
import { trace } from "../autodiff/interpreters/trace.ts"
import { transposeLinear } from "../autodiff/interpreters/transpose.ts"
import { orZeros } from "../autodiff/interpreters/zeros.ts"
import { checkOptions } from "../autodiff/options.ts"
import type { Maybe } from "../autodiff/program/operation.ts"
import { callOn } from "../autodiff/transforms/arguments.ts"
import { flatten } from "../autodiff/tree.ts"
import type { Value } from "../autodiff/value.ts"
import { differences } from "./differences.ts"
import { kinkAlong, likelyCause } from "./kinks.ts"
import { generator, inner, randomLike } from "./numbers.ts"

export interface CheckGradsOptions {
  /** Derivatives up to this order; 2 unless given. */
  readonly order?: number
  /** Forward mode, reverse mode or both (the default). */
  readonly modes?: readonly ("fwd" | "rev")[]
  /**
   * The error allowed, relative to the largest number compared where that is above 1: 1e-4 for f32 (its derivative is
   * rounded, the differences are not), 1e-6 for f64.
   */
  readonly tolerance?: number
  /** Other seeds look in other directions; 0 unless given. */
  readonly seed?: number
}

/** A function of leaves, with what to call its arguments and itself in messages. */
interface Subject {
  readonly run: (...leaves: readonly Value[]) => readonly Value[]
  readonly leaves: readonly Value[]
  readonly paths: readonly string[]
  /** "" for the function itself, " of its pullback" one order up. */
  readonly of: string
}
interface Settings {
  /** Who asks: "checkGrads" or a law. */
  readonly op: string
  readonly modes: readonly ("fwd" | "rev")[]
  readonly tolerance: number | undefined
  readonly next: () => number
}

/**
 * Compares the derivatives of a function, in forward and reverse mode, with central differences of its Program rewritten to
 * float64, in the direction of every argument and of all together; and forward with reverse mode, `<J u, v> = <u, J' v>`.
 * Every float among the arguments is differentiated by. The function must be smooth around the arguments.
 *
 * @param options `order`: 2 also checks the derivatives of the pullback and of the jvp. `modes`: leave "rev" out for a
 * function with a whileLoop. `tolerance`, `seed`.
 * @throws Error that names the argument, the mode, the direction and the numbers. EngineError on an engine that cannot block.
 * @example
 * ```ts
 * import { mul, sin, sum, tensor } from "cotangent"
 * import { checkGrads } from "cotangent/testing"
 * checkGrads((x, y) => sum(mul(sin(x), y)), [tensor([0.5, 1]), tensor([2, 3])], { order: 2 })
 * ```
 */
export function checkGrads<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: readonly [...A],
  options: CheckGradsOptions = {},
): void {
  checkOptions("checkGrads", options, gradsOptions)
  checkDerivatives("checkGrads", functionArgument("checkGrads", f), args, options)
}
export const gradsOptions: readonly (keyof CheckGradsOptions)[] = ["order", "modes", "tolerance", "seed"]

/** The same on behalf of a law, which messages name. */
export function checkDerivatives(
  op: string,
  call: AnyFunction,
  args: readonly unknown[],
  { order = 2, modes = ["fwd", "rev"], seed = 0, tolerance }: CheckGradsOptions,
): void {
  const flat = flatten(args, "argument")
  const settings = { op, modes, tolerance, next: generator(seed) }
  const run = (...leaves: readonly Value[]): readonly Value[] =>
    flatten(notAsync(op, callOn(call, flat, leaves)), "the result").leaves
  check({ run, leaves: flat.leaves, paths: flat.paths, of: "" }, order, settings)
}

function check(subject: Subject, order: number, settings: Settings): void {
  if (order < 1) return
  const { run, leaves, paths, of } = subject
  const { modes, next } = settings
  const { program, captured } = trace(
    "checked",
    leaves.map((x) => x.type),
    run,
  )
  const active = leaves.map((x) => isFloat(x.dtype))
  const made = linearizeValues(run, leaves, modes.includes("rev") ? active : leaves.map(() => false), settings.op)
  const weights = made.outputs.map((y) => (isFloat(y.dtype) ? randomLike(y.type, next) : undefined))
  const cotangents = modes.includes("rev")
    ? transposeLinear(made.equations, made.inputs, made.tangents, weights).map((ct, k) => ct ?? zeroAt(leaves, k))
    : []
  for (const { name, direction } of directions(leaves, paths, active, next)) {
    const inputs = [...captured, ...leaves]
    const moves = [...captured.map(() => undefined), ...direction]
    const expected = differences(program, inputs, moves)
    const where = `in the direction of ${name}`
    const why = (error: number): string | undefined => kinkAlong(program, inputs, moves, error)
    if (modes.includes("fwd")) {
      const tangents = jvpValues(run, leaves, direction).tangents
      made.outputs.forEach((y, r) => {
        const wanted = expected[r]
        if (wanted !== undefined)
          agree(
            `jvp${of}, result ${r}, ${where}`,
            direction,
            orZeros(tangents[r], y.type).dataSync(),
            wanted,
            y,
            settings,
            why,
          )
      })
      if (modes.includes("rev")) {
        const [forward, backward] = [inner(tangents, weights), inner(direction, cotangents)]
        const first = made.outputs[0]
        if (first !== undefined)
          agree(`<J u, v>${of} against <u, J' v> ${where}`, direction, [forward], [backward], first, settings)
      }
    }
    if (modes.includes("rev")) {
      let wanted = 0
      expected.forEach((change, r) => {
        const v = weights[r]?.dataSync()
        change?.forEach((x, i) => {
          wanted += x * (v?.[i] ?? 0)
        })
      })
      const first = made.outputs[0]
      if (first !== undefined)
        agree(`vjp${of} ${where}`, direction, [inner(direction, cotangents)], [wanted], first, settings, why)
    }
  }
  if (order < 2) return
  if (modes.includes("rev"))
    check({ ...subject, run: pullbackOf(run, weights, active), of: `${of} of the pullback` }, order - 1, settings)
  if (modes.includes("fwd")) {
    const direction = leaves.map((x, k) => (active[k] === true ? randomLike(x.type, next) : undefined))
    const forward = (...xs: readonly Value[]): readonly Value[] => {
      const { outputs, tangents } = jvpValues(run, xs, direction)
      return outputs.flatMap((y, r) => (isFloat(y.dtype) ? [orZeros(tangents[r], y.type)] : []))
    }
    check({ ...subject, run: forward, of: `${of} of the jvp` }, order - 1, settings)
  }
}

const zeroAt = (leaves: readonly Value[], k: number): Maybe => {
  const x = leaves[k]
  return x === undefined || !isFloat(x.dtype) ? undefined : orZeros(undefined, x.type)
}

/** The gradient of a weighted sum of results, as a function that can be differentiated again. */
const pullbackOf =
  (run: Subject["run"], weights: readonly Maybe[], active: readonly boolean[]): Subject["run"] =>
  (...xs) => {
    const made = linearizeValues(run, xs, active, "the pullback")
    const back = transposeLinear(made.equations, made.inputs, made.tangents, weights)
    return xs.flatMap((x, k) => (active[k] === true ? [orZeros(back[k], x.type)] : []))
  }

interface Direction {
  readonly name: string
  readonly direction: readonly Maybe[]
}
/** One argument at a time, then all of them at once. */
function directions(
  leaves: readonly Value[],
  paths: readonly string[],
  active: readonly boolean[],
  next: () => number,
): readonly Direction[] {
  const moved = leaves.map((x, k) => (active[k] === true ? randomLike(x.type, next) : undefined))
  const single = leaves.flatMap((_, k): readonly Direction[] =>
    active[k] === true
      ? [{ name: paths[k] ?? `argument ${k}`, direction: moved.map((d, j) => (j === k ? d : undefined)) }]
      : [],
  )
  return single.length > 1 ? [...single, { name: "all arguments", direction: moved }] : single
}

function agree(
  what: string,
  direction: readonly Maybe[],
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  result: Value,
  { op, tolerance = result.dtype === "f64" ? 1e-6 : 1e-4 }: Settings,
  why?: (error: number) => string | undefined,
): void {
  let [scale, worst] = [1, -1]
  for (let k = 0; k < wanted.length; k++) scale = Math.max(scale, Math.abs(wanted[k] ?? 0))
  let error = tolerance * scale
  for (let k = 0; k < wanted.length; k++) {
    const difference = Math.abs((found[k] ?? 0) - (wanted[k] ?? 0))
    // Not `difference > error`: a NaN must fail.
    if (difference <= error) continue
    error = difference
    worst = k
  }
  if (worst < 0) return
  const moves = direction.map((d) =>
    d === undefined ? "-" : [...d.dataSync().slice(0, 4)].map((x) => x.toFixed(4)).join(" "),
  )
  const cause =
    why === undefined && !Number.isNaN(error)
      ? "the pullback is not the transpose of the jvp: look at the backward of a customVjp, or a transpose of definePrimitive"
      : (why?.(error) ?? likelyCause(found[worst] ?? 0, wanted[worst] ?? 0))
  throw new Error(
    `${op}: ${what}: the derivative is ${found[worst]} at element ${worst}, ${why === undefined ? "the other side is" : "differences in float64 give"} ${wanted[worst]} (off by ${error}, allowed ${tolerance * scale}); direction [${moves.join(" | ")}]\n  perhaps: ${cause}`,
  )
}
