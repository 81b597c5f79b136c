/**
 * The transcendentals of f32 for shaders, whose own may be off by hundreds of ulps (and sin by any number of them near its
 * zeros). As in compile/lower.ts, but without bits, which gpu.js cannot see: signs by comparison, powers of 2 by squaring.
 * The coefficients are that file's.
 */
import {
  type BinaryNode,
  binary,
  compare,
  constant,
  type Scalar,
  select,
  type Unary,
  unary,
} from "../../autodiff/program/loop/scalar.ts"
import { rewrite } from "../../autodiff/program/loop/walk.ts"
import { bases } from "../compile/lower.ts"
import { lowerFunctions } from "../compile/special/lower.ts"

const f = (x: number): Scalar => constant(Math.fround(x), "f32")
const add = (a: Scalar, b: Scalar): Scalar => binary("add", a, b)
const sub = (a: Scalar, b: Scalar): Scalar => binary("sub", a, b)
const mul = (a: Scalar, b: Scalar): Scalar => binary("mul", a, b)
const less = (a: Scalar, b: Scalar): Scalar => compare("lt", a, b)
const floor = (x: Scalar): Scalar => unary("floor", x)
const rounded = (x: Scalar): Scalar => floor(add(x, f(0.5)))
const horner = (x: Scalar, [first = 0, ...rest]: readonly number[]): Scalar =>
  rest.length === 0 ? f(first) : add(mul(horner(x, rest), x), f(first))

/** ln 2 in two parts: products of the first with whole numbers below 2^9 are exact. */
const [ln2High, ln2Low] = [f(0.693145751953125), f(1.4286067653e-6)]

/** 2^n for a whole n of at most 127 in size, exactly: the factors 2^1, 2^2, 2^4, … of the bits of |n|. */
function powerOfTwo(n: Scalar): Scalar {
  const negative = less(n, f(0))
  let rest = unary("abs", n)
  let power = f(1)
  for (let bit = 0; bit < 7; bit++) {
    const half = floor(mul(rest, f(0.5)))
    const isSet = less(half, mul(rest, f(0.5)))
    const factor = select(negative, f(2 ** -(2 ** bit)), f(2 ** (2 ** bit)))
    power = select(isSet, mul(power, factor), power)
    rest = half
  }
  return power
}
/** x 2^n in two factors: in one, overflow and results near the smallest number would come out wrong. */
function scaled(x: Scalar, n: Scalar): Scalar {
  const half = floor(mul(n, f(0.5)))
  const power = powerOfTwo(half)
  return mul(mul(x, power), select(less(add(half, half), n), mul(power, f(2)), power))
}

function exp(x: Scalar): Scalar {
  // As selects the clamps keep NaN.
  const low = select(less(x, f(-104)), f(-104), x)
  const held = select(less(f(89), low), f(89), low)
  const n = rounded(mul(held, f(Math.LOG2E)))
  const r = sub(sub(held, mul(n, ln2High)), mul(n, ln2Low))
  return scaled(expNearZero(r), n)
}
function expNearZero(r: Scalar): Scalar {
  const p = horner(r, [0.4999999404, 0.1666652113, 0.04166838899, 0.008368745446, 0.001381454058])
  return add(add(mul(p, mul(r, r)), r), f(1))
}

/** The machine's own logarithm only finds the exponent, for which any error below 0.05 will do. */
function logarithm(x: Scalar, { factor, high, low }: (typeof bases)[keyof typeof bases]): Scalar {
  const n = rounded(mul(unary("log", x), f(Math.LOG2E)))
  const g = sub(scaled(x, unary("neg", n)), f(1))
  const q = horner(
    g,
    [
      0.3333333135, -0.2500082254, 0.2000123411, -0.1662329882, 0.1420155317, -0.1316058189, 0.1276332587,
      -0.07635653019,
    ],
  )
  const square = mul(g, g)
  const own = factor === 1
  const cube = mul(mul(g, square), q)
  const natural = add(g, sub(own ? add(cube, mul(n, f(low))) : cube, mul(f(0.5), square)))
  const near = own ? natural : add(mul(natural, f(factor)), mul(n, f(low)))
  const value = add(near, mul(n, f(high)))
  const special = select(compare("eq", x, f(0)), f(-Infinity), select(less(x, f(0)), f(Number.NaN), x))
  return select(binary("and", less(f(0), x), less(x, f(Infinity))), value, special)
}

function tanh(x: Scalar): Scalar {
  const a = unary("abs", x)
  const z = mul(x, x)
  const t = horner(z, [-0.333332777, 0.1333133131, -0.05373000726, 0.0206061732, -0.005666972604])
  // A product with x keeps its sign, also that of 0.
  const near = mul(x, add(mul(z, t), f(1)))
  const far = sub(f(1), binary("div", f(2), add(exp(add(a, a)), f(1))))
  return select(less(a, f(0.625)), near, select(less(x, f(0)), unary("neg", far), far))
}

