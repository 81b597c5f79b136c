/**
 * What a case shows: its value in f32 against its Program in f64 and the closed form, its gradient against the gradient's own
 * Program in f64, and that one against differences; the same one order up.
 */
import fc from "fast-check"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import { allocate, isFloat, type Numbers } from "../../src/autodiff/dtype.ts"
import type { Engine } from "../../src/autodiff/engine.ts"
import { bind } from "../../src/autodiff/interpreter.ts"
import { jvpValues } from "../../src/autodiff/interpreters/jvp.ts"
import { linearizeValues } from "../../src/autodiff/interpreters/linearize.ts"
import { trace } from "../../src/autodiff/interpreters/trace.ts"
import { transposeLinear } from "../../src/autodiff/interpreters/transpose.ts"
import { orZeros } from "../../src/autodiff/interpreters/zeros.ts"
import type { Maybe } from "../../src/autodiff/program/operation.ts"
import { type TensorType, typeOf } from "../../src/autodiff/program/type.ts"
import { fromNumbers } from "../../src/autodiff/tensor.ts"
import { callOperation } from "../../src/autodiff/transforms/call.ts"
import { flatten } from "../../src/autodiff/tree.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { differences, runWide } from "../../src/testing/differences.ts"
import { generator, randomNumbers } from "../../src/testing/numbers.ts"
import type { FunctionCase } from "./case.ts"

/** The worst errors of a case, over the largest number compared or 1. */
export interface Errors {
  /** f32 against f64. */
  readonly value: number
  /** f64 against the closed form; undefined where there is none. */
  readonly exact: number | undefined
  /** The gradient in f32 against f64, and in f64 against differences. */
  readonly gradient: number | undefined
  readonly differences: number | undefined
  /** The same for the change of the gradient in a direction. */
  readonly second: number | undefined
  readonly secondDifferences: number | undefined
}

type Run = (...xs: readonly Value[]) => readonly Value[]
const reference = (): Engine => engineAtOnce("reference")

/** Numbers for the arguments, the same for the same seed. */
export const drawnFor = (c: FunctionCase, seed: number): readonly Numbers[] =>
  c.args.map((a, k) => {
    const count = a.shape.reduce((x, y) => x * y, 1)
    const [numbers = []] = fc.sample(fc.noBias(a.values(count)), { numRuns: 1, seed: seed * 31 + k })
    const out = allocate(a.dtype === "key" ? "u32" : a.dtype, numbers.length)
    numbers.forEach((x, i) => {
      out[i] = x
    })
    return out
  })
export const runOf =
  (c: FunctionCase): Run =>
  (...xs) =>
    flatten(c.of(...xs), c.name).leaves

/** The largest difference over the largest number wanted, or 1; a NaN on one side alone is as wrong as can be. */
export function errorOf(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) throw new Error(`${found.length} numbers where ${wanted.length} are wanted`)
  let [scale, worst] = [1, 0]
  for (let k = 0; k < wanted.length; k++) {
    const size = Math.abs(wanted[k] ?? 0)
    if (Number.isFinite(size)) scale = Math.max(scale, size)
  }
  for (let k = 0; k < wanted.length; k++) {
    const [x, y] = [found[k] ?? 0, wanted[k] ?? 0]
    if (Object.is(x, y) || x === y) continue
    const error = Math.abs(x - y) / scale
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
  }
  return worst
}
const worstOf = async (
  found: readonly Value[],
  wanted: readonly (ArrayLike<number> | undefined)[],
): Promise<number> => {
  let worst = 0
  for (const [k, y] of found.entries()) {
    const w = wanted[k]
    if (w !== undefined) worst = Math.max(worst, errorOf(await y.data(), w))
  }
  return worst
}
const maximum = (a: number | undefined, b: number): number => Math.max(a ?? 0, b)

type Draws = readonly (Numbers | undefined)[]
const uploaded = (types: readonly TensorType[], draws: Draws, engine?: Engine): readonly Maybe[] =>
  types.map((t, k) => {
    const d = draws[k]
    return d === undefined ? undefined : fromNumbers(t, d, engine)
  })
const present = (xs: readonly Maybe[]): readonly Value[] => xs.flatMap((x) => (x === undefined ? [] : [x]))
const sums = (a: Draws, b: Draws): readonly number[] =>
  a.flatMap((xs, k) => Array.from(xs ?? [], (x, i) => x * (b[k]?.[i] ?? 0)))
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)

