import { binary, compare, constant, type Scalar, select, unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

const add = (a: Scalar, b: Scalar): Scalar => binary("add", a, b)
const mul = (a: Scalar, b: Scalar): Scalar => binary("mul", a, b)

/** (pi x)^2k / (2k + 1)! with its sign, for as many k as doubles can tell where |x| is at most 1/3. */
const coefficients: readonly number[] = Array.from({ length: 10 }, (_, k) => {
  let c = 1
  for (let j = 1; j <= k; j++) c *= -(Math.PI ** 2) / (2 * j * (2 * j + 1))
  return c
})
/** sin(pi x) / (pi x). Near 0 its series, which has derivatives: those of the quotient cancel there. */
export const sinc = elementwise({
  name: "sinc",
  takes: "float",
  scalar: (x) => {
    const c = (value: number): Scalar => constant(value, x.dtype)
    const square = mul(x, x)
    const series = coefficients.reduceRight<Scalar>((s, a) => add(mul(s, square), c(a)), c(0))
    const isNear = compare("lt", unary("abs", x), c(1 / 3))
    // Whole turns are taken off exactly. The other branch never divides by 0.
    const far = select(isNear, c(1), x)
    const turn = binary("sub", far, mul(c(2), unary("round", mul(c(0.5), far))))
    return select(isNear, series, binary("div", unary("sin", mul(c(Math.PI), turn)), mul(c(Math.PI), far)))
  },
  values: [around],
})
