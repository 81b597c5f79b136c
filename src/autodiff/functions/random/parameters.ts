/** Parameters of distributions: numbers, or tensors that stretch to the shape that is drawn. */
import { typed } from "../../boundary.ts"
import type { Float } from "../../dtype.ts"
import { CotangentError, DTypeError } from "../../errors.ts"
import { bindOne } from "../../interpreter.ts"
import { broadcast } from "../../primitives/broadcast.ts"
import { stretchShape } from "../../shape/broadcast.ts"
import { parameterDType } from "../../shape/messages.ts"
import type { Shape } from "../../shape/types/dimension.ts"
import { fromNumber } from "../../tensor.ts"
import { Value } from "../../value.ts"
import { add, mul } from "../arithmetic.ts"
import { castTo } from "../operands.ts"
import type { Reals } from "./words.ts"

/** Which numbers a parameter may be; of a tensor nothing is checked, and what is outside gives NaN (or -1 for counts). */
export interface Bounds {
  readonly says: string
  readonly holds: (x: number) => boolean
}
export const finite: Bounds = { says: "a finite number", holds: Number.isFinite }
export const positive: Bounds = { says: "above 0", holds: (x) => x > 0 && x < Number.POSITIVE_INFINITY }
export const nonNegative: Bounds = { says: "0 or more", holds: (x) => x >= 0 && x < Number.POSITIVE_INFINITY }
export const probability: Bounds = { says: "between 0 and 1", holds: (x) => x >= 0 && x <= 1 }

export const checkParameter = (op: string, name: string, given: number, bounds: Bounds): void => {
  if (!bounds.holds(given))
    throw new CotangentError("parameter", `random.${op}: ${name} must be ${bounds.says}, got ${given}`, { given })
}
/** The dtype asked for, f32 where none is. */
export function floatOption(op: string, dtype: unknown = "f32"): Float {
  if (dtype !== "f32" && dtype !== "f64")
    throw new DTypeError(
      "dtype",
      `random.${op}: draws f32 or f64, got { dtype: ${String(dtype)} }; cast what was drawn`,
    )
  return dtype
}
/** A parameter in the dtype of the draw and stretched to its shape. */
export function parameter(op: string, name: string, given: unknown, bounds: Bounds, shape: Shape, dtype: Float): Reals {
  const stretch = (x: Value): Reals => typed(bindOne(broadcast.to(stretchShape(`random.${op}`, x.shape, shape)), x))
  if (typeof given === "number") {
    checkParameter(op, name, given, bounds)
    return stretch(fromNumber(dtype, given))
  }
  if (!(given instanceof Value))
    throw new CotangentError(
      "parameter",
      `random.${op}: { ${name} } must be a number or a tensor, got ${given === undefined ? "nothing" : given === null ? "null" : Array.isArray(given) ? "an array" : `a ${typeof given}`}`,
    )
  if (given.type.weak) return stretch(castTo(given, dtype))
  if (given.dtype !== dtype)
    throw new DTypeError("parameter", parameterDType(`random.${op}`, given.dtype, dtype), { name })
  return stretch(given)
}
/** What was drawn from the standard distribution, scaled and then shifted where that is asked for. */
export function locationScale(
  op: string,
  [location, scale]: readonly [location: string, scale: string],
  options: Readonly<Record<string, unknown>>,
  standard: Reals,
): Reals {
  const given = (name: string, bounds: Bounds): Reals =>
    parameter(op, name, options[name], bounds, standard.shape, standard.dtype)
  const scaled = options[scale] === undefined ? standard : mul(standard, given(scale, nonNegative))
  return options[location] === undefined ? scaled : add(scaled, given(location, finite))
}
