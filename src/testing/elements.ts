/** From the numbers that were drawn to a tensor. */
import { allocate, type Element, hold, isFloat } from "../autodiff/dtype.ts"
import { typeOf } from "../autodiff/program/type.ts"
import { fromNumbers } from "../autodiff/tensor.ts"
import type { Value } from "../autodiff/value.ts"
import { values } from "./values/values.ts"
import type { Values } from "./values/vector.ts"

export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** What is drawn where nothing was asked for: exact numbers, whole ones for integers, truths evenly. */
export function defaultValues(dtype: Element): Values {
  if (dtype === "bool") return values.between(0, 1)
  return dtype === "u32" ? values.between(0, 8) : values.exact({ bits: isFloat(dtype) ? 2 : 0 })
}

/** A number as its dtype holds it; integers are cut towards zero, and anything but 0 is true. */
function held(dtype: Element, x: number): number {
  if (dtype === "bool") return x >= 0.5 || x < 0 ? 1 : 0
  return hold(dtype, isFloat(dtype) ? x : Math.trunc(x))
}

export function tensorFrom(dtype: Element, shape: readonly number[], numbers: readonly number[]): Value {
  const out = allocate(dtype, numbers.length)
  numbers.forEach((x, k) => {
    out[k] = held(dtype, x)
  })
  return fromNumbers(typeOf(dtype, shape), out)
}
