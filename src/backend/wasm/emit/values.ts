/** The code of every kind of Scalar, as one value or as four lanes. */
import type { Element } from "../../../autodiff/dtype.ts"
import { internal } from "../../../autodiff/errors.ts"
import type { BinaryNode, Scalar, SelectNode, UnaryNode } from "../../../autodiff/program/loop/scalar.ts"
import { isHostCall } from "../../compile/lower.ts"
import { binding, home } from "../../compile/place.ts"
import {
  asF32,
  asI32,
  type Code,
  call,
  choose,
  eq,
  eqz,
  f32,
  f64,
  get,
  i32,
  i32Const,
  ltS,
  select,
  set,
  sub,
  toF32,
  toF64,
  v128,
  when,
  xor,
} from "../encode.ts"
import { binaryOp, compareOp, lanes, localType, unaryOp } from "../instructions.ts"
import { constantCode, constantLanes, type Emitter, held, keep, type Nest, newFrame, ramp, width } from "./emitter.ts"
import { foldInto } from "./fold.ts"
import { scalarLoad, vectorLoad } from "./memory.ts"

/** An emitter for kernels with so many parameters; `uses` counts the users of each node, so that single use needs no local. */
export function newEmitter(parameters: number, uses: ReadonlyMap<Scalar, number>) {
  const frame = newFrame(parameters)

  const compute = (n: Scalar, b: Nest, wide: number): readonly Code[] => {
    if (n.op === "fold") {
      const lanesOf = foldInto(e, n, b, wide)
      return lanesOf.map(get)
    }
    if (n.op === "load") return wide > 0 ? vectorLoad(e, n, b, wide) : [scalarLoad(e, n, b)]
    return wide > 0 ? laneCode(e, n, b, wide) : [scalarCode(e, n, b)]
  }
  // Folds are loops, so they are always run into locals; all parts of one fold are one run.
  const mustHold = (n: Scalar): boolean => n.op === "fold"

  const obtain = (n: Scalar, b: Nest, wide: number, once: boolean): readonly Code[] => {
    const at = home(n, b)
    const key = `${wide > 0 ? "v" : "s"}${n.id}`
    let known = at.memo.get(key)
    if (known === undefined) {
      const code = compute(n, at, wide)
      if (once && at === b && uses.get(n) === 1 && !mustHold(n)) return code
      const type = wide > 0 ? v128 : localType(n.dtype)
      known = { locals: code.map((c) => keep(e, at, type, c)), wide, index: false }
      at.memo.set(key, known)
    }
    return known.locals.map(get)
  }
  const scalarOf = (n: Scalar, b: Nest, once: boolean): Code => {
    if (n.op === "const") return constantCode(n.dtype, n.value)
    if (n.op === "var") return get(binding(n, b).locals[0]!)
    return obtain(n, b, 0, once)[0]!
  }
  const vectorsOf = (n: Scalar, b: Nest, count: number, once: boolean): readonly Code[] => {
    if (n.op === "const") return new Array<Code>(count).fill(constantLanes(e, n.dtype, n.value))
    const wide = width(n, b)
    if (wide > 0) return obtain(n, b, wide, once)
    const at = home(n, b)
    let known = at.memo.get(`x${n.id}`)
    if (known === undefined) {
      // A mask is all ones where the word is 1.
      const word = scalarOf(n, at, true)
      const one: Code = n.dtype === "bool" ? [i32Const(0), word, sub] : word
      known = held(keep(e, at, v128, [one, lanes.splat(n.dtype)]))
      at.memo.set(`x${n.id}`, known)
    }
    return new Array<Code>(count).fill(get(known.locals[0]!))
  }

  const e: Emitter = {
    root: frame.root,
    part: parameters - 2,
    parts: parameters - 1,
    local: frame.local,
    imported: frame.imported,
    scalar: (n, b) => scalarOf(n, b, true),
    heldScalar: (n, b) => scalarOf(n, b, false),
    vectors: (n, b, count) => vectorsOf(n, b, count, true),
    heldVectors: (n, b, count) => vectorsOf(n, b, count, false),
  }
  return { ...e, locals: frame.locals, imports: frame.imports }
}

/** Functions of the host, on f64: what has no polynomial. */
const ofOne = { params: [f64], results: [f64] } as const
const ofTwo = { params: [f64, f64], results: [f64] } as const

