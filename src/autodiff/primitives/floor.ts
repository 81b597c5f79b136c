import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** The greatest integer not above x; flat everywhere. */
export const floor = elementwise({
  name: "floor",
  takes: "float",
  scalar: (x) => unary("floor", x),
  values: [{ ...around, awayFrom: [-2, -1, 0, 1, 2], gap: 0.1 }],
})
