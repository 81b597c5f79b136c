/** The bits of an f32 by arithmetic, for engines that cannot look at them: exact, subnormals included. */
import { binary, cast, compare, constant, type Scalar, select, unary } from "../../autodiff/program/loop/scalar.ts"
import { isNegative, type Limbs, limbsOf, selectLimbs } from "./limb-arithmetic.ts"

const f32 = (x: number): Scalar => constant(x, "f32")
const times = (x: Scalar, by: number): Scalar => binary("mul", x, f32(by))
const and = (a: Scalar, b: number): Scalar => binary("and", a, b)
const shr = (a: Scalar, by: number): Scalar => binary("shr", a, by)

/** The f32 with these bits. */
export function floatOfBits(a: Limbs): Scalar {
  const exponent = and(shr(a.hi, 7), 0xff)
  const mantissa = binary("add", binary("mul", and(a.hi, 0x7f), 65536), a.lo)
  const biased = binary("sub", exponent, 127)
  const up = compare("le", constant(0), biased)
  const steps = select(up, biased, binary("sub", constant(0), biased))
  // From [1, 2) by powers of two that only grow or only shrink it: nothing on the way overflows or loses a bit.
  let normal = binary("add", f32(1), times(cast("f32", mantissa), 2 ** -23))
  for (let bit = 0; bit < 7; bit++) {
    const power = select(up, f32(2 ** (2 ** bit)), f32(2 ** -(2 ** bit)))
    normal = binary("mul", normal, select(compare("ne", and(shr(steps, bit), 1), 0), power, f32(1)))
  }
  const subnormal = times(times(cast("f32", mantissa), 2 ** -100), 2 ** -49)
  const special = select(compare("eq", mantissa, 0), f32(Infinity), f32(Number.NaN))
  const size = select(compare("eq", exponent, 0), subnormal, select(compare("eq", exponent, 255), special, normal))
  return select(isNegative(a), unary("neg", size), size)
}

/** The bits of an f32; NaN has the one pattern 0x7fc00000. */
export function bitsOfFloat(x: Scalar): Limbs {
  const size = unary("abs", x)
  // -0 equals 0; only a division tells them apart.
  const minusZero = binary("and", compare("eq", x, f32(0)), compare("lt", binary("div", f32(1), x), f32(0)))
  const sign = cast("i32", binary("or", compare("lt", x, f32(0)), minusZero))
  const small = compare("lt", size, f32(2 ** -126))
  let scaled = size
  let exponent: Scalar = constant(127)
  for (let bit = 6; bit >= 0; bit--) {
    const power = 2 ** bit
    const [down, up] = [compare("le", f32(2 ** power), scaled), compare("lt", scaled, f32(2 ** (1 - power)))]
    const step = select(down, f32(2 ** -power), select(up, f32(2 ** power), f32(1)))
    const moved = select(down, constant(power), select(up, constant(-power), constant(0)))
    scaled = binary("mul", scaled, step)
    exponent = binary("add", exponent, moved)
  }
  const whole = select(small, times(times(size, 2 ** 100), 2 ** 49), times(binary("sub", scaled, f32(1)), 2 ** 23))
  const mantissa = unary("floor", whole)
  const upper = unary("floor", times(mantissa, 2 ** -16))
  const body = binary("add", binary("mul", select(small, constant(0), exponent), 128), cast("i32", upper))
  const finite: Limbs = {
    hi: binary("add", binary("mul", sign, 0x8000), body),
    lo: cast("i32", binary("sub", mantissa, times(upper, 65536))),
  }
  const infinite: Limbs = { hi: binary("add", binary("mul", sign, 0x8000), constant(0x7f80)), lo: constant(0) }
  const number = selectLimbs(compare("eq", size, f32(Infinity)), infinite, finite)
  return selectLimbs(compare("ne", x, x), limbsOf(0x7fc00000), number)
}
