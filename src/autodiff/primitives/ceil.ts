import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** The least integer not below x; flat everywhere. */
export const ceil = elementwise({
  name: "ceil",
  takes: "float",
  scalar: (x) => unary("ceil", x),
  values: [{ ...around, awayFrom: [-2, -1, 0, 1, 2], gap: 0.1 }],
})
