import { binary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** x - y. */
export const sub = elementwise({
  name: "sub",
  takes: "number",
  scalar: (x, y) => binary("sub", x, y),
  values: [around, around],
})
