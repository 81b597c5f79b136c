import { binary } from "../program/loop/scalar.ts"
import { around, elementwise, positive } from "./elementwise.ts"

/** x to the power y. */
export const pow = elementwise({
  name: "pow",
  takes: "float",
  scalar: (x, y) => binary("pow", x, y),
  values: [positive, around],
})