/** A case at one draw of its arguments: what to differentiate, in which weights of the results and along which direction. */
export interface Subject {
  readonly types: readonly TensorType[]
  readonly numbers: readonly Numbers[]
  /** Which arguments are differentiated by. */
  readonly active: readonly boolean[]
  readonly weights: Draws
  readonly direction: Draws
  readonly run: Run
  /** The gradient of the weighted results, as a function of the arguments; weights on the engine that it runs on. */
  readonly gradient: (engine?: Engine) => Run
  /** The change of that gradient along the direction. */
  readonly change: (engine?: Engine) => Run
}
export function subjectOf(c: FunctionCase, seed: number): Subject {
  const types = c.args.map((a) => typeOf(a.dtype, a.shape))
  const active = types.map((t) => isFloat(t.dtype))
  const next = generator(seed)
  const run = runOf(c)
  const results = trace(c.name, types, run).program.outputs.map((a) => a.type)
  const drawn = (ts: readonly TensorType[]): Draws =>
    ts.map((t) => (isFloat(t.dtype) ? randomNumbers(t, next) : undefined))
  const [weights, direction] = [drawn(results), drawn(types)]
  const gradient =
    (engine?: Engine): Run =>
    (...xs) => {
      const { equations, inputs, tangents } = linearizeValues(run, xs, active)
      const back = transposeLinear(equations, inputs, tangents, uploaded(results, weights, engine))
      return xs.flatMap((x, k) => (active[k] === true ? [orZeros(back[k], x.type)] : []))
    }
  const change =
    (engine?: Engine): Run =>
    (...xs) => {
      const { outputs, tangents } = jvpValues(gradient(engine), xs, uploaded(types, direction, engine))
      return outputs.map((g, k) => orZeros(tangents[k], g.type))
    }
  return { types, numbers: drawnFor(c, seed), active, weights, direction, run, gradient, change }
}
export const ordersOf = (c: FunctionCase): number =>
  c.args.some((a) => a.dtype === "f32" || a.dtype === "f64") ? (c.orders ?? 2) : 0

/** A function's Program rewritten to f64, on the reference engine: its results, and how they change in the direction. */
export interface Oracle {
  readonly results: readonly Numbers[]
  readonly changes: () => readonly (Float64Array | undefined)[]
}
export function oracleOf({ types, numbers, direction }: Subject, run: (engine?: Engine) => Run): Oracle {
  const { program, captured } = trace("oracle", types, run(reference()))
  const inputs = [...captured, ...present(uploaded(types, numbers, reference()))]
  const moves = [...captured.map(() => undefined), ...uploaded(types, direction, reference())]
  return {
    results: runWide(program, inputs).map((y) => y.dataSync()),
    changes: () => differences(program, inputs, moves),
  }
}

/** Measures a case on the current engine, for some draws of its arguments. */
export async function measure(c: FunctionCase, seeds: readonly number[]): Promise<Errors> {
  const errors: { -readonly [K in keyof Errors]: Errors[K] } = {
    value: 0,
    exact: undefined,
    gradient: undefined,
    differences: undefined,
    second: undefined,
    secondDifferences: undefined,
  }
  for (const seed of seeds) {
    const subject = subjectOf(c, seed)
    const { types, numbers, run, weights, direction } = subject
    const here = present(uploaded(types, numbers))
    const values = oracleOf(subject, () => run)
    errors.value = maximum(errors.value, await worstOf(run(...here), values.results))
    if (c.exact !== undefined) {
      const plain = c.exact(...c.args.map((a, k) => ({ shape: a.shape, data: [...(numbers[k] ?? [])] })))
      if (plain.length !== values.results.length)
        throw new Error(`${c.name}: ${plain.length} closed forms of ${values.results.length} results`)
      for (const [k, y] of values.results.entries()) errors.exact = maximum(errors.exact, errorOf(y, plain[k] ?? []))
    }
    if (ordersOf(c) < 1) continue

    const gradient = oracleOf(subject, subject.gradient)
    errors.gradient = maximum(errors.gradient, await worstOf(subject.gradient()(...here), gradient.results))
    const along = sums(
      gradient.results,
      direction.filter((d) => d !== undefined),
    )
    const moved = sums(values.changes(), weights)
    errors.differences = maximum(errors.differences, errorOf([total(along)], [total(moved)]))
    if (ordersOf(c) < 2) continue

    const second = oracleOf(subject, subject.change)
    errors.second = maximum(errors.second, await worstOf(subject.change()(...here), second.results))
    const wanted = gradient.changes()
    for (const [k, y] of second.results.entries())
      errors.secondDifferences = maximum(errors.secondDifferences, errorOf(y, wanted[k] ?? []))
  }
  return errors
}

/** The traced Program of the call, run as one. */
export const compiled = (c: FunctionCase): Run => {
  const types = c.args.map((a) => typeOf(a.dtype, a.shape))
  const { program, captured } = trace(c.name, types, runOf(c))
  return (...xs) => bind(callOperation(program), [...captured, ...xs])
}
