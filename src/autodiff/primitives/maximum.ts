import { binary } from "../program/loop/scalar.ts"
import { elementwise } from "./elementwise.ts"

/** The larger of x and y; NaN where either is. */
export const maximum = elementwise({
  name: "maximum",
  takes: "number",
  scalar: (x, y) => binary("max", x, y),
  values: [
    { min: -2, max: -0.2 },
    { min: 0.2, max: 2 },
  ],
})
