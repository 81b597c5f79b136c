import { binary } from "../program/loop/scalar.ts"
import { around, elementwise } from "./elementwise.ts"

/** x + y. */
export const add = elementwise({
  name: "add",
  takes: "number",
  scalar: (x, y) => binary("add", x, y),
  values: [around, around],
})
