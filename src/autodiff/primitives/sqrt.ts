import { unary } from "../program/loop/scalar.ts"
import { elementwise, positive } from "./elementwise.ts"

/** The square root; NaN below 0. */
export const sqrt = elementwise({
  name: "sqrt",
  takes: "float",
  scalar: (x) => unary("sqrt", x),
  values: [positive],
})
