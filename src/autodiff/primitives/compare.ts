import { type Comparison, compare } from "../program/loop/scalar.ts"
import { around, type Elementwise, elementwise } from "./elementwise.ts"

const comparison = (name: string, fn: Comparison): Elementwise =>
  elementwise({ name, takes: "any", scalar: (x, y) => compare(fn, x, y), values: [around, around] })

/** x < y, as bool; false where either is NaN. */
export const less = comparison("less", "lt")
/** x <= y, as bool; false where either is NaN. */
export const lessEqual = comparison("lessEqual", "le")
/** x = y, as bool; false where either is NaN. */
export const equal = comparison("equal", "eq")
/** x != y, as bool; true where either is NaN. */
export const notEqual = comparison("notEqual", "ne")
