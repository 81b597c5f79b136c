/**
 * What a primitive's file states: its name, its meaning, and the cases on which the tests try it, as plain data. Rules
 * come from the meaning; a file writes one only where it is better, and says why.
 */
import { type Element, isFloat } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import type { ArrayType, DerivableLoop, Loop } from "../program/loop/loop.ts"
import {
  type BatchRule,
  type JvpRule,
  keyOf,
  type LoopOperation,
  type Operation,
  type Params,
  type TransposeRule,
} from "../program/operation.ts"
import { floatsOnly } from "../shape/messages.ts"

/** Values that an operand may take in a test. */
export interface Values {
  readonly min: number
  readonly max: number
  /** Keeps values at least `gap` away from these points, where the function has no derivative. */
  readonly awayFrom?: readonly number[]
  /** Keeps all values at least this far from each other, so that a maximum is unique. */
  readonly gap?: number
  /** Added to the diagonals of the last two axes, entry k getting first + k step: matrices that are far from singular. */
  readonly diagonal?: readonly [first: number, step: number]
}
/** One way to apply a primitive, for every test there is. Dtypes default to f32. */
export interface Case {
  readonly operation: Operation
  readonly operands: readonly {
    readonly shape: readonly number[]
    readonly dtype?: Element
    readonly values?: Values
  }[]
}
export interface Entry {
  readonly name: string
  readonly cases: readonly Case[]
}

/**
 * Rules written beside a meaning. Whoever writes a jvp or a transpose writes the batch rule too: the derived one makes a
 * nameless Loop, whose derived derivative would be the one that the written rule was to replace.
 */
export type WrittenRules = Pick<LoopOperation, "results"> &
  (
    | { readonly jvp?: undefined; readonly transpose?: undefined; readonly batch?: BatchRule }
    | { readonly jvp: JvpRule; readonly transpose?: TransposeRule; readonly batch: BatchRule }
    | { readonly jvp?: JvpRule; readonly transpose: TransposeRule; readonly batch: BatchRule }
  )

/** An operation with a derivable meaning; leave the rules out and they are derived. */
export const loopOperation = (
  name: string,
  params: Params,
  meaning: (types: readonly ArrayType[]) => DerivableLoop,
  rules: WrittenRules = {},
): LoopOperation => operationOf(name, params, meaning, rules)

/** An operation whose meaning says nothing of its slopes (host code, a running product): its rules have to be written. */
export const opaqueOperation = (
  name: string,
  params: Params,
  meaning: (types: readonly ArrayType[]) => Loop,
  rules: Required<Pick<LoopOperation, "jvp" | "batch">> & Pick<LoopOperation, "transpose" | "results">,
): LoopOperation => operationOf(name, params, meaning, rules)

function operationOf(
  name: string,
  params: Params,
  meaning: (types: readonly ArrayType[]) => Loop,
  rules: WrittenRules,
): LoopOperation {
  const { jvp, transpose, batch, results } = rules
  return {
    kind: "loop",
    name,
    params,
    key: keyOf(name, params),
    meaning,
    ...(jvp && { jvp }),
    ...(transpose && { transpose }),
    ...(batch && { batch }),
    ...(results && { results }),
  }
}

/** The operand's type, or the sentence that the operation takes floats only. */
export function floatOperand(op: string, type: ArrayType | undefined): ArrayType {
  const found = operand(op, type)
  if (!isFloat(found.dtype))
    throw new DTypeError("floats-only", floatsOnly(op, found.dtype), { op, dtype: found.dtype })
  return found
}
export function operand(op: string, type: ArrayType | undefined): ArrayType {
  if (type === undefined) throw new DTypeError("operands", `${op}: an operand is missing`, { op })
  return type
}
