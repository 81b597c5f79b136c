/**
 * A Loop over 32-bit integers as a Loop over integers below 2^24, for engines whose numbers are f32: every stored i32 and
 * u32 becomes two planes of 16 bits, index arithmetic that provably stays small stays as it is. The result is an ordinary
 * Loop of the grammar, equal on every engine; the engine that asked for it needs to know nothing about 32 bits.
 */
import type { Element } from "../../autodiff/dtype.ts"
import { EngineError, internal } from "../../autodiff/errors.ts"
import { range } from "../../autodiff/program/loop/affine.ts"
import { input, type MapLoop, mapLoop } from "../../autodiff/program/loop/loop.ts"
import {
  binary,
  type CastNode,
  cast,
  children,
  constant,
  type Input,
  load,
  type Scalar,
  withChildren,
} from "../../autodiff/program/loop/scalar.ts"
import { bitsOfFloat, floatOfBits } from "./float-bits.ts"
import {
  addLimbs,
  below,
  bitwise,
  divide,
  equalLimbs,
  fromFloat,
  isNegative,
  isZero,
  type Limbs,
  limbsOf,
  mulLimbs,
  negateLimbs,
  notLimbs,
  selectLimbs,
  shiftBy,
  shiftLeft,
  shiftRight,
  signedHigh,
  subLimbs,
  toFloat,
} from "./limb-arithmetic.ts"

export const planesOf = (dtype: Element): 1 | 2 => (dtype === "i32" || dtype === "u32" ? 2 : 1)

/** Whether an i32 is provably so small that f32 arithmetic holds it, and its neighbours, exactly. */
export function isSmall(n: Scalar): boolean {
  if (n.dtype !== "i32") return n.dtype !== "u32"
  // An index over nothing takes no value at all.
  if (n.op === "var") return n.size <= 2 ** 24
  const [low, high] = range(n)
  return low >= -(2 ** 24) && high <= 2 ** 24
}

/** Each 32-bit input becomes two, hi then lo, in place; so does each 32-bit result. */
export function limbLoop(loop: MapLoop): MapLoop {
  const inputs: Input[] = []
  const slots = new Map<number, readonly Input[]>()
  for (const x of loop.inputs) {
    const planes = Array.from({ length: planesOf(x.dtype) }, (_, p) =>
      input(inputs.length + p, planesOf(x.dtype) === 2 ? "i32" : x.dtype, x.shape),
    )
    inputs.push(...planes)
    slots.set(x.slot, planes)
  }
  const { plain, limbs } = narrowing(slots)
  return mapLoop(inputs, loop.shape, () =>
    loop.bodies.flatMap((body) => {
      if (planesOf(body.dtype) === 1) return [plain(body)]
      const { hi, lo } = limbs(body)
      return [hi, lo]
    }),
  )
}

