/** Every engine gives the same. */
import fc from "fast-check"
import { type AnyFunction, functionArgument, typed } from "../../autodiff/boundary.ts"
import { withEngine } from "../../autodiff/current-engine.ts"
import { EngineError } from "../../autodiff/errors.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { ConcreteTensor, fromNumbers } from "../../autodiff/tensor.ts"
import type { Flat } from "../../autodiff/tree.ts"
import type { Value } from "../../autodiff/value.ts"
import { expectEqual, type Tolerance } from "./agreement.ts"
import type { Arbitraries, Drawn } from "./draw.ts"
import { argumentsAt, pointOf, resultAt, withLeaves } from "./point.ts"

export interface EnginesAgreeOptions extends Tolerance {
  /** Two or more; the others are held to the first. "reference", "wasm" and "gpujs" unless given. */
  readonly engines?: readonly string[]
}

/**
 * A function gives the same on every engine: arguments are moved there, the function runs there, and its results come from
 * there. "gpujs" is the mode that `setEngine` was last asked for, or webasm. Takes a function that closes over no tensors:
 * those stay where they are.
 *
 * @returns an asynchronous property: `await fc.assert(…)`.
 * @example
 * ```ts
 * import { type F32, softmax } from "cotangent"
 * import { laws, tensors } from "cotangent/testing"
 * import fc from "fast-check"
 * const law = laws.enginesAgree((x: F32<[3]>) => softmax(x), [tensors({ shape: [3] })], { engines: ["reference", "wasm"] })
 * await fc.assert(law, { numRuns: 20 })
 * ```
 */
export function enginesAgree<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Arbitraries<A>,
  options: EnginesAgreeOptions = {},
): fc.IAsyncPropertyWithHooks<[...A]> {
  const law = "laws.enginesAgree"
  const call = functionArgument(law, f)
  checkOptions(law, options, ["tolerance", "engines"])
  const { engines = ["reference", "wasm", "gpujs"], tolerance } = options
  const check = async (...drawn: Drawn): Promise<void> => {
    const point = pointOf(drawn)
    const results: Flat[] = []
    for (const engine of engines) {
      const there = await onEngine(point, engine)
      const result = withEngine(engine, () => runOn(law, engine, call, pointOf(argumentsAt(there))))
      const strayed = result.leaves.find((x) => x instanceof ConcreteTensor && !x.engine.name.startsWith(engine))
      if (strayed instanceof ConcreteTensor)
        throw new Error(
          `${law}: asked to run on ${engine}, but a result is on ${strayed.engine.name}\n  perhaps: f closes over a tensor; hand it over as an argument`,
        )
      results.push(await read(result))
    }
    const [first, ...others] = results
    if (first !== undefined)
      others.forEach((found, k) => {
        expectEqual(
          {
            law,
            sides: [`f on ${engines[k + 1]}`, `f on ${engines[0]}`],
            perhaps:
              "a kernel or routine of your own differs between engines, f asks which engine runs, or the tolerance is below what f's conditioning makes of a rounding",
          },
          found,
          first,
          tolerance,
        )
      })
  }
  return typed(Reflect.apply(fc.asyncProperty, fc, [...args, check]))
}

function runOn(law: string, engine: string, call: AnyFunction, point: Flat): Flat {
  try {
    return resultAt(law, call, point)
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    const said = cause.message.split("\n")[0]
    throw new Error(
      `${law}: f on ${engine} throws: ${said}\n  perhaps: f closes over a tensor, which stays on its engine; hand it over as an argument`,
      { cause },
    )
  }
}
async function onEngine(point: Flat, engine: string): Promise<Flat> {
  const leaves: Value[] = []
  // One after the other: the first may have to load the engine.
  for (const x of point.leaves) leaves.push(await x.to(engine))
  return withLeaves(point, leaves)
}
/** The same numbers where they can be compared at once. */
async function read(result: Flat): Promise<Flat> {
  const leaves: Value[] = []
  for (const x of result.leaves) {
    const numbers = await x.data()
    leaves.push(withEngine("reference", () => fromNumbers(x.type, numbers)))
  }
  return withLeaves(result, leaves)
}
