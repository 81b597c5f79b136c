/** What users hand to functions, as values: numbers lifted, dtypes promoted, everything else refused by name. */
import { instanceOf } from "../class-name.ts"
import { type DType, type Element, isFloat, isInteger, promote } from "../dtype.ts"
import { CotangentError, DTypeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { cast } from "../primitives/cast.ts"
import { broadcastShapes } from "../shape/broadcast.ts"
import { doNotMix, floatsOnly, keyIsNoNumber, noArithmetic, noFraction } from "../shape/messages.ts"
import { fromNumber } from "../tensor.ts"
import { Value } from "../value.ts"

export const castTo = (x: Value, dtype: Element): Value =>
  x.dtype === dtype && !x.type.weak ? x : bindOne(cast.to(dtype), x)

/** A tensor, or a number as an f32 scalar; a traced number becomes f32 where nothing else decides. */
export function asValue(op: string, x: unknown): Value {
  if (x instanceof Value) return x.type.weak ? castTo(x, "f32") : x
  if (typeof x === "number") return fromNumber("f32", x)
  if (typeof x === "boolean") return fromNumber("bool", Number(x))
  throw notATensorAt(op, x)
}
function notATensorAt(op: string, x: unknown): CotangentError {
  const found =
    x === null
      ? "null"
      : x === undefined
        ? "nothing"
        : x instanceof Promise
          ? "a promise"
          : Array.isArray(x)
            ? "an array"
            : typeof x === "object"
              ? instanceOf(x)
              : `a ${typeof x}`
  const advice =
    x instanceof Promise
      ? "await it first"
      : Array.isArray(x) || ArrayBuffer.isView(x)
        ? "make it one with tensor(…)"
        : "pass a tensor or a number"
  return new CotangentError("operand", `${op}: takes tensors, got ${found}; ${advice}`, { op })
}

/** A number in a dtype: whole for integers, no arithmetic for bools. */
function numberAs(op: string, value: number, dtype: DType): Value {
  if (dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  if (isInteger(dtype) && !Number.isInteger(value))
    throw new DTypeError("fraction", noFraction(op, value, dtype), { op, value, dtype })
  return fromNumber(dtype, value)
}

/** Operands in their common dtype. A number, also a traced one, takes the dtype of the tensors it meets. */
export function promoted(op: string, ...operands: readonly unknown[]): readonly Value[] {
  let common: DType | undefined
  for (const x of operands) {
    if (!(x instanceof Value) || x.type.weak) continue
    const met: DType | undefined = common === undefined ? x.dtype : promote(common, x.dtype)
    if (met === undefined)
      throw new DTypeError("mix", doNotMix(op, common ?? x.dtype, x.dtype), { op, dtypes: [common, x.dtype] })
    common = met
  }
  const dtype: DType = common ?? "f32"
  return operands.map((x) => {
    if (typeof x === "number") return numberAs(op, x, dtype)
    const value = asOperand(op, x)
    if (value.dtype === "key" || dtype === "key") {
      if (value.dtype === dtype) return value
      throw new DTypeError("key", keyIsNoNumber(op), { op })
    }
    // A traced number has no digits to look at: it is a float, and an integer tensor takes it only by a cast of the user's.
    if (value.type.weak && !isFloat(dtype))
      throw new DTypeError(
        "fraction",
        `${op}: a traced number meets ${dtype}; name its argument in static, or cast it`,
        { op, dtype },
      )
    return castTo(value, dtype)
  })
}
function asOperand(op: string, x: unknown): Value {
  if (x instanceof Value) return x
  return asValue(op, x)
}

/** Two operands for arithmetic, which bools and keys do not have. */
export function arithmetic(op: string, a: unknown, b: unknown): readonly [Value, Value] {
  const [x, y] = promoted(op, a, b)
  if (x === undefined || y === undefined) throw notATensorAt(op, undefined)
  if (x.dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  if (x.dtype === "bool") throw new DTypeError("dtype", noArithmetic(op, x.dtype), { op })
  return [x, y]
}
/** A float operand, or the sentence that integers are to be cast. */
export function floatValue(op: string, x: unknown): Value {
  const value = asValue(op, x)
  if (!isFloat(value.dtype))
    throw new DTypeError("floats-only", floatsOnly(op, value.dtype), { op, dtype: value.dtype })
  return value
}
/** Two float operands in their common dtype, whose shapes broadcast: said under the name that was called. */
export function floatPair(op: string, a: unknown, b: unknown): readonly [Value, Value] {
  const [x, y] = arithmetic(op, a, b)
  broadcastShapes(op, x.shape, y.shape)
  return [floatValue(op, x), floatValue(op, y)]
}
export function numericValue(op: string, x: unknown): Value {
  const value = asValue(op, x)
  if (value.dtype === "key") throw new DTypeError("key", keyIsNoNumber(op), { op })
  if (value.dtype === "bool") throw new DTypeError("dtype", noArithmetic(op, value.dtype), { op })
  return value
}
/** A number in the dtype of a value. */
export const like = (x: Value, value: number): Value => fromNumber(x.type.array.dtype, value)
