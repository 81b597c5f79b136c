import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** |x|; its slope at 0 is 0. */
export const abs = elementwise({
  name: "abs",
  takes: "number",
  scalar: (x) => unary("abs", x),
  values: [{ ...around, awayFrom: [0], gap: 0.1 }],
})
