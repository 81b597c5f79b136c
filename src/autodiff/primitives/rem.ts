import { binary } from "../program/loop/scalar.ts"
import { elementwise } from "./elementwise.ts"

/** The remainder of x / y with the sign of x; for integers 0 where y is 0. */
export const rem = elementwise({
  name: "rem",
  takes: "number",
  scalar: (x, y) => binary("rem", x, y),
  values: [
    { min: -5, max: 5 },
    { min: 1, max: 2 },
  ],
})
