/** User functions as sub-programs of control flow. */
import { notAsync } from "../boundary.ts"
import { CotangentError, internal } from "../errors.ts"
import { currentInterpreter } from "../interpreter.ts"
import { evaluate } from "../interpreters/evaluate.ts"
import { evalProgram, trace, traceClosed } from "../interpreters/trace.ts"
import type { Program } from "../program/program.ts"
import { showType, type TensorType } from "../program/type.ts"
import { branchesDiffer, carryChanged } from "../shape/messages.ts"
import { type Flat, flatten } from "../tree.ts"
import type { Value } from "../value.ts"
import { settled } from "./arguments.ts"

export interface SubProgram {
  /** Takes the captured values, then the arguments. */
  readonly program: Program
  readonly captured: readonly Value[]
  readonly result: Flat
}

/** Traces a function of leaves whose result is a tree. */
export function subProgram(
  op: string,
  types: readonly TensorType[],
  f: (leaves: readonly Value[]) => unknown,
): SubProgram {
  let result: Flat | undefined
  const { program, captured } = trace(op, types, (...leaves) => {
    result = settled(flatten(notAsync(op, f(leaves)), "the result"))
    return result.leaves
  })
  if (result === undefined) throw internal(`${op} without a result`)
  return { program, captured, result }
}

/** The same Program with further inputs before its own `from`th, which it does not read. */
export const withInputs = (program: Program, from: number, extra: readonly TensorType[]): Program =>
  extra.length === 0
    ? program
    : traceClosed(
        program.name,
        [
          ...program.inputs.slice(0, from).map((v) => v.type),
          ...extra,
          ...program.inputs.slice(from).map((v) => v.type),
        ],
        (...xs) => evalProgram(program, [...xs.slice(0, from), ...xs.slice(from + extra.length)]),
      )

/**
 * Whether a rule given by hand has to be traced where its function is called. Inside a trace it becomes part of Programs
 * that may use nothing from outside, so what it closes over must become operands. A rule that calls its own function is
 * not traced again while it is being traced.
 */
export function ruleGuard(): <R>(trace: () => R) => R | undefined {
  let inside = false
  return (traced) => {
    if (inside || currentInterpreter() === evaluate) return undefined
    inside = true
    try {
      return traced()
    } finally {
      inside = false
    }
  }
}

/** Checks that a loop's state leaves as it entered. */
export function expectCarry(op: string, before: Flat, after: Flat): void {
  before.leaves.forEach((x, k) => {
    const y = after.leaves[k]
    const path = before.paths[k] ?? "carry"
    if (y !== undefined && y.type.array !== x.type.array && showType(y.type) !== showType(x.type))
      throw new CotangentError("carry", carryChanged(op, path, showType(x.type), showType(y.type)), { path })
  })
  if (before.key !== after.key)
    throw new CotangentError("carry-structure", `${op}: the carry must leave with the structure it entered with`, {
      structures: [before.key, after.key],
    })
}

/** Checks that branches give the same, so that the choice can be made when it runs. */
export function expectSameResults(op: string, first: Flat, other: Flat): void {
  if (first.key !== other.key)
    throw new CotangentError("branch-structure", `${op}: the branches return different structures`, {
      structures: [first.key, other.key],
    })
  first.leaves.forEach((x, k) => {
    const y = other.leaves[k]
    if (y !== undefined && y.type !== x.type)
      throw new CotangentError(
        "branches",
        branchesDiffer(op, first.paths[k] ?? "the result", showType(x.type), showType(y.type)),
      )
  })
}
