import { binary } from "../program/loop/scalar.ts"
import { around, elementwise, positive } from "./elementwise.ts"

/** x / y; integers truncate, and anything by 0 is 0 for them. */
export const div = elementwise({
  name: "div",
  takes: "number",
  scalar: (x, y) => binary("div", x, y),
  values: [around, positive],
})
