/** Folding axes away: every reduction is this with its monoid. */
import type { Element } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import { type ArrayType, inputsOf, mapLoop } from "../program/loop/loop.ts"
import type { Paired, Simple } from "../program/loop/monoid.ts"
import { binary, constant, fold, foldAll, load, type Scalar, type Var } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { noArithmetic } from "../shape/messages.ts"
import { type Case, type Entry, loopOperation, operand, type Values } from "./primitive.ts"

export interface Reduction extends Entry {
  /** Axes counted from the start, in rising order. */
  readonly over: (axes: readonly number[]) => LoopOperation
}

/** The operand's coordinates for an output index and the indices folded over. */
const coordinates = (
  rank: number,
  axes: readonly number[],
  kept: readonly Scalar[],
  folded: readonly Scalar[],
): readonly Scalar[] => {
  const rest = kept[Symbol.iterator]()
  return Array.from({ length: rank }, (_, d) => {
    const at = axes.indexOf(d)
    const next = at < 0 ? rest.next().value : folded[at]
    return next ?? constant(0)
  })
}
const cases = (over: Reduction["over"], values: Values, dtype: Element = "f32"): readonly Case[] =>
  [
    { shape: [4], axes: [0] },
    { shape: [2, 3], axes: [0] },
    { shape: [2, 3, 2], axes: [0, 2] },
    { shape: [2, 3], axes: [1] },
    { shape: [2, 0], axes: [1] },
    { shape: [1, 5], axes: [0] },
  ].map(({ shape, axes }) => ({ operation: over(axes), operands: [{ shape, values, dtype }] }))

/** A reduction by a monoid of single values. */
export function reduction(name: string, monoid: Simple, values: Values, dtype: Element = "f32"): Reduction {
  const bools = monoid === "and" || monoid === "or"
  const over = (axes: readonly number[]): LoopOperation =>
    loopOperation(name, { axes }, (types) => {
      const type = operand(name, types[0])
      if ((type.dtype === "bool") !== bools)
        throw new DTypeError("dtype", noArithmetic(name, type.dtype), { op: name, dtype: type.dtype })
      const inputs = inputsOf([type])
      const shape = type.shape.filter((_, d) => !axes.includes(d))
      const sizes = axes.map((d) => type.shape[d] ?? 1)
      return mapLoop(inputs, shape, (...i) =>
        foldAll(
          monoid,
          sizes,
          (ks) => inputs.map((x) => load(x, coordinates(type.shape.length, axes, i, ks)))[0] ?? constant(0),
        ),
      )
    })
  return { name, over, cases: cases(over, values, dtype) }
}

/** A reduction to an index, i32, counted row-major over the folded axes. */
export function argReduction(name: string, monoid: Paired, values: Values): Reduction {
  const over = (axes: readonly number[]): LoopOperation =>
    loopOperation(name, { axes }, (types) => {
      const type: ArrayType = operand(name, types[0])
      const inputs = inputsOf([type])
      const shape = type.shape.filter((_, d) => !axes.includes(d))
      const sizes = axes.map((d) => type.shape[d] ?? 1)
      const total = sizes.reduce((a, b) => a * b, 1)
      return mapLoop(inputs, shape, (...i) =>
        fold(
          monoid,
          total,
          (k) => {
            const at = inputs.map((x) => load(x, coordinates(type.shape.length, axes, i, unravel(k, sizes))))
            return [at[0] ?? constant(0), k]
          },
          1,
        ),
      )
    })
  return { name, over, cases: cases(over, values) }
}
/** A flat index taken apart; a single axis stays the plain index, which is what engines read fastest. */
function unravel(k: Var, sizes: readonly number[]): readonly Scalar[] {
  let step = sizes.reduce((a, b) => a * b, 1)
  return sizes.map((size, d) => {
    step /= Math.max(size, 1)
    const above = d === 0 ? k : binary("rem", k, step * size)
    return step === 1 ? above : binary("div", above, step)
  })
}
