/** Random programs: functions of mixed operations on small shapes, to compare engines and transforms on. */
import fc from "fast-check"
import { add, mul } from "../../autodiff/functions/arithmetic.ts"
import { full, tensor } from "../../autodiff/functions/creation.ts"
import { cos } from "../../autodiff/functions/real.ts"
import { mean } from "../../autodiff/functions/reductions/mean.ts"
import { makeProgram } from "../../autodiff/transforms/make-program.ts"
import type { Scalar } from "../../autodiff/types/tensor.ts"
import { shapes } from "../shapes.ts"
import { values } from "../values/values.ts"
import { movements, products, reductions } from "./arrays.ts"
import { control } from "./control.ts"
import { elementwise } from "./elementwise.ts"
import { type Step, small, type Wide } from "./fitting.ts"

export interface ProgramLimits {
  /** Steps at most; 6 unless given. */
  readonly maxSteps?: number
  /** Arguments at most; 2 unless given. */
  readonly maxArguments?: number
  /** Whether scan, cond, jit, grad, … may be among the steps; true unless given. */
  readonly control?: boolean
  /** Steps to leave out, by name: `stopGradient` where derivatives are compared with differences. */
  readonly without?: readonly string[]
}

export interface RandomProgram {
  /** The function: f32 tensors to the f32 tensors that no later step has used. */
  readonly f: (...args: readonly Wide[]) => readonly Wide[]
  /** A smooth scalar of all results, to differentiate. */
  readonly loss: (...args: readonly Wide[]) => Scalar
  /** The arguments, made on the current engine. */
  readonly args: () => readonly Wide[]
  readonly steps: readonly string[]
  toString(): string
}

const steps = (withControl: boolean, without: readonly string[]): readonly Step[] =>
  [...elementwise, ...reductions, ...movements, ...products, ...(withControl ? control : [])].filter(
    (step) => !without.includes(step.name),
  )

interface Choice {
  readonly step: number
  readonly x: number
  readonly y: number
  readonly n: number
}
const choice = (count: number): fc.Arbitrary<Choice> =>
  fc.record({
    step: fc.integer({ min: 0, max: count - 1 }),
    x: fc.integer({ min: 0, max: 7 }),
    y: fc.integer({ min: 0, max: 7 }),
    n: fc.integer({ min: 0, max: 11 }),
  })

interface Argument {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
const argument: fc.Arbitrary<Argument> = shapes({ maxElements: 12 }).chain((shape) =>
  values
    .between(
      -2,
      2,
    )(shape.reduce((a, b) => a * b, 1))
    .map((data) => ({ shape, data })),
)

/**
 * Functions made of random steps: elementwise, reductions, contractions, gathers, scatters, sorts, scan, cond, jit, grad
 * and more inside one another. Their values stay small and away from ties, so that engines that round differently must
 * still agree, on results and on gradients. They shrink to fewer steps and print as Programs.
 *
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { jit } from "cotangent"
 * import { expectClose, programs } from "cotangent/testing"
 * fc.assert(
 *   fc.property(programs(), ({ f, args }) => expectClose(jit(f)(...args()), f(...args()), { rtol: 1e-4, atol: 1e-4 })),
 *   { numRuns: 20 },
 * )
 * ```
 */
export function programs({
  maxSteps = 6,
  maxArguments = 2,
  control: withControl = true,
  without = [],
}: ProgramLimits = {}): fc.Arbitrary<RandomProgram> {
  const known = steps(withControl, without)
  return fc
    .tuple(
      fc.array(argument, { minLength: 1, maxLength: maxArguments }),
      fc.array(choice(known.length), { minLength: 1, maxLength: maxSteps, size: "max" }),
    )
    .map(([given, choices]) => build(known, given, choices))
}

function build(known: readonly Step[], given: readonly Argument[], choices: readonly Choice[]): RandomProgram {
  const f = (...args: readonly Wide[]): readonly Wide[] => {
    const sofar: Wide[] = [...args]
    const used = new Set<number>()
    for (const { step, x, y, n } of choices) {
      // The latest value is the likeliest, so that programs grow deep rather than wide.
      const [first, second] = [Math.max(0, sofar.length - 1 - (x >> 1)), y % sofar.length]
      const [a, b, apply] = [sofar[first], sofar[second], known[step]?.apply]
      if (a === undefined || b === undefined || apply === undefined) continue
      used.add(first)
      sofar.push(small(apply(a, b, n)))
    }
    return sofar.filter((_, k) => k >= args.length && !used.has(k))
  }
  const loss = (...args: readonly Wide[]): Scalar =>
    f(...args).reduce<Scalar>((total, y) => add(total, mean(mul(cos(y), y))), full([], 0))
  const args = (): readonly Wide[] =>
    given.map(({ shape, data }): Wide => tensor(Float32Array.from(data), { shape: [...shape], dtype: "f32" }))
  const names = choices.map((c) => known[c.step]?.name ?? "")
  return {
    f,
    loss,
    args,
    steps: names,
    toString: () => {
      try {
        return `${names.join(", ")}:\n${String(makeProgram(f)(...args()))}`
      } catch (error) {
        return `${names.join(", ")} (cannot be traced: ${String(error)})`
      }
    },
  }
}
