/** Functions of real numbers, element by element. They take f32 or f64; integers are cast first. */
import { typed } from "../boundary.ts"
import { bindOne } from "../interpreter.ts"
import { ceil as ceilOp } from "../primitives/ceil.ts"
import { cos as cosOp } from "../primitives/cos.ts"
import type { Elementwise } from "../primitives/elementwise.ts"
import { exp as expOp } from "../primitives/exp.ts"
import { floor as floorOp } from "../primitives/floor.ts"
import { log as logOp } from "../primitives/log.ts"
import { sin as sinOp } from "../primitives/sin.ts"
import { sqrt as sqrtOp } from "../primitives/sqrt.ts"
import { tanh as tanhOp } from "../primitives/tanh.ts"
import type { Unary } from "../signatures/arithmetic.ts"
import { floatValue } from "./operands.ts"

/** The public function of a primitive on floats. */
export const real = ({ name, operation }: Elementwise): Unary =>
  typed((x: unknown) => bindOne(operation, floatValue(name, x)))

/**
 * e to the power x.
 *
 * @example
 * ```ts
 * import { exp, tensor } from "cotangent"
 * console.log(await exp(tensor([0, 1])).array())
 * ```
 */
export const exp: Unary = real(expOp)
/** The natural logarithm; -Infinity at 0, NaN below. */
export const log: Unary = real(logOp)
/** The sine of x in radians. */
export const sin: Unary = real(sinOp)
/** The cosine of x in radians. */
export const cos: Unary = real(cosOp)
/** The hyperbolic tangent. */
export const tanh: Unary = real(tanhOp)
/** The square root; NaN below 0. */
export const sqrt: Unary = real(sqrtOp)
/** The greatest whole number not above x; its derivative is 0. */
export const floor: Unary = real(floorOp)
/** The least whole number not below x; its derivative is 0. */
export const ceil: Unary = real(ceilOp)
