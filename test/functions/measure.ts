/**
 * What a case shows: its value in f32 against its Program in f64 and the closed form, its gradient against the gradient's own
 * Program in f64, and that one against differences; the same one order up.
 */
import fc from "fast-check"
import { engineAtOnce } from "../../src/autodiff/current-engine.ts"
import { allocate, isFloat, type Numbers } from "../../src/autodiff/dtype.ts"
import { bind } from "../../src/autodiff/interpreter.ts"
import { jvpValues } from "../../src/autodiff/interpreters/jvp.ts"
import { linearizeValues } from "../../src/autodiff/interpreters/linearize.ts"
import { trace } from "../../src/autodiff/interpreters/trace.ts"
import { transposeLinear } from "../../src/autodiff/interpreters/transpose.ts"
import { orZeros } from "../../src/autodiff/interpreters/zeros.ts"
import type { Maybe } from "../../src/autodiff/program/operation.ts"
import { typeOf } from "../../src/autodiff/program/type.ts"
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
const reference = (): ReturnType<typeof engineAtOnce> => engineAtOnce("reference")

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
  const types = c.args.map((a) => typeOf(a.dtype, a.shape))
  const active = types.map((t) => isFloat(t.dtype))
  const run = runOf(c)
  for (const seed of seeds) {
    const numbers = drawnFor(c, seed)
    const next = generator(seed)
    const upload = (engine?: ReturnType<typeof reference>): readonly Value[] =>
      types.map((t, k) => fromNumbers(t, numbers[k] ?? new Float32Array(0), engine))
    const [here, there] = [upload(), upload(reference())]
    const made = trace(c.name, types, run)
    const wide = runWide(made.program, [...made.captured, ...there]).map((y) => y.dataSync())
    errors.value = maximum(errors.value, await worstOf(run(...here), wide))
    if (c.exact !== undefined) {
      const plain = c.exact(...c.args.map((a, k) => ({ shape: a.shape, data: [...(numbers[k] ?? [])] })))
      if (plain.length !== wide.length)
        throw new Error(`${c.name}: ${plain.length} closed forms of ${wide.length} results`)
      for (const [k, y] of wide.entries()) errors.exact = maximum(errors.exact, errorOf(y, plain[k] ?? []))
    }
    if (c.orders === 0 || !active.includes(true)) continue

    const results = made.program.outputs.map((a) => a.type)
    const random = (ts: readonly (typeof results)[number][], engine?: ReturnType<typeof reference>) => {
      const draws = ts.map((t) => (isFloat(t.dtype) ? randomNumbers(t, next) : undefined))
      const on = (e?: typeof engine): readonly Maybe[] =>
        draws.map((d, k) => {
          const t = ts[k]
          return d === undefined || t === undefined ? undefined : fromNumbers(t, d, e)
        })
      return { draws, here: on(), there: on(reference()) }
    }
    const weights = random(results)
    const direction = random(types)
    const gradient =
      (w: readonly Maybe[]): Run =>
      (...xs) => {
        const { equations, inputs, tangents } = linearizeValues(run, xs, active)
        const back = transposeLinear(equations, inputs, tangents, w)
        return xs.flatMap((x, k) => (active[k] === true ? [orZeros(back[k], x.type)] : []))
      }
    const still = (captured: readonly Value[]): readonly Maybe[] => captured.map(() => undefined)
    const first = trace(c.name, types, gradient(weights.there))
    const wideGradient = runWide(first.program, [...first.captured, ...there]).map((y) => y.dataSync())
    errors.gradient = maximum(errors.gradient, await worstOf(gradient(weights.here)(...here), wideGradient))
    // Σ weights · (change of the results) = Σ gradient · direction
    const moved = differences(made.program, [...made.captured, ...there], [...still(made.captured), ...direction.there])
    const products = moved.flatMap((m, k) => [...(m ?? [])].map((x, i) => x * (weights.draws[k]?.[i] ?? 0)))
    const along = wideGradient.flatMap((g, k) => {
      const d = direction.draws.filter((_, j) => active[j] === true)[k]
      return [...g].map((x, i) => x * (d?.[i] ?? 0))
    })
    const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
    errors.differences = maximum(errors.differences, errorOf([total(along)], [total(products)]))
    if (c.orders === 1) continue

    const change =
      (w: readonly Maybe[], d: readonly Maybe[]): Run =>
      (...xs) => {
        const { outputs, tangents } = jvpValues(gradient(w), xs, d)
        return outputs.map((g, k) => orZeros(tangents[k], g.type))
      }
    const second = trace(c.name, types, change(weights.there, direction.there))
    const wideSecond = runWide(second.program, [...second.captured, ...there]).map((y) => y.dataSync())
    errors.second = maximum(errors.second, await worstOf(change(weights.here, direction.here)(...here), wideSecond))
    const wanted = differences(
      first.program,
      [...first.captured, ...there],
      [...still(first.captured), ...direction.there],
    )
    for (const [k, y] of wideSecond.entries())
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
