import { binary } from "../program/loop/scalar.ts"
import { elementwise } from "./elementwise.ts"

/** The smaller of x and y; NaN where either is. */
export const minimum = elementwise({
  name: "minimum",
  takes: "number",
  scalar: (x, y) => binary("min", x, y),
  values: [
    { min: -2, max: -0.2 },
    { min: 0.2, max: 2 },
  ],
})
