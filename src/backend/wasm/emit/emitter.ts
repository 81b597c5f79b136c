/** What the parts of the code generator share: locals, blocks, imported functions, and how a value is asked for. */
import type { Element } from "../../../autodiff/dtype.ts"
import { freeVars, type Scalar, type Var, variable } from "../../../autodiff/program/loop/scalar.ts"
import { type Block, binding, block } from "../../compile/place.ts"
import { type Code, f32Const, f64Const, get, i32, i32Const, set, simd, type ValueType, v128 } from "../encode.ts"
import { lanes } from "../instructions.ts"
import type { ImportedFunction, Signature } from "../module.ts"

/** What stands for a variable, or holds a value that was computed: locals. */
export interface Held {
  readonly locals: readonly number[]
  /** How many vectors of four lanes it spans; 0 for a single value. */
  readonly wide: number
  /** An index over lanes is one local, that of the first lane: lane l of vector u is local + 4u + l. */
  readonly index: boolean
}
export type Nest = Block<Code, Held>

export const held = (local: number): Held => ({ locals: [local], wide: 0, index: false })
export const indexOver = (local: number, wide: number): Held => ({ locals: [local], wide, index: true })

export interface Emitter {
  readonly root: Nest
  /** The parameters that say which part of the results is computed, of how many. */
  readonly part: number
  readonly parts: number
  readonly local: (type: ValueType) => number
  /** The number of an imported function, for `call`. */
  readonly imported: (name: string, signature: Signature) => number
  /** Code that gives the value; to be placed once, in this block, as `held*` in locals may be placed often. */
  readonly scalar: (n: Scalar, b: Nest) => Code
  readonly vectors: (n: Scalar, b: Nest, count: number) => readonly Code[]
  readonly heldScalar: (n: Scalar, b: Nest) => Code
  readonly heldVectors: (n: Scalar, b: Nest, count: number) => readonly Code[]
}

/** The address at which an input or a result begins, as a variable, so that sums with it are hoisted like any value. */
export const pointer = (slot: number): Var => variable(`pointer${slot}`, 0)

/** The parameters come first among the locals: one pointer each, but for the last two. */
export function newFrame(parameters: number): {
  readonly root: Nest
  readonly locals: readonly ValueType[]
  readonly local: (type: ValueType) => number
  readonly imports: readonly ImportedFunction[]
  readonly imported: (name: string, signature: Signature) => number
} {
  const locals: ValueType[] = []
  const imports: ImportedFunction[] = []
  return {
    root: block<Code, Held>(
      undefined,
      Array.from({ length: parameters - 2 }, (_, k) => [pointer(k), held(k)] as const),
    ),
    locals,
    local: (type) => parameters + locals.push(type) - 1,
    imports,
    imported: (name, signature) => {
      const known = imports.findIndex((f) => f.name === name)
      return known < 0 ? imports.push({ name, signature }) - 1 : known
    },
  }
}

/** How many vectors a value spans here; 0 where it is the same in every lane. */
export function width(n: Scalar, b: Nest): number {
  for (const v of freeVars(n)) {
    const { wide } = binding(v, b)
    if (wide > 0) return wide
  }
  return 0
}

export const constantCode = (dtype: Element, value: number): Code =>
  dtype === "f32" ? f32Const(value) : dtype === "f64" ? f64Const(value) : i32Const(value)

/** A constant in four lanes (a mask, for bool), set at entry: V8 does not hoist constants out of loops. */
export function constantLanes(e: Emitter, dtype: Element, value: number): Code {
  const asMask = dtype === "bool" ? -value : value
  const key = `constant ${dtype === "f32" ? "f32" : "i32"} ${Object.is(asMask, -0) && dtype === "f32" ? "-0" : asMask}`
  return atEntry(e, key, [constantCode(dtype, asMask), lanes.splat(dtype)])
}
/** The lanes 0, 1, 2, 3 of an index, shifted by 4u. */
export function ramp(e: Emitter, u: number): Code {
  const bytes = Array.from({ length: 16 }, (_, k) => (k % 4 === 0 ? 4 * u + k / 4 : 0))
  return atEntry(e, `ramp ${u}`, [simd(12), bytes])
}
function atEntry(e: Emitter, key: string, code: Code): Code {
  let known = e.root.memo.get(key)
  if (known === undefined) {
    known = held(e.local(v128))
    e.root.code.push(code, set(known.locals[0]!))
    e.root.memo.set(key, known)
  }
  return get(known.locals[0]!)
}

/** Puts code into a local of its own. */
export function keep(e: Emitter, b: Nest, type: ValueType, code: Code): number {
  const local = e.local(type)
  b.code.push(code, set(local))
  return local
}
export const keepI32 = (e: Emitter, b: Nest, code: Code): Code => get(keep(e, b, i32, code))
