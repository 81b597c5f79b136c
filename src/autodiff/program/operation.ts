/**
 * Operation: a primitive with its parameters filled in, which is what an equation applies. Its kind says how it runs, so
 * that engines need to know no primitive:
 *
 * - `loop`: a meaning in the closed grammar. Its jvp, transpose and batch rule are derived unless written.
 * - `program`: as the program it holds (jit, checkpoint, custom rules, linear solves); the rules differ, running does not.
 * - `scan`, `while`, `cond`: control flow over sub-programs.
 * - `check`: a claim about a value. `collective`: an operation over a named axis of vmap. `opaque`: known by its transpose
 *   alone. The last two never reach an engine.
 *
 * A `loop` may leave any rule out; every other kind must write all of them: the types below demand it.
 */
import type { Value } from "../value.ts"
import type { ArrayType, Loop } from "./loop/loop.ts"
import type { Claim, Program } from "./program.ts"
import type { TensorType } from "./type.ts"

export type Param = number | string | boolean | null | undefined | readonly Param[] | { readonly [key: string]: Param }
export type Params = { readonly [key: string]: Param }

/** Tangents or cotangents by position; undefined is a symbolic zero. */
export type Maybe = Value | undefined
/** What a transpose rule sees of an operand: its value, or that it is one of the linear unknowns. */
export type LinearOperand =
  | { readonly linear: true; readonly type: TensorType }
  | { readonly linear: false; readonly value: Value; readonly type: TensorType }

/** Tangents of a Loop's results, given primals, primal results and tangents. */
export type JvpRule = (
  primals: readonly Value[],
  outputs: readonly Value[],
  tangents: readonly Maybe[],
) => readonly Maybe[]
export interface Dual {
  readonly outputs: readonly Value[]
  readonly tangents: readonly Maybe[]
}
/** Results and their tangents at once, for operations that hold programs. */
export type DualRule = (primals: readonly Value[], tangents: readonly Maybe[]) => Dual
/**
 * The same where the tangents are unknowns of a linear program under construction: the primal runs once, and what is done
 * to tangents inside `linear(() => …)` is recorded.
 */
export type LinearizeRule = (
  primals: readonly Value[],
  tangents: readonly Maybe[],
  linear: <R>(f: () => R) => R,
) => Dual
/** Cotangents of the linear operands (undefined elsewhere, and for zero). Some of the cotangents may be zero. */
export type TransposeRule = (cotangents: readonly Maybe[], operands: readonly LinearOperand[]) => readonly Maybe[]
export interface BatchAxis {
  readonly size: number
  readonly name: string | undefined
}
export interface Batched {
  readonly values: readonly Value[]
  readonly batched: readonly boolean[]
}
/** The operation on values whose leading axis is a batch of `axis.size` where `batched` says so; results say the same. */
export type BatchRule = (values: readonly Value[], batched: readonly boolean[], axis: BatchAxis) => Batched

interface Base {
  readonly name: string
  /** Plain data, printed and part of the key. */
  readonly params: Params
  /** Equal keys mean equal operations. */
  readonly key: string
}
export interface LoopOperation extends Base {
  readonly kind: "loop"
  /** Checks the operands' types, throwing what the user should read, and states what is computed. */
  readonly meaning: (types: readonly ArrayType[]) => Loop
  /** The dtypes and shapes of results where the Loop alone does not tell (keys). */
  readonly results?: (types: readonly TensorType[], loop: Loop) => readonly TensorType[]
  readonly jvp?: JvpRule
  readonly transpose?: TransposeRule
  readonly batch?: BatchRule
}
interface Rules {
  readonly jvp: DualRule
  readonly linearize: LinearizeRule
  readonly transpose: TransposeRule
  readonly batch: BatchRule
  readonly results: (types: readonly TensorType[]) => readonly TensorType[]
}
/** Runs as `program`, whose inputs are the operands. */
export interface ProgramOperation extends Base, Rules {
  readonly kind: "program"
  readonly program: Program
}
interface OverPrograms {
  /** The same over other programs, in the order of `subPrograms`, each with `constants` more inputs in front. */
  readonly over: (programs: readonly Program[], constants: number) => Operation
}
/** Operands: constants, then initial carry, then stacked xs. `body(constants, carry, x) -> (carry, y)`. */
export interface ScanOperation extends Base, Rules, OverPrograms {
  readonly kind: "scan"
  readonly body: Program
  readonly constants: number
  readonly carry: number
  readonly length: number
  readonly reverse: boolean
}
/** Operands: the test's constants, the body's constants, the initial carry. `test(constants, carry) -> bool[]`. */
export interface WhileOperation extends Base, Rules, OverPrograms {
  readonly kind: "while"
  readonly test: Program
  readonly body: Program
  readonly testConstants: number
  readonly bodyConstants: number
}
/** Operands: an i32 scalar, clamped into range, then what every branch takes. */
export interface CondOperation extends Base, Rules, OverPrograms {
  readonly kind: "cond"
  readonly branches: readonly Program[]
}
/** Gives its first operand; the second, a bool of any shape, must be true everywhere or the claim is raised at the read. */
export interface CheckOperation extends Base, Rules {
  readonly kind: "check"
  readonly claim: Claim
}
/** Reads or combines a named axis of vmap; gone once that vmap has run. */
export interface CollectiveOperation extends Base, Rules {
  readonly kind: "collective"
  readonly axisName: string
}
/** Stands in a linear program for a rule that only its transpose knows (`customVjp`); to run it forwards is an error. */
export interface OpaqueOperation extends Base, Rules {
  readonly kind: "opaque"
  readonly reason: string
}
export type Operation =
  | LoopOperation
  | ProgramOperation
  | ScanOperation
  | WhileOperation
  | CondOperation
  | CheckOperation
  | CollectiveOperation
  | OpaqueOperation

/** The key of an operation that its name and parameters describe in full. */
export const keyOf = (name: string, params: Params): string => {
  for (const _ in params) return `${name} ${JSON.stringify(params, spellNumbers)}`
  return name
}
// JSON writes NaN and both infinities as null, and -0 as 0: pad(x, -Infinity) would share a kernel with pad(x, NaN).
const spellNumbers = (_: string, x: unknown): unknown =>
  typeof x === "number" && (!Number.isFinite(x) || Object.is(x, -0)) ? `${Object.is(x, -0) ? "-0" : x}` : x
