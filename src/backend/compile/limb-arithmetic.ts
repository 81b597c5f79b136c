/**
 * 32-bit integers as two 16-bit halves, in Scalars: what an engine computes that holds integers exactly only below 2^24.
 * Every value that occurs is a small i32, and stays below 2^24 in between.
 */
import { binary, cast, compare, constant, type Scalar, select, unary } from "../../autodiff/program/loop/scalar.ts"

/** hi and lo are i32 in [0, 65536): the bits of an i32 or of a u32 alike. */
export interface Limbs {
  readonly hi: Scalar
  readonly lo: Scalar
}

const add = (a: Scalar, b: Scalar | number): Scalar => binary("add", a, b)
const sub = (a: Scalar, b: Scalar | number): Scalar => binary("sub", a, b)
const mul = (a: Scalar, b: Scalar | number): Scalar => binary("mul", a, b)
const and = (a: Scalar, b: Scalar | number): Scalar => binary("and", a, b)
const either = (a: Scalar, b: Scalar): Scalar => binary("or", a, b)
const right = (a: Scalar, by: number): Scalar => (by === 0 ? a : binary("shr", a, by))
const left = (a: Scalar, by: number): Scalar => (by === 0 ? a : binary("shl", a, by))
const low16 = (a: Scalar): Scalar => and(a, 0xffff)

export const limbsOf = (value: number): Limbs => ({
  hi: constant((value >>> 16) & 0xffff),
  lo: constant(value & 0xffff),
})
export const selectLimbs = (test: Scalar, a: Limbs, b: Limbs): Limbs => ({
  hi: select(test, a.hi, b.hi),
  lo: select(test, a.lo, b.lo),
})

// ---- arithmetic modulo 2^32 --------------------------------------------------------------------------------------

export function addLimbs(a: Limbs, b: Limbs): Limbs {
  const lo = add(a.lo, b.lo)
  return { hi: low16(add(add(a.hi, b.hi), right(lo, 16))), lo: low16(lo) }
}
export function subLimbs(a: Limbs, b: Limbs): Limbs {
  const lo = sub(a.lo, b.lo)
  // An arithmetic shift of a negative difference gives -1: the borrow.
  return { hi: low16(add(sub(a.hi, b.hi), right(lo, 16))), lo: low16(lo) }
}
export const negateLimbs = (a: Limbs): Limbs => subLimbs(limbsOf(0), a)

/** The product of two halves in 8-bit steps: 16 by 8 bits stays below 2^24. */
function product(x: Scalar, y: Scalar): Limbs {
  const upper = mul(x, right(y, 8))
  const all = add(mul(x, and(y, 0xff)), left(and(upper, 0xff), 8))
  return { hi: add(right(all, 16), right(upper, 8)), lo: low16(all) }
}
export function mulLimbs(a: Limbs, b: Limbs): Limbs {
  const { hi, lo } = product(a.lo, b.lo)
  const cross = add(product(a.hi, b.lo).lo, product(a.lo, b.hi).lo)
  return { hi: low16(add(hi, cross)), lo }
}

// ---- bits --------------------------------------------------------------------------------------------------------

export const bitwise = (fn: "and" | "or" | "xor", a: Limbs, b: Limbs): Limbs => ({
  hi: binary(fn, a.hi, b.hi),
  lo: binary(fn, a.lo, b.lo),
})
export const notLimbs = (a: Limbs): Limbs => ({ hi: sub(constant(0xffff), a.hi), lo: sub(constant(0xffff), a.lo) })

/** Masked before it is shifted, so that no value ever has more than 16 bits. */
const up = (x: Scalar, by: number): Scalar => (by >= 16 ? constant(0) : left(and(x, 2 ** (16 - by) - 1), by))
export function shiftLeft(a: Limbs, by: number): Limbs {
  if (by === 0) return a
  return by >= 16
    ? { hi: up(a.lo, by - 16), lo: constant(0) }
    : { hi: add(up(a.hi, by), right(a.lo, 16 - by)), lo: up(a.lo, by) }
}
export function shiftRight(a: Limbs, by: number, signed: boolean): Limbs {
  if (by === 0) return a
  const hi = signed ? signedHigh(a) : a.hi
  if (by < 16) return { hi: low16(right(hi, by)), lo: add(right(a.lo, by), up(a.hi, 16 - by)) }
  return { hi: low16(right(hi, 16)), lo: low16(right(hi, by - 16)) }
}
/** By a count that is known when it runs, modulo 32: one stage for each of its bits. */
export function shiftBy(a: Limbs, count: Scalar, shift: (a: Limbs, by: number) => Limbs): Limbs {
  let out = a
  for (let bit = 0; bit < 5; bit++) {
    const set = compare("ne", and(right(count, bit), 1), 0)
    out = selectLimbs(set, shift(out, 2 ** bit), out)
  }
  return out
}

// ---- order -------------------------------------------------------------------------------------------------------

