/**
 * What a primitive's file states: its name, its meaning, and the cases on which the tests try it, as plain data. Rules
 * come from the meaning; a file writes one only where it is better, and says why.
 */
import { type Element, isFloat } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import type { ArrayType, Loop } from "../program/loop/loop.ts"
import { keyOf, type LoopOperation, type Operation, type Params } from "../program/operation.ts"
import { floatsOnly } from "../shape/messages.ts"

/** Values that an operand may take in a test. */
export interface Values {
  readonly min: number
  readonly max: number
  /** Keeps values at least `gap` away from these points, where the function has no derivative. */
  readonly awayFrom?: readonly number[]
  /** Keeps all values at least this far from each other, so that a maximum is unique. */
  readonly gap?: number
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

/** An operation of the loop kind; leave the rules out and they are derived. */
export const loopOperation = (
  name: string,
  params: Params,
  meaning: (types: readonly ArrayType[]) => Loop,
  rules: Pick<LoopOperation, "jvp" | "transpose" | "batch" | "results"> = {},
): LoopOperation => ({ kind: "loop", name, params, key: keyOf(name, params), meaning, ...rules })

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
