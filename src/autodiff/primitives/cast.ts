import type { Element } from "../dtype.ts"
import { cast as castScalar } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { around, elementwiseCases, elementwiseOperation } from "./elementwise.ts"
import type { Entry } from "./primitive.ts"

/** To another dtype: floats to integers truncate and saturate, NaN to 0, anything but 0 to true. */
export const cast: Entry & { readonly to: (dtype: Element) => LoopOperation } = {
  name: "cast",
  to: (dtype) => elementwiseOperation("cast", "mixed", (x) => castScalar(dtype, x), { dtype }),
  get cases() {
    return [
      ...elementwiseCases(this.to("f64"), [around]),
      ...elementwiseCases(this.to("f32"), [around], ["f64"]),
      ...elementwiseCases(this.to("i32"), [around]),
      ...elementwiseCases(this.to("f32"), [{ min: -9, max: 9 }], ["i32"]),
      ...elementwiseCases(this.to("bool"), [around]),
    ]
  },
}
