/**
 * Rewrites of scalars into simpler scalars for engines that generate code: an f32 transcendental is a polynomial in the
 * same grammar, hence the same bits in lanes and alone. The coefficients are minimax fits (Lawson's iteration) of the
 * forms written beside them; the bounds that the tests hold are exp 1, log 1, tanh 2, sin and cos 2.5 ulp over all of f32.
 */
import {
  binary,
  bitcast,
  cast,
  compare,
  constant,
  type Fold,
  freeVars,
  type Scalar,
  select,
  type UnaryNode,
  unary,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, rewrite, substitute } from "../../autodiff/program/loop/walk.ts"

const f = (x: number): Scalar => constant(Math.fround(x), "f32")
const add = (a: Scalar, b: Scalar): Scalar => binary("add", a, b)
const sub = (a: Scalar, b: Scalar): Scalar => binary("sub", a, b)
const mul = (a: Scalar, b: Scalar): Scalar => binary("mul", a, b)
const horner = (x: Scalar, lowestFirst: readonly number[]): Scalar =>
  lowestFirst.reduceRight<Scalar | undefined>((s, c) => (s === undefined ? f(c) : add(mul(s, x), f(c))), undefined) ??
  f(0)

/** Adding and taking away 1.5 * 2^23 rounds to an integer, which then stands in the low bits: no conversion is needed. */
const magic = f(12582912)

/** What is known of an argument of exp, NaN aside. */
type Side = "not positive" | "not negative" | "any"

/** exp(x) = 2^n (1 + r + r^2 p(r)) for x = n ln 2 + r. NaN comes through in the products, whatever its bits are. */
export function expPolynomial(x: Scalar, side: Side = "any"): Scalar {
  // As selects the clamps keep NaN, and are one instruction where an engine knows them as pmin and pmax. exp is 0 from -104
  // on, yet a clamp there makes a product too small for any number, which processors take 60 ns a vector for: masked
  // attention scores took three times as long as others. At the clamp's n the factor of 2^n is itself 0, and nothing is lost.
  const least = side === "not positive" ? -(127 + 64) * Math.LN2 : -254 * Math.LN2
  const low = side === "not negative" ? x : select(compare("lt", x, f(least)), f(least), x)
  const held = side === "not positive" ? low : select(compare("lt", f(89), low), f(89), low)
  // The exponent's bias goes into the number that rounds, so that a shift alone makes a power of 2 of the low bits.
  const bias = { "not positive": 127 + 64, "not negative": 127 - 64, any: 254 }[side]
  const rounding = f(12582912 + bias)
  const shifted = add(mul(held, f(Math.LOG2E)), rounding)
  const n = sub(shifted, rounding)
  const r = sub(sub(held, mul(n, f(0.693145751953125))), mul(n, f(1.4286067653e-6)))
  const e = expNearZero(r)
  const bits = bitcast("i32", shifted)
  if (side === "any") return scaledByBits(e, bits)
  // 2^n in two factors, the second of which is known on one side.
  return mul(mul(e, bitcast("f32", binary("shl", bits, 23))), f(side === "not positive" ? 2 ** -64 : 2 ** 64))
}
/** 1 + r + r^2 p(r). */
function expNearZero(r: Scalar): Scalar {
  const p = horner(r, [0.4999999404, 0.1666652113, 0.04166838899, 0.008368745446, 0.001381454058])
  return add(add(mul(p, mul(r, r)), r), f(1))
}
/** e 2^n for the n + 254 in the low bits, in two factors: in one, overflow and subnormal results would come out wrong. */
function scaledByBits(e: Scalar, bits: Scalar): Scalar {
  const power = binary("shl", bits, 23)
  const half = binary("shl", binary("shr", bits, 1), 23)
  return mul(mul(e, bitcast("f32", half)), bitcast("f32", binary("sub", power, half)))
}

/** 2^x = 2^n exp(r ln 2), as above: n and r are exact. */
function exp2Polynomial(x: Scalar): Scalar {
  const low = select(compare("lt", x, f(-254)), f(-254), x)
  const held = select(compare("lt", f(129), low), f(129), low)
  const rounding = f(12582912 + 254)
  const shifted = add(held, rounding)
  const e = expNearZero(mul(sub(held, sub(shifted, rounding)), f(Math.LN2)))
  return scaledByBits(e, bitcast("i32", shifted))
}

