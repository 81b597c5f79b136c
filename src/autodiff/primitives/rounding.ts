import { type Unary, unary } from "../program/loop/scalar.ts"
import { type Elementwise, elementwise } from "./elementwise.ts"

const step = (name: Unary): Elementwise =>
  elementwise({
    name,
    takes: "float",
    scalar: (x) => unary(name, x),
    values: [{ min: -2, max: 2, awayFrom: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2], gap: 0.05 }],
  })

/** The nearest whole number, of two as near the even one; flat everywhere. */
export const round = step("round")
/** x without its fraction; flat everywhere. */
export const trunc = step("trunc")