function narrowing(slots: ReadonlyMap<number, readonly Input[]>) {
  const plains = new Map<Scalar, Scalar>()
  const split = new Map<Scalar, Limbs>()
  const planes = (from: Input): readonly Input[] => slots.get(from.slot) ?? []

  /** The value itself: a float, a truth, or an i32. An i32 that may be large is rounded, which as an index is as far out. */
  const plain = (n: Scalar): Scalar => {
    let out = plains.get(n)
    if (out === undefined) {
      out = plainly(n)
      plains.set(n, out)
    }
    return out
  }
  const plainly = (n: Scalar): Scalar => {
    switch (n.op) {
      case "load": {
        const [only] = planes(n.from)
        if (planesOf(n.dtype) === 2 || only === undefined) return joined(n)
        return load(only, n.at.map(plain), n.outside)
      }
      case "compare":
        if (isSmall(n.a) && isSmall(n.b)) break
        return compareLimbs(n.fn, limbs(n.a), limbs(n.b), n.a.dtype === "i32")
      case "cast":
      case "bitcast":
        if (n.a.dtype !== "u32" && planesOf(n.dtype) === 1 && n.op === "cast" && isSmall(n.a)) break
        if (planesOf(n.dtype) === 2)
          return n.dtype === "i32" && isSmall(n) && isSmall(n.a) && n.a.dtype === "bool"
            ? cast("i32", plain(n.a))
            : joined(n)
        return fromInteger(n)
      case "var":
      case "const":
      case "fold":
        break
      default:
        if (planesOf(n.dtype) === 2 && !(isSmall(n) && staysSmall(n))) return joined(n)
    }
    return withChildren(n, children(n).map(plain))
  }
  const joined = (n: Scalar): Scalar => {
    const both = limbs(n)
    const hi = n.dtype === "i32" ? signedHigh(both) : both.hi
    return binary("add", binary("mul", hi, 0x10000), both.lo)
  }
  /** A float or a truth made of an integer. */
  const fromInteger = (n: CastNode): Scalar => {
    if (planesOf(n.a.dtype) === 1) throw unsupported(`${n.op} from ${n.a.dtype} to ${n.dtype}`)
    const from = limbs(n.a)
    if (n.op === "bitcast") return floatOfBits(from)
    if (n.dtype === "bool") return binary("xor", isZero(from), constant(1, "bool"))
    return toFloat(from, n.a.dtype === "i32")
  }

  const limbs = (n: Scalar): Limbs => {
    let out = split.get(n)
    if (out === undefined) {
      out =
        n.op !== "const" && n.dtype === "i32" && isSmall(n) && (n.op === "var" || n.op === "fold" || staysSmall(n))
          ? halves(n)
          : splitting(n)
      split.set(n, out)
    }
    return out
  }
  const halves = (n: Scalar): Limbs => {
    const value = plain(n)
    const [low, high] = range(n)
    if (low >= 0 && high < 0x10000) return { hi: constant(0), lo: value }
    return { hi: binary("and", binary("shr", value, 16), 0xffff), lo: binary("and", value, 0xffff) }
  }
  const splitting = (n: Scalar): Limbs => {
    const signed = n.dtype === "i32"
    switch (n.op) {
      case "const":
        return limbsOf(n.value)
      case "load": {
        const [hi, lo] = planes(n.from)
        if (hi === undefined || lo === undefined) throw internal("a 32-bit input without its planes")
        const [at, outside] = [n.at.map(plain), limbsOf(n.outside)]
        const missing = (half: Scalar): number => (half.op === "const" ? half.value : 0)
        return { hi: load(hi, at, missing(outside.hi)), lo: load(lo, at, missing(outside.lo)) }
      }
      case "select":
        return selectLimbs(plain(n.test), limbs(n.a), limbs(n.b))
      case "cast":
        if (planesOf(n.a.dtype) === 2) return limbs(n.a)
        return n.a.dtype === "bool" ? { hi: constant(0), lo: cast("i32", plain(n.a)) } : fromFloat(plain(n.a), signed)
      case "bitcast":
        if (planesOf(n.a.dtype) === 2) return limbs(n.a)
        if (n.a.dtype !== "f32") throw unsupported(`bitcast from ${n.a.dtype}`)
        return bitsOfFloat(plain(n.a))
      case "unary": {
        const a = limbs(n.a)
        if (n.fn === "neg") return negateLimbs(a)
        if (n.fn === "not") return notLimbs(a)
        if (n.fn === "abs") return signed ? selectLimbs(isNegative(a), negateLimbs(a), a) : a
        if (n.fn === "floor" || n.fn === "ceil") return a
        throw unsupported(`${n.fn} on ${n.dtype}`)
      }
      case "binary": {
        const [a, b] = [limbs(n.a), limbs(n.b)]
        switch (n.fn) {
          case "add":
            return addLimbs(a, b)
          case "sub":
            return subLimbs(a, b)
          case "mul":
            return mulLimbs(a, b)
          case "div":
            return divide(a, b, signed).quotient
          case "rem":
            return divide(a, b, signed).remainder
          case "and":
          case "or":
          case "xor":
            return bitwise(n.fn, a, b)
          case "min":
            return selectLimbs(below("lt", b, a, signed), b, a)
          case "max":
            return selectLimbs(below("lt", a, b, signed), b, a)
          case "shl":
          case "shr": {
            const left = n.fn === "shl"
            const shift = (x: Limbs, by: number): Limbs => (left ? shiftLeft(x, by) : shiftRight(x, by, signed))
            return n.b.op === "const" ? shift(a, n.b.value & 31) : shiftBy(a, b.lo, shift)
          }
          case "pow":
            throw unsupported(`pow on ${n.dtype}`)
        }
        break
      }
      case "fold":
        throw internal("a fold over large integers was to become loops of its own")
    }
    throw internal(`no limbs of ${n.op}`)
  }
  return { plain, limbs }
}

const compareLimbs = (fn: "lt" | "le" | "eq" | "ne", a: Limbs, b: Limbs, signed: boolean): Scalar => {
  if (fn === "lt" || fn === "le") return below(fn, a, b, signed)
  const same = equalLimbs(a, b)
  return fn === "eq" ? same : binary("xor", same, constant(1, "bool"))
}

/** Whether a small i32 can be computed from small operands, with results of the operation below 2^24 throughout. */
function staysSmall(n: Scalar): boolean {
  const operands = n.op === "select" ? [n.a, n.b] : children(n)
  if (n.op === "cast") return n.a.dtype === "bool"
  if (n.op === "load" || n.op === "bitcast" || !operands.every(isSmall)) return false
  if (n.op !== "binary") return true
  const [a, b] = [range(n.a), range(n.b)]
  switch (n.fn) {
    case "div":
    case "rem":
      return a[0] >= 0 && b[0] > 0
    case "and":
    case "or":
    case "xor":
      return a[0] >= 0 && b[0] >= 0 && a[1] < 0x10000 && b[1] < 0x10000
    case "shl":
    case "shr":
      return n.b.op === "const" && n.b.value >= 0 && n.b.value < 24
    case "pow":
      return false
    default:
      return true
  }
}

const unsupported = (what: string): EngineError =>
  new EngineError("gpujs-integers", `gpujs cannot compute ${what}: use the wasm engine, await setEngine("wasm")`, {
    what,
  })