/** On which side of 0 a value lies by its form: x less a maximum over x, a square or a magnitude, or less than nothing. */
function sideOf(x: Scalar): Side {
  if (isNotNegative(x)) return "not negative"
  if (x.op === "unary" && x.fn === "neg" && isNotNegative(x.a)) return "not positive"
  if (x.op === "binary" && x.fn === "sub" && x.b.op === "fold" && x.b.monoid === "max") {
    const { a, b: most } = x
    // Interned, so that the maximum's body at one of a's own indices is a itself, or is another expression.
    const isAmong = (v: Var): boolean =>
      v.size <= most.index.size && most.bodies[0] !== undefined && at(most, most.bodies[0], v) === a
    if ([...freeVars(a)].some(isAmong)) return "not positive"
  }
  return "any"
}
const at = (most: Fold, body: Scalar, v: Var): Scalar => substitute(body, new Map([[most.index, v]]))
const isNotNegative = (x: Scalar): boolean =>
  (x.op === "unary" && x.fn === "abs") || (x.op === "binary" && x.fn === "mul" && x.a === x.b)

/** What a logarithm multiplies: natural ones by 1, and the exponent by a number in two parts. */
interface Base {
  readonly factor: number
  readonly high: number
  readonly low: number
}
/** The high parts have 12 bits, whose products with exponents are exact. */
export const bases = {
  log: { factor: 1, high: 0.693145751953125, low: 1.4286067653e-6 },
  log2: { factor: Math.LOG2E, high: 1, low: 0 },
  log10: { factor: Math.LOG10E, high: 0.301025390625, low: 4.6050389811952e-6 },
} as const satisfies Readonly<Record<string, Base>>

/** log(x) = e ln 2 + log(1 + g) for x = 2^e (1 + g) with 1 + g in [sqrt 1/2, sqrt 2); log(1 + g) = g - g^2/2 + g^3 q(g). */
function logPolynomial(x: Scalar, base: Base): Scalar {
  const tiny = compare("lt", x, f(1.1754943508222875e-38))
  const bits = bitcast("i32", select(tiny, mul(x, f(2 ** 23)), x))
  const e = binary("shr", binary("sub", bits, 0x3f3504f3), 23)
  const g = sub(bitcast("f32", binary("sub", bits, binary("shl", e, 23))), f(1))
  const exponent = sub(cast("f32", e), select(tiny, f(23), f(0)))
  const q = horner(
    g,
    [
      0.3333333135, -0.2500082254, 0.2000123411, -0.1662329882, 0.1420155317, -0.1316058189, 0.1276332587,
      -0.07635653019,
    ],
  )
  const square = mul(g, g)
  // The natural one adds the exponent's low part to what is small; another base multiplies first.
  const half = mul(f(0.5), square)
  const own = base.factor === 1
  const cube = mul(mul(g, square), q)
  const low = mul(exponent, f(base.low))
  const natural = add(g, sub(own ? add(cube, low) : cube, half))
  const near = own ? natural : add(mul(natural, f(base.factor)), low)
  const value = add(near, mul(exponent, f(base.high)))
  const special = select(compare("eq", x, f(0)), f(-Infinity), select(compare("lt", x, f(0)), f(Number.NaN), x))
  return select(binary("and", compare("lt", f(0), x), compare("lt", x, f(Infinity))), value, special)
}

const signBit = constant(-(2 ** 31))
const signOf = (x: Scalar): Scalar => binary("and", bitcast("i32", x), signBit)
const withSign = (magnitude: Scalar, sign: Scalar): Scalar =>
  bitcast("f32", binary("or", bitcast("i32", magnitude), sign))

