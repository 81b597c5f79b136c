import type { Float } from "../dtype.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { binary, cast, compare, constant, load, type Scalar, select, unary } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { type Entry, loopOperation, operand } from "./primitive.ts"

/** `8 n` is below 2^31. */
const of = (n: number, dtype: Float): LoopOperation =>
  loopOperation("rootsOfUnity", { n, dtype }, (types) => {
    const phases = operand("rootsOfUnity", types[0])
    const inputs = inputsOf([phases])
    return mapLoop(inputs, phases.shape, (...i) =>
      inputs.flatMap((x) => {
        // The turn p / n in whole numbers: the nearest quarter, which exchanges sine and cosine, and a rest of an eighth at
        // most, so that an angle is as exact as a float can be, a right angle has a cosine of 0, and the meaning in f64 is
        // exact to its last bits.
        const p = binary("rem", load(x, i), n)
        const quarter = binary("div", binary("add", binary("mul", p, 8), n), 2 * n)
        const rest = binary("sub", binary("mul", p, 4), binary("mul", quarter, n))
        const angle = binary("mul", binary("div", cast(dtype, rest), constant(n, dtype)), constant(Math.PI / 2, dtype))
        const [c, s] = [unary("cos", angle), unary("sin", angle)]
        const turned = (first: Scalar, second: Scalar, third: Scalar, whole: Scalar): Scalar =>
          select(
            compare("eq", quarter, 1),
            first,
            select(compare("eq", quarter, 2), second, select(compare("eq", quarter, 3), third, whole)),
          )
        const minus = (y: Scalar): Scalar => unary("neg", y)
        return [turned(minus(s), minus(c), s, c), turned(c, minus(s), minus(c), s)]
      }),
    )
  })
/** Cosine and sine of the turns p / n, for whole p of 0 or more: what Fourier transforms are made of. */
export const rootsOfUnity: Entry & { readonly of: typeof of } = {
  name: "rootsOfUnity",
  of,
  cases: [
    { operation: of(7, "f32"), operands: [{ shape: [2, 7], dtype: "i32", values: { min: 0, max: 20 } }] },
    { operation: of(32, "f32"), operands: [{ shape: [40], dtype: "i32", values: { min: 0, max: 40 } }] },
  ],
}
