/** Every elementwise primitive is this with its scalar operation: operands broadcast as in NumPy, results share the shape. */
import { type Element, isFloat, isInteger } from "../dtype.ts"
import { DTypeError } from "../errors.ts"
import { inputsOf, mapLoop } from "../program/loop/loop.ts"
import { constant, type Input, load, type Scalar, type Var } from "../program/loop/scalar.ts"
import type { LoopOperation, Params } from "../program/operation.ts"
import { broadcastShapes } from "../shape/broadcast.ts"
import { boolOnly, doNotMix, floatsOnly, noArithmetic } from "../shape/messages.ts"
import { type Case, type Entry, loopOperation, type Values } from "./primitive.ts"

/** What the operands' common dtype may be. `any` takes every one, `mixed` also operands of different dtypes. */
export type Takes = "float" | "number" | "integer" | "bits" | "bool" | "any" | "mixed"

const accepts: Readonly<Record<Takes, (t: Element) => boolean>> = {
  float: isFloat,
  number: (t) => t !== "bool",
  integer: isInteger,
  bits: (t) => isInteger(t) || t === "bool",
  bool: (t) => t === "bool",
  any: () => true,
  mixed: () => true,
}
const refusal = (takes: Takes, op: string, t: Element): string =>
  takes === "float" ? floatsOnly(op, t) : takes === "bool" ? boolOnly(op, t) : noArithmetic(op, t)

/** Coordinates of a broadcast operand: trailing axes align, and an axis of size 1 reads 0. */
export const aligned = (x: Input, i: readonly Var[]): readonly Scalar[] =>
  x.shape.map((size, d) => {
    const v = i[i.length - x.shape.length + d]
    return v === undefined || size === 1 ? constant(0) : v
  })

export interface Elementwise extends Entry {
  readonly operation: LoopOperation
}

export function elementwiseOperation(
  name: string,
  takes: Takes,
  scalar: (...x: readonly Scalar[]) => Scalar,
  params: Params = {},
): LoopOperation {
  return loopOperation(name, params, (types) => {
    const [first] = types
    for (const t of types) {
      if (takes !== "mixed" && first !== undefined && t.dtype !== first.dtype)
        throw new DTypeError("mix", doNotMix(name, first.dtype, t.dtype), {
          op: name,
          dtypes: types.map((x) => x.dtype),
        })
      if (!accepts[takes](t.dtype))
        throw new DTypeError("dtype", refusal(takes, name, t.dtype), { op: name, dtype: t.dtype })
    }
    const inputs = inputsOf(types)
    const shape = broadcastShapes(name, ...types.map((t) => t.shape))
    return mapLoop(inputs, shape, (...i) => scalar(...inputs.map((x) => load(x, aligned(x, i)))))
  })
}

const shapes: readonly (readonly (readonly number[])[])[] = [
  [[], []],
  [[3], [3]],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 4],
  ],
  [
    [0, 2],
    [1, 2],
  ],
  [
    [2, 1, 3],
    [2, 2, 1],
  ],
]
/** The cases every elementwise primitive is tried on: equal shapes, stretched ones, scalars, nothing. */
export const elementwiseCases = (
  operation: LoopOperation,
  values: readonly Values[],
  dtypes: readonly Element[] = [],
): readonly Case[] =>
  shapes.map((s) => ({
    operation,
    operands: values.map((v, k) => ({ shape: s[k % 2] ?? [], values: v, dtype: dtypes[k] ?? "f32" })),
  }))

export function elementwise(options: {
  readonly name: string
  readonly takes: Takes
  readonly scalar: (...x: readonly Scalar[]) => Scalar
  /** Values for tests, one entry per operand. */
  readonly values: readonly Values[]
  readonly dtypes?: readonly Element[]
}): Elementwise {
  const { name, takes, scalar, values, dtypes = [] } = options
  const operation = elementwiseOperation(name, takes, scalar)
  return { name, operation, cases: elementwiseCases(operation, values, dtypes) }
}

/** Values around zero, on both sides of it. */
export const around: Values = { min: -2, max: 2 }
/** Values well above zero. */
export const positive: Values = { min: 0.3, max: 3 }
