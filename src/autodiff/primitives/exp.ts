import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** e to the power x. */
export const exp = elementwise({
  name: "exp",
  takes: "float",
  scalar: (x) => unary("exp", x),
  values: [around],
})
