/** Random programs: functions of mixed operations on small shapes, to compare engines and transforms on. */
import fc from "fast-check"
import { CotangentError } from "../../autodiff/errors.ts"
import { add, mul } from "../../autodiff/functions/arithmetic.ts"
import { full, tensor } from "../../autodiff/functions/creation.ts"
import { cos } from "../../autodiff/functions/real.ts"
import { mean } from "../../autodiff/functions/reductions/mean.ts"
import { checkOptions } from "../../autodiff/options.ts"
import { makeProgram } from "../../autodiff/transforms/make-program.ts"
import type { F32, Scalar } from "../../autodiff/types/tensor.ts"
import { shapes } from "../shapes.ts"
import { scaled } from "../size.ts"
import { values } from "../values/values.ts"
import { movements, products, reductions } from "./arrays.ts"
import { control } from "./control.ts"
import { elementwise } from "./elementwise.ts"
import { asShape, elements, resize, type Step, small, type Wide } from "./fitting.ts"

export interface ProgramLimits {
  /** Steps at most; 6 unless given or scaled. */
  readonly depth?: number
  /** Arguments at most, where `from` does not say; 2 unless given. */
  readonly maxArguments?: number
  /** Scales the depth that is not given; fast-check's `baseSize` unless given. */
  readonly size?: fc.SizeForArbitrary
  /** Whether scan, cond, jit, grad, … may be among the steps; true unless given. */
  readonly control?: boolean
  /** Steps to leave out, by name: `stopGradient` where derivatives are compared with differences. */
  readonly without?: readonly string[]
}

/** Programs of given shapes: of every argument, and of the one result. */
export interface ProgramShapes<From, To> {
  readonly from: From
  readonly to: To
}

export interface RandomProgram<Args extends readonly unknown[] = readonly Wide[], Result = readonly Wide[]> {
  /** The function: f32 tensors to the f32 tensors that no later step has used, or to the one that was asked for. */
  readonly f: (...args: Args) => Result
  /** A smooth scalar of all results, to differentiate. */
  readonly loss: (...args: Args) => Scalar
  /** The arguments, made on the current engine. */
  readonly args: () => Args
  readonly steps: readonly string[]
  toString(): string
}
type Shapes = readonly (readonly number[])[]
/** An f32 tensor of every shape. */
export type ArgumentsOf<From> = { readonly [K in keyof From]: F32<From[K]> }

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
const argumentOf = (shape: readonly number[]): fc.Arbitrary<Argument> =>
  values
    .between(
      -2,
      2,
    )(elements(shape))
    .map((data) => ({ shape, data }))
const argument: fc.Arbitrary<Argument> = shapes({ maxRank: 3, maxSize: 4, maxElements: 12 }).chain(argumentOf)

/**
 * Functions made of random steps: elementwise, reductions, contractions, gathers, scatters, sorts, scan, cond, jit, grad
 * and more inside one another. Their values stay small and away from ties, so that engines that round differently must
 * still agree, on results and on gradients. They shrink to fewer steps and print as Programs.
 *
 * @param limits `from`: the shapes of the arguments, and `to`: the shape of the one result; without them both are drawn.
 * `depth`: steps at most. `control: false` and `without` leave steps out.
 * @example
 * ```ts
 * import fc from "fast-check"
 * import { jit } from "cotangent"
 * import { expectClose, programs } from "cotangent/testing"
 * fc.assert(
 *   fc.property(programs(), ({ f, args }) => expectClose(jit(f)(...args()), f(...args()), { rtol: 1e-4, atol: 1e-4 })),
 *   { numRuns: 20 },
 * )
 * const scalars = programs({ from: [[2, 3], [3]], to: [], depth: 4 })
 * fc.assert(fc.property(scalars, ({ f, args }) => f(...args()).shape.length === 0), { numRuns: 20 })
 * ```
 */
export function programs<const From extends readonly (readonly number[])[], const To extends readonly number[]>(
  limits: ProgramLimits & ProgramShapes<From, To>,
): fc.Arbitrary<RandomProgram<ArgumentsOf<From>, F32<To>>>
export function programs(limits?: ProgramLimits): fc.Arbitrary<RandomProgram>
export function programs(limits: ProgramLimits & Partial<ProgramShapes<Shapes, readonly number[]>> = {}): unknown {
  checkOptions("programs", limits, ["from", "to", "depth", "maxArguments", "size", "control", "without"])
  const { from, to, maxArguments = 2, control: withControl = true, without = [], size } = limits
  if ((from === undefined) !== (to === undefined))
    throw new CotangentError(
      "arbitrary",
      "programs: from and to come together: the shapes of the arguments, and the shape of the result",
    )
  if (from !== undefined && !(Array.isArray(from) && from.every(Array.isArray)))
    throw new CotangentError(
      "arbitrary",
      `programs: from is a list of shapes, one for each argument, got ${JSON.stringify(from)}; write [[3]] for one vector`,
    )
  const empty = [...(from ?? []), to ?? []].find((shape) => shape.includes(0))
  if (empty !== undefined || from?.length === 0)
    throw new CotangentError(
      "arbitrary",
      `programs: from needs at least one shape, and shapes need elements, got ${JSON.stringify({ from, to })}`,
    )
  const known = steps(withControl, without)
  const given =
    from === undefined
      ? fc.array(argument, { minLength: 1, maxLength: maxArguments })
      : fc.tuple(...from.map(argumentOf))
  return fc
    .tuple(
      given,
      fc.array(choice(known.length), {
        minLength: 1,
        maxLength: limits.depth ?? scaled(size).depth,
        size: "max",
      }),
    )
    .map(([args, choices]) => build(known, args, choices, to))
}

function build(
  known: readonly Step[],
  given: readonly Argument[],
  choices: readonly Choice[],
  to: readonly number[] | undefined,
): unknown {
  const results = (...args: readonly Wide[]): readonly Wide[] => {
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
  // Of the shape asked for: all results together, none of which is lost.
  const fitted = (ys: readonly Wide[], shape: readonly number[]): Wide =>
    ys.map((y) => asShape(resize(y, elements(shape)), shape)).reduce((a, b) => add(a, b))
  const f = (...args: readonly Wide[]): Wide | readonly Wide[] =>
    to === undefined ? results(...args) : fitted(results(...args), to)
  const loss = (...args: readonly Wide[]): Scalar =>
    results(...args).reduce<Scalar>((total, y) => add(total, mean(mul(cos(y), y))), full([], 0))
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