/** On r = x - n pi/2, pi/2 in four parts whose products with n are exact for n < 2^13; beyond, the machine's own. */
function turn(fn: "sin" | "cos", x: Scalar): Scalar {
  const n = rounded(mul(x, f(2 / Math.PI)))
  const parts = [1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5633440682570896e-12]
  const r = parts.reduce<Scalar>((s, part) => sub(s, mul(n, f(part))), x)
  const z = mul(r, r)
  const sine = mul(r, add(mul(z, horner(z, [-0.1666665524, 0.008332155645, -0.00019514632])), f(1)))
  const cosine = add(
    sub(f(1), mul(f(0.5), z)),
    mul(mul(z, z), horner(z, [0.04166664556, -0.001388730947, 2.443241283e-5])),
  )
  const quadrant = fn === "sin" ? n : add(n, f(1))
  const half = mul(quadrant, f(0.5))
  const value = select(less(floor(half), half), cosine, sine)
  const quarter = mul(floor(half), f(0.5))
  const turned = select(less(floor(quarter), quarter), unary("neg", value), value)
  return select(less(unary("abs", x), f(12000)), turned, unary(fn, x))
}

/** 2^x: the whole number next to x is taken off exactly. */
function exp2(x: Scalar): Scalar {
  const low = select(less(x, f(-150)), f(-150), x)
  const held = select(less(f(129), low), f(129), low)
  const n = rounded(held)
  return scaled(expNearZero(mul(sub(held, n), f(Math.LN2))), n)
}

const polynomials: Partial<Readonly<Record<Unary, (x: Scalar) => Scalar>>> = {
  exp,
  log: (x) => logarithm(x, bases.log),
  tanh,
  sin: (x) => turn("sin", x),
  cos: (x) => turn("cos", x),
}
const truncated = (x: Scalar): Scalar => select(less(x, f(0)), unary("ceil", x), floor(x))
/** Half to even, of |x| with the sign put back: the half that floor has added is taken away where it made an odd number. */
function nearest(x: Scalar): Scalar {
  const size = unary("abs", x)
  const below = floor(size)
  const rest = sub(size, below)
  const half = mul(below, f(0.5))
  const tie = binary("and", compare("eq", rest, f(0.5)), less(floor(half), half))
  const up = binary("or", less(f(0.5), rest), tie)
  const value = select(up, add(below, f(1)), below)
  return select(less(x, f(0)), unary("neg", value), select(less(f(0), x), value, x))
}
const simple: Partial<Readonly<Record<Unary, (x: Scalar) => Scalar>>> = {
  exp2,
  log2: (x) => logarithm(x, bases.log2),
  log10: (x) => logarithm(x, bases.log10),
  trunc: truncated,
  round: nearest,
}
/** What gpu.js does not have in every mode, in terms of what it has. */
export const lowerForGpu = (root: Scalar): Scalar =>
  rewrite(lowerFunctions(root), (n) => (n.op === "unary" && n.dtype === "f32" ? (simple[n.fn]?.(n.a) ?? n) : n))

/** A shader's own drops NaN, and its compiler may take x !== x for false: what is neither less, more nor equal is NaN. */
function largest(n: BinaryNode): Scalar {
  const [a, b] = n.fn === "max" ? [n.a, n.b] : [n.b, n.a]
  const neither = select(compare("eq", a, b), n, add(a, b))
  return select(less(b, a), n.a, select(less(a, b), n.b, neither))
}

/** A shader's own is undefined for a base below 0 and takes NaN for a number: it computes |x|^y, the rest is here. */
function power(n: BinaryNode): Scalar {
  const { a: x, b: y } = n
  const size = binary("pow", unary("abs", x), y)
  const half = mul(y, f(0.5))
  const odd = select(less(floor(half), half), unary("neg", size), size)
  const below = select(compare("eq", floor(y), y), odd, f(Number.NaN))
  const ofZero = select(less(y, f(0)), f(Infinity), f(0))
  const notZero = select(less(f(0), x), size, select(less(x, f(0)), below, add(x, y)))
  const value = select(compare("eq", x, f(0)), ofZero, notZero)
  const isNumber = binary("or", less(y, f(0)), less(f(0), y))
  return select(isNumber, value, select(compare("eq", y, f(0)), f(1), y))
}

/** f32 exp, log, tanh, sin and cos as polynomials that shaders can compute, powers of negative numbers, and max and min that keep NaN. */
export const lowerForShaders = (root: Scalar): Scalar =>
  rewrite(root, (n) => {
    if (n.dtype !== "f32") return n
    if (n.op === "unary") return polynomials[n.fn]?.(n.a) ?? n
    if (n.op !== "binary") return n
    if (n.fn === "pow") return power(n)
    return n.fn === "max" || n.fn === "min" ? largest(n) : n
  })