function scalarCode(e: Emitter, n: Scalar, b: Nest): Code {
  switch (n.op) {
    case "unary":
      return scalarUnary(e, n, b)
    case "binary":
      return scalarBinary(e, n, b)
    case "compare":
      return [e.scalar(n.a, b), e.scalar(n.b, b), compareOp(n.fn, n.a.dtype, false)]
    case "select":
      if (isHostCall(n.b))
        return choose(e.scalar(n.test, b), localType(n.dtype), e.scalar(n.a, b), scalarUnary(e, n.b, b))
      return [e.scalar(n.a, b), e.scalar(n.b, b), e.scalar(n.test, b), select]
    case "bitcast":
      return [e.scalar(n.a, b), n.dtype === "f32" ? asF32 : n.a.dtype === "f32" ? asI32 : []]
    case "cast":
      return scalarCast(e, n.a, n.dtype, b)
    default:
      throw internal(`no code for a ${n.op}`)
  }
}

function scalarUnary(e: Emitter, n: UnaryNode, b: Nest): Code {
  const op = unaryOp(n.fn, n.dtype, false)
  if (op !== undefined) return [e.scalar(n.a, b), op]
  switch (n.fn) {
    case "not":
      return n.dtype === "bool" ? [e.scalar(n.a, b), eqz] : [e.scalar(n.a, b), i32Const(-1), xor]
    case "neg":
      return [i32Const(0), e.scalar(n.a, b), sub]
    case "abs": {
      if (n.dtype !== "i32") return e.scalar(n.a, b)
      const x = e.heldScalar(n.a, b)
      return [i32Const(0), x, sub, x, x, i32Const(0), ltS, select]
    }
    case "floor":
    case "ceil":
      return e.scalar(n.a, b)
    default:
      return viaHost(e, n.fn, ofOne, n.dtype, [n.a], b)
  }
}
function viaHost(
  e: Emitter,
  name: string,
  signature: typeof ofOne | typeof ofTwo,
  dtype: Element,
  operands: readonly Scalar[],
  b: Nest,
): Code {
  const f = call(e.imported(name, signature))
  return [operands.map((x): Code => [e.scalar(x, b), dtype === "f32" ? toF64 : []]), f, dtype === "f32" ? toF32 : []]
}

function scalarBinary(e: Emitter, n: BinaryNode, b: Nest): Code {
  const { fn, dtype } = n
  const isFloat = dtype === "f32" || dtype === "f64"
  if (!isFloat && (fn === "div" || fn === "rem")) return integerDivision(e, n, b)
  const op = binaryOp(fn, dtype, false)
  if (op !== undefined) return [e.scalar(n.a, b), e.scalar(n.b, b), op]
  if (isFloat) return viaHost(e, fn, ofTwo, dtype, [n.a, n.b], b)
  if (fn === "pow") {
    const f = e.imported(`pow ${dtype}`, { params: [i32, i32], results: [i32] })
    return [e.scalar(n.a, b), e.scalar(n.b, b), call(f)]
  }
  // Integer min and max have no instruction of their own.
  const [x, y] = [e.heldScalar(n.a, b), e.heldScalar(n.b, b)]
  return [x, y, x, y, compareOp("lt", dtype, false), fn === "max" ? eqz : [], select]
}
/** WebAssembly traps where the grammar says 0, and for -2^31 / -1, which wraps. */
function integerDivision(e: Emitter, n: BinaryNode, b: Nest): Code {
  const op = binaryOp(n.fn, n.dtype, false)!
  if (n.b.op === "const" && n.b.value !== 0 && n.b.value !== -1) return [e.scalar(n.a, b), e.scalar(n.b, b), op]
  const [x, y] = [e.heldScalar(n.a, b), e.heldScalar(n.b, b)]
  const plain: Code = [x, y, op]
  const overflows = n.dtype === "i32" && n.fn === "div"
  const wrapped = overflows ? choose([y, i32Const(-1), eq], i32, [i32Const(0), x, sub], plain) : plain
  return choose(y, i32, wrapped, i32Const(0))
}

function scalarCast(e: Emitter, a: Scalar, to: Element, b: Nest): Code {
  const from = a.dtype
  const x = e.scalar(a, b)
  if (to === "bool") return [x, constantCode(from, 0), compareOp("ne", from, false)]
  const [f, t] = [localType(from), localType(to)]
  if (f === t) return x
  const unsigned = from === "u32" || from === "bool" ? 1 : 0
  if (f === i32) return [x, (t === f32 ? 0xb2 : 0xb7) + unsigned]
  if (t === i32) return [x, 0xfc, (f === f32 ? 0 : 2) + (to === "u32" ? 1 : 0)]
  return [x, t === f32 ? toF32 : toF64]
}

