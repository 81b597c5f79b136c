import { binary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** x y. */
export const mul = elementwise({
  name: "mul",
  takes: "number",
  scalar: (x, y) => binary("mul", x, y),
  values: [around, around],
})