/** The upper half with its sign, in [-32768, 32768). */
export const signedHigh = (a: Limbs): Scalar => select(isNegative(a), sub(a.hi, 0x10000), a.hi)
export const isNegative = (a: Limbs): Scalar => compare("le", constant(0x8000), a.hi)
export const isZero = (a: Limbs): Scalar => binary("and", compare("eq", a.hi, 0), compare("eq", a.lo, 0))
export const equalLimbs = (a: Limbs, b: Limbs): Scalar =>
  binary("and", compare("eq", a.hi, b.hi), compare("eq", a.lo, b.lo))
export function below(fn: "lt" | "le", a: Limbs, b: Limbs, signed: boolean): Scalar {
  const [x, y] = signed ? [signedHigh(a), signedHigh(b)] : [a.hi, b.hi]
  return either(compare("lt", x, y), binary("and", compare("eq", x, y), compare(fn, a.lo, b.lo)))
}

// ---- division ----------------------------------------------------------------------------------------------------

interface Divided {
  readonly quotient: Limbs
  readonly remainder: Limbs
}
/** Truncating; 0 and 0 where the divisor is 0. */
export function divide(a: Limbs, b: Limbs, signed: boolean): Divided {
  if (!signed) return divideUnsigned(a, b)
  const [negativeA, negativeB] = [isNegative(a), isNegative(b)]
  const size = (x: Limbs, negative: Scalar): Limbs => selectLimbs(negative, negateLimbs(x), x)
  const { quotient, remainder } = divideUnsigned(size(a, negativeA), size(b, negativeB))
  return {
    quotient: selectLimbs(binary("xor", negativeA, negativeB), negateLimbs(quotient), quotient),
    remainder: selectLimbs(negativeA, negateLimbs(remainder), remainder),
  }
}
function divideUnsigned(a: Limbs, b: Limbs): Divided {
  const zero = limbsOf(0)
  const short = divideShort(a, select(compare("eq", b.lo, 0), constant(1), b.lo))
  const divided =
    b.hi.op === "const" && b.hi.value === 0 ? short : choose(compare("eq", b.hi, 0), short, divideLong(a, b))
  return choose(isZero(b), { quotient: zero, remainder: zero }, divided)
}
const choose = (test: Scalar, a: Divided, b: Divided): Divided => ({
  quotient: selectLimbs(test, a.quotient, b.quotient),
  remainder: selectLimbs(test, a.remainder, b.remainder),
})
/** By a divisor below 2^16: long division in digits of 8 bits, so that remainder * 256 + digit stays below 2^24. */
function divideShort(a: Limbs, by: Scalar): Divided {
  let remainder: Scalar = constant(0)
  const digit = (d: Scalar): Scalar => {
    const ahead = add(mul(remainder, 256), d)
    remainder = binary("rem", ahead, by)
    return binary("div", ahead, by)
  }
  const pair = (x: Scalar): Scalar => {
    const first = digit(right(x, 8))
    return add(mul(first, 256), digit(and(x, 0xff)))
  }
  const hi = pair(a.hi)
  const lo = pair(a.lo)
  return { quotient: { hi, lo }, remainder: { hi: constant(0), lo: remainder } }
}
/** By a divisor of at least 2^16: the quotient has 16 bits, so a float quotient less one is at most 2 short of it. */
function divideLong(a: Limbs, b: Limbs): Divided {
  const ratio = binary("div", toFloat(a, false), toFloat(b, false))
  // Clamped from above for the case that is not taken, where the divisor may be 0.
  const guess = cast("i32", binary("min", ratio, constant(0xffff, "f32")))
  let quotient = binary("max", sub(guess, 1), constant(0))
  let remainder = subLimbs(a, mulLimbs(b, { hi: constant(0), lo: quotient }))
  for (let round = 0; round < 2; round++) {
    const more = below("le", b, remainder, false)
    quotient = select(more, add(quotient, 1), quotient)
    remainder = selectLimbs(more, subLimbs(remainder, b), remainder)
  }
  return { quotient: { hi: constant(0), lo: quotient }, remainder }
}

// ---- floats ------------------------------------------------------------------------------------------------------

const f32 = (x: number): Scalar => constant(x, "f32")

/** Both halves and the product with 2^16 are exact, so the sum rounds once, as the cast of the integer does. */
export const toFloat = (a: Limbs, signed: boolean): Scalar =>
  binary("add", binary("mul", cast("f32", signed ? signedHigh(a) : a.hi), f32(65536)), cast("f32", a.lo))

/** Truncates and saturates; NaN gives 0. */
export function fromFloat(x: Scalar, signed: boolean): Limbs {
  const [least, end] = signed ? [-(2 ** 31), 2 ** 31] : [0, 2 ** 32]
  const whole = select(compare("lt", x, f32(0)), unary("ceil", x), unary("floor", x))
  const upper = unary("floor", binary("mul", whole, f32(2 ** -16)))
  const halves = {
    hi: low16(cast("i32", upper)),
    lo: cast("i32", binary("sub", whole, binary("mul", upper, f32(65536)))),
  }
  const above = selectLimbs(compare("le", f32(end), x), limbsOf(end - 1), halves)
  const within = selectLimbs(compare("lt", x, f32(least)), limbsOf(least), above)
  return selectLimbs(compare("ne", x, x), limbsOf(0), within)
}
