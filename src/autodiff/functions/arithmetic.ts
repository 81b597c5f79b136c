/** Arithmetic, element by element; shapes broadcast and dtypes promote. */
import { typed } from "../boundary.ts"
import type { Element } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { abs as absOp } from "../primitives/abs.ts"
import { add as addOp } from "../primitives/add.ts"
import { less } from "../primitives/compare.ts"
import { div as divOp } from "../primitives/div.ts"
import type { Elementwise as Operation } from "../primitives/elementwise.ts"
import { maximum as maximumOp } from "../primitives/maximum.ts"
import { minimum as minimumOp } from "../primitives/minimum.ts"
import { mul as mulOp } from "../primitives/mul.ts"
import { neg as negOp } from "../primitives/neg.ts"
import { pow as powOp } from "../primitives/pow.ts"
import { rem as remOp } from "../primitives/rem.ts"
import { stopGradient } from "../primitives/stop-gradient.ts"
import { sub as subOp } from "../primitives/sub.ts"
import { where } from "../primitives/where.ts"
import type { Cast, Clip, Elementwise, UnaryNumeric } from "../signatures/arithmetic.ts"
import type { Value } from "../value.ts"
import { arithmetic, asValue, castTo, floatValue, like, numericValue } from "./operands.ts"

const binary =
  (name: string, { operation }: Operation): ((a: unknown, b: unknown) => Value) =>
  (a, b) => {
    const [x, y] = arithmetic(name, a, b)
    return bindOne(operation, x, y)
  }

/**
 * a + b. Shapes broadcast, dtypes promote, a number takes the tensor's dtype.
 *
 * @throws ShapeError where the shapes do not broadcast; DTypeError where the dtypes do not mix.
 * @example
 * ```ts
 * import { add, tensor } from "cotangent"
 * console.log(await add(tensor([[1], [2]]), tensor([10, 20])).array())
 * ```
 */
export const add: Elementwise<"add"> = typed(binary("add", addOp))
/** a - b, as `add`. */
export const sub: Elementwise<"sub"> = typed(binary("sub", subOp))
/** a b, element by element; as `add`. */
export const mul: Elementwise<"mul"> = typed(binary("mul", mulOp))
/**
 * a / b; integers truncate towards 0, and an integer by 0 is 0.
 *
 * @example
 * ```ts
 * import { div, tensor } from "cotangent"
 * console.log(await div(tensor([7, -7], { dtype: "i32" }), 2).array())
 * ```
 */
export const div: Elementwise<"div"> = typed(binary("div", divOp))
/** The remainder of a / b, with the sign of a; 0 for an integer by 0. */
export const rem: Elementwise<"rem"> = typed(binary("rem", remOp))
/** The larger of a and b; NaN where either is. Equals share the slope, half to each. */
export const maximum: Elementwise<"maximum"> = typed(binary("maximum", maximumOp))
/** The smaller of a and b; NaN where either is. Equals share the slope, half to each. */
export const minimum: Elementwise<"minimum"> = typed(binary("minimum", minimumOp))
/**
 * a to the power b, for floats.
 *
 * @example
 * ```ts
 * import { pow, tensor } from "cotangent"
 * console.log(await pow(tensor([1, 2, 3]), 2).array())
 * ```
 */
export const pow: Elementwise<"pow"> = typed((a: unknown, b: unknown) => {
  const [x, y] = arithmetic("pow", a, b)
  return bindOne(powOp.operation, floatValue("pow", x), y)
})

/** -x. */
export const neg: UnaryNumeric = typed((x: unknown) => bindOne(negOp.operation, numericValue("neg", x)))
/** |x|; its derivative at 0 is 0. */
export const abs: UnaryNumeric = typed((x: unknown) => bindOne(absOp.operation, numericValue("abs", x)))
/** x x. */
export const square: UnaryNumeric = typed((x: unknown) => {
  const value = numericValue("square", x)
  return bindOne(mulOp.operation, value, value)
})
/** -1, 0 or 1; NaN for NaN. Its derivative is 0. */
export const sign: UnaryNumeric = typed((x: unknown) => {
  const value = numericValue("sign", x)
  const pick = (test: Value, chosen: number, otherwise: Value): Value =>
    bindOne(where.operation, test, like(value, chosen), otherwise)
  const flat = bindOne(stopGradient.operation, value)
  const rising = pick(bindOne(less.operation, like(value, 0), value), 1, flat)
  return value.dtype === "u32" ? rising : pick(bindOne(less.operation, value, like(value, 0)), -1, rising)
})

/**
 * x held between two bounds.
 *
 * @example
 * ```ts
 * import { clip, tensor } from "cotangent"
 * console.log(await clip(tensor([-1, 0.5, 3]), 0, 1).array())
 * ```
 */
export const clip: Clip = typed((x: unknown, low: unknown, high: unknown) => {
  const [value, least] = arithmetic("clip", x, low)
  const [raised, most] = arithmetic("clip", bindOne(maximumOp.operation, value, least), high)
  return bindOne(minimumOp.operation, raised, most)
})

const elements: readonly string[] = ["f32", "f64", "i32", "u32", "bool"]
const isElement = (x: unknown): x is Element => typeof x === "string" && elements.includes(x)
/**
 * x in another dtype: floats to integers truncate and saturate, NaN becomes 0, anything but 0 becomes true.
 *
 * @throws DTypeError for a key, or for what is no dtype.
 * @example
 * ```ts
 * import { cast, tensor } from "cotangent"
 * console.log(await cast(tensor([1.9, -1.9]), "i32").array())
 * ```
 */
export const cast: Cast = typed((x: unknown, dtype: unknown) => {
  if (!isElement(dtype))
    throw new DTypeError(
      "dtype",
      `cast: there is no dtype ${String(dtype)} to cast to; there are ${elements.join(", ")}`,
    )
  const value = asValue("cast", x)
  if (value.dtype === "key")
    throw new DTypeError("key", "cast: a key is no number; draw from it with random.bits, random.uniform, …")
  return castTo(value, dtype)
})
