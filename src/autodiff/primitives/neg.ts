import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** -x; u32 wraps. */
export const neg = elementwise({
  name: "neg",
  takes: "number",
  scalar: (x) => unary("neg", x),
  values: [around],
})