function laneCode(e: Emitter, n: Scalar, b: Nest, wide: number): readonly Code[] {
  const each = (...of: readonly Scalar[]) => {
    const operands = of.map((x) => e.vectors(x, b, wide))
    return (make: (...x: readonly Code[]) => Code): readonly Code[] =>
      Array.from({ length: wide }, (_, u) => make(...operands.map((codes) => codes[u]!)))
  }
  switch (n.op) {
    case "var": {
      const { locals, index } = binding(n, b)
      if (!index) return locals.map(get)
      return Array.from(
        { length: wide },
        (_, u): Code => [get(locals[0]!), lanes.splat(n.dtype), ramp(e, u), lanes.add],
      )
    }
    case "unary":
      return each(n.a)((x) => [x, laneUnary(n)])
    case "binary": {
      const op = binaryOp(n.fn, n.dtype, true)
      if (op === undefined) throw internal(`no lanes for ${n.fn} of ${n.dtype}`)
      if (n.fn !== "shl" && n.fn !== "shr") return each(n.a, n.b)((x, y) => [x, y, op])
      const by = e.heldScalar(n.b, b)
      return each(n.a)((x) => [x, by, op])
    }
    case "compare":
      return each(n.a, n.b)((x, y) => [x, y, compareOp(n.fn, n.a.dtype, true)])
    case "select":
      return laneSelect(e, n, b, wide, each)
    case "bitcast":
      return each(n.a)((x) => x)
    case "cast":
      return each(n.a)((x) => [x, laneCast(e, n.a.dtype, n.dtype)])
    default:
      throw internal(`no lanes for a ${n.op}`)
  }
}

function laneUnary(n: UnaryNode): Code {
  const op = unaryOp(n.fn, n.dtype, true)
  if (op !== undefined) return op
  if (n.fn === "not") return lanes.not
  if (n.fn === "neg") return lanes.negI32
  if (n.fn === "abs") return n.dtype === "i32" ? lanes.absI32 : []
  if (n.fn === "floor" || n.fn === "ceil") return []
  throw internal(`no lanes for ${n.fn} of ${n.dtype}`)
}

function laneCast(e: Emitter, from: Element, to: Element): Code {
  if (to === "bool") return [constantLanes(e, from, 0), compareOp("ne", from, true)]
  if (from === "bool") return [constantLanes(e, to, 1), lanes.and]
  if (to === "f32") return from === "f32" ? [] : lanes.toF32(from)
  return from === "f32" ? lanes.truncate(to) : []
}

type Each = (...of: readonly Scalar[]) => (make: (...x: readonly Code[]) => Code) => readonly Code[]
function laneSelect(e: Emitter, n: SelectNode, b: Nest, wide: number, each: Each): readonly Code[] {
  const { test, a, b: other } = n
  if (isHostCall(other)) return rareCall(e, n, other, b, wide)
  // The clamps of exp: one instruction each, and NaN stays NaN as in the select.
  if (test.op === "compare" && test.fn === "lt" && n.dtype === "f32") {
    if (test.a === a && test.b === other) return each(other, a)((y, x) => [y, x, lanes.pmin])
    if (test.a === other && test.b === a) return each(other, a)((y, x) => [y, x, lanes.pmax])
  }
  return each(a, other, test)((x, y, mask) => [x, y, mask, lanes.bitselect])
}

/** The polynomial in all lanes, and only where some lane needs it a call for each. */
function rareCall(e: Emitter, n: SelectNode, rare: UnaryNode, b: Nest, wide: number): readonly Code[] {
  const masks = e.heldVectors(n.test, b, wide)
  const usual = e.vectors(n.a, b, wide)
  const x = e.heldVectors(rare.a, b, wide)
  const f = call(e.imported(rare.fn, ofOne))
  return usual.map((value, u): Code => {
    const out = keep(e, b, v128, value)
    const called = [0, 1, 2, 3].reduce<Code>(
      (s, lane) => [s, x[u]!, lanes.extract("f32", lane), toF64, f, toF32, lanes.replace("f32", lane)],
      x[u]!,
    )
    b.code.push(when([masks[u]!, lanes.allTrue, eqz], [get(out), called, masks[u]!, lanes.bitselect, set(out)]))
    return get(out)
  })
}
