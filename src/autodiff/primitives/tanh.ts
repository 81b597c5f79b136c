import { unary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** Hyperbolic tangent. */
export const tanh = elementwise({
  name: "tanh",
  takes: "float",
  scalar: (x) => unary("tanh", x),
  values: [around],
})
