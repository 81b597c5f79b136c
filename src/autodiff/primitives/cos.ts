import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** Cosine of radians. */
export const cos = elementwise({
  name: "cos",
  takes: "float",
  scalar: (x) => unary("cos", x),
  values: [around],
})