/** x + x^3 t(x^2) near 0, else 1 - 2 / (exp(2x) + 1): on |x| with the sign put back, so that tanh(-0) is -0. */
function tanhPolynomial(x: Scalar): Scalar {
  const a = unary("abs", x)
  const z = mul(x, x)
  const t = horner(z, [-0.333332777, 0.1333133131, -0.05373000726, 0.0206061732, -0.005666972604])
  const near = add(a, mul(mul(a, z), t))
  const far = sub(f(1), binary("div", f(2), add(expPolynomial(add(a, a), "not negative"), f(1))))
  return withSign(select(compare("lt", a, f(0.625)), near, far), signOf(x))
}

/**
 * sin on r = x - n pi/2, pi/2 in four parts whose products with n are exact for n < 2^13. Beyond that (and for NaN and
 * the infinities) the node stays as it is, and the engine calls the host for it.
 */
function sinPolynomial(x: Scalar, fn: "sin" | "cos"): Scalar {
  const shifted = add(mul(x, f(2 / Math.PI)), magic)
  const n = sub(shifted, magic)
  const parts = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5633440682570896e-12]
  const r = parts.reduce<Scalar>((s, part) => sub(s, mul(n, f(part))), x)
  const z = mul(r, r)
  const a = unary("abs", r)
  const sine = add(a, mul(mul(a, z), horner(z, [-0.1666665524, 0.008332155645, -0.00019514632])))
  const cosine = add(
    sub(f(1), mul(f(0.5), z)),
    mul(mul(z, z), horner(z, [0.04166664556, -0.001388730947, 2.443241283e-5])),
  )
  const bits = bitcast("i32", shifted)
  const quadrant = fn === "sin" ? bits : binary("add", bits, 1)
  const odd = compare("ne", binary("and", quadrant, constant(1)), 0)
  const turned = binary("shl", binary("and", quadrant, constant(2)), 30)
  const sign = binary("xor", select(odd, constant(0), signOf(r)), turned)
  const value = bitcast("f32", binary("xor", bitcast("i32", select(odd, cosine, sine)), sign))
  return select(compare("lt", unary("abs", x), f(12000)), value, unary(fn, x))
}

/** f32 exp, log, tanh, sin, cos as polynomials, powers that are products, and one pattern of bits for NaN. */
export function lowerTranscendentals(root: Scalar): Scalar {
  // Rewriting makes every node anew: most kernels have nothing that needs it.
  return nodesOf(root).some(isLowered) ? rewrite(root, lower) : root
}
const isLowered = (n: Scalar): boolean =>
  (n.op === "binary" && n.fn === "pow") ||
  (n.op === "bitcast" && n.a.dtype === "f32") ||
  (n.op === "unary" && n.dtype === "f32" && transcendentals.has(n.fn))
const transcendentals: ReadonlySet<string> = new Set(["exp", "exp2", "log", "log2", "log10", "tanh", "sin", "cos"])

function lower(n: Scalar): Scalar {
  if (n.op === "binary" && n.fn === "pow") return lowerPower(n, n.a, n.b)
  // Which bits a NaN has is chance otherwise: x86 makes negative ones.
  if (n.op === "bitcast" && n.a.dtype === "f32")
    return select(compare("ne", n.a, n.a), constant(0x7fc00000, n.dtype), n)
  if (n.op !== "unary" || n.dtype !== "f32") return n
  switch (n.fn) {
    case "exp":
      return expPolynomial(n.a, sideOf(n.a))
    case "log":
    case "log2":
    case "log10":
      return logPolynomial(n.a, bases[n.fn])
    case "exp2":
      return exp2Polynomial(n.a)
    case "tanh":
      return tanhPolynomial(n.a)
    case "sin":
    case "cos":
      return sinPolynomial(n.a, n.fn)
    default:
      return n
  }
}

/** x ** 2 is exact in f64 for an f32, so rounding it once is what a product in f32 does. */
const lowerPower = (n: Scalar, x: Scalar, by: Scalar): Scalar =>
  by.op === "const" && by.value === 2 && x.dtype === "f32" ? mul(x, x) : n

/** What is left of an f32 sin or cos, as the other branch of a select: arguments too large to reduce. */
export const isHostCall = (n: Scalar): n is UnaryNode =>
  n.op === "unary" && n.dtype === "f32" && (n.fn === "sin" || n.fn === "cos")
