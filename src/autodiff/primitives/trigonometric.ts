import { binary, type Unary, unary } from "../program/loop/scalar.ts"
import { around, type Elementwise, elementwise, positive } from "./elementwise.ts"
import type { Values } from "./primitive.ts"

const ofAngles = (name: Unary, values: Values): Elementwise =>
  elementwise({ name, takes: "float", scalar: (x) => unary(name, x), values: [values] })

/** Tangent of an angle in radians. */
export const tan = ofAngles("tan", { min: -1.2, max: 1.2 })
/** The angle in [-pi/2, pi/2] with this sine. */
export const asin = ofAngles("asin", { min: -0.9, max: 0.9 })
/** The angle in [0, pi] with this cosine. */
export const acos = ofAngles("acos", { min: -0.9, max: 0.9 })
/** The angle in [-pi/2, pi/2] with this tangent. */
export const atan = ofAngles("atan", around)
/** The angle of the point (x, y), the second operand being x. */
export const atan2 = elementwise({
  name: "atan2",
  takes: "float",
  scalar: (y, x) => binary("atan2", y, x),
  values: [around, positive],
})
