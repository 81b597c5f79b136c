/**
 * The remainder of f32 division by division: gpu.js prints its own as a - b * trunc(a / b), which loses the sign of 0,
 * reads b = Infinity as NaN and may come out negative where the quotient was rounded up.
 */
import { binary, compare, constant, type Scalar, select, unary } from "../../autodiff/program/loop/scalar.ts"
import { rewrite } from "../../autodiff/program/loop/walk.ts"

/** Right to an ulp of the dividend while the quotient is below 2^24; beyond that the remainder is noise. */
export const lowerRemainders = (root: Scalar): Scalar =>
  rewrite(root, (n) => (n.op === "binary" && n.fn === "rem" && n.dtype === "f32" ? remainder(n.a, n.b) : n))

function remainder(a: Scalar, b: Scalar): Scalar {
  const zero = constant(0, "f32")
  // Of sizes, so that floor truncates and one comparison tells a rounded quotient; the sign is the dividend's.
  const [x, y] = [unary("abs", a), unary("abs", b)]
  const rest = binary("sub", x, binary("mul", unary("floor", binary("div", x, y)), y))
  const above = select(compare("lt", rest, zero), binary("add", rest, y), rest)
  const within = select(compare("le", y, above), binary("sub", above, y), above)
  const infinite = constant(Infinity, "f32")
  const finite = binary("and", compare("eq", y, infinite), compare("lt", x, infinite))
  const size = select(finite, x, within)
  return select(compare("lt", binary("div", constant(1, "f32"), a), zero), unary("neg", size), size)
}
