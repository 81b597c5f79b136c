import { unary } from "../program/loop/scalar.ts"
import { elementwise, positive } from "./elementwise.ts"

/** The natural logarithm; -Infinity at 0, NaN below. */
export const log = elementwise({
  name: "log",
  takes: "float",
  scalar: (x) => unary("log", x),
  values: [positive],
})
