import { binary, constant, unary } from "../program/loop/scalar.ts"
import type { LoopOperation } from "../program/operation.ts"
import { elementwise, elementwiseCases, elementwiseOperation } from "./elementwise.ts"
import type { Entry } from "./primitive.ts"

/** Where the logarithm of the gamma function and its derivatives are smooth, on both sides of 0. */
const smooth = { min: -0.9, max: 5, awayFrom: [0, -1], gap: 0.15 }

/** log |gamma(x)|. */
export const lgamma = elementwise({
  name: "lgamma",
  takes: "float",
  scalar: (x) => unary("lgamma", x),
  values: [smooth],
})

/** The derivative of that of lgamma, so many orders up: 0 is the digamma function. */
export const polygamma: Entry & { readonly of: (order: number) => LoopOperation } = {
  name: "polygamma",
  of: (order) =>
    elementwiseOperation(
      order === 0 ? "digamma" : "polygamma",
      "float",
      (x) => binary("polygamma", constant(order, x.dtype), x),
      { order },
    ),
  get cases() {
    return [0, 1, 2].flatMap((order) =>
      elementwiseCases(this.of(order), [order === 0 ? { ...smooth, min: 0.3 } : { min: 0.8, max: 6 }]),
    )
  },
}
