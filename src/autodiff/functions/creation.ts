/** Making tensors. */

import { typed } from "../boundary.ts"
import { allocate, type Element, isInteger, type Numbers } from "../dtype.ts"
import { CotangentError, DTypeError, ShapeError } from "../errors.ts"
import { bindOne } from "../interpreter.ts"
import { checkOptions } from "../options.ts"
import { add } from "../primitives/add.ts"
import { broadcast } from "../primitives/broadcast.ts"
import { cast } from "../primitives/cast.ts"
import { equal } from "../primitives/compare.ts"
import { iota } from "../primitives/iota.ts"
import { mul } from "../primitives/mul.ts"
import { reshape } from "../primitives/reshape.ts"
import { sub } from "../primitives/sub.ts"
import { typeOf } from "../program/type.ts"
import { dataShape, type NestedElement, nestedShape } from "../shape/literal.ts"
import { badSize, noFraction } from "../shape/messages.ts"
import { checkSizes } from "../shape/sizes.ts"
import type { Arange, Eye, Filled, FilledLike, Full, Linspace, TensorFn } from "../signatures/creation.ts"
import { fromNumber, fromNumbers } from "../tensor.ts"
import { Value } from "../value.ts"
import { asValue } from "./operands.ts"

interface Options {
  readonly dtype?: Element
}
const elements: ReadonlySet<unknown> = new Set<Element>(["f32", "f64", "i32", "u32", "bool"])
export function dtypeOption(op: string, options: Options, otherwise: Element, more: readonly string[] = []): Element {
  checkOptions(op, options, ["dtype", ...more])
  const dtype: unknown = options.dtype
  if (dtype === undefined) return otherwise
  if (!isElement(dtype))
    throw new DTypeError(
      "dtype",
      `${op}: there is no dtype ${String(dtype)}; there are f32, f64, i32, u32 and bool${dtype === "key" ? " (a key is made by random.key)" : ""}`,
    )
  return dtype
}
const isElement = (x: unknown): x is Element => elements.has(x)

export function filled(op: string, shape: readonly number[], value: number, dtype: Element): Value {
  checkSizes(op, shape)
  if (isInteger(dtype) && !Number.isInteger(value))
    throw new DTypeError("fraction", noFraction(op, value, dtype), { value, dtype })
  const scalar = fromNumber(dtype, value)
  return shape.length === 0 ? scalar : bindOne(broadcast.to(shape), scalar)
}
/**
 * A tensor of zeros, f32 unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { zeros } from "cotangent"
 * console.log(await zeros([2, 3]).array())
 * ```
 */
export const zeros: Filled = typed((shape: readonly number[], options: Options = {}) =>
  filled("zeros", shape, 0, dtypeOption("zeros", options, "f32")),
)
/** A tensor of ones, f32 unless `dtype` says otherwise. */
export const ones: Filled = typed((shape: readonly number[], options: Options = {}) =>
  filled("ones", shape, 1, dtypeOption("ones", options, "f32")),
)
/**
 * A tensor of one value: f32 for a number, bool for a boolean, unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { full } from "cotangent"
 * console.log(full([2], 7).dtype, full([2], true).dtype)
 * ```
 */
export const full: Full = typed((shape: readonly number[], value: number | boolean, options: Options = {}) =>
  filled("full", shape, Number(value), dtypeOption("full", options, typeof value === "boolean" ? "bool" : "f32")),
)
const filledLike =
  (op: string, value: number): ((x: unknown) => Value) =>
  (x) => {
    const like = asValue(op, x)
    return filled(op, like.shape, value, like.type.array.dtype)
  }
/** Zeros of x's shape and dtype. */
export const zerosLike: FilledLike = typed(filledLike("zerosLike", 0))
/** Ones of x's shape and dtype. */
export const onesLike: FilledLike = typed(filledLike("onesLike", 1))

/**
 * start, start + step, … up to stop, which is left out; f32 unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { arange } from "cotangent"
 * console.log(await arange(2, 5).array(), await arange(0, 1, { step: 0.25 }).array())
 * ```
 */
export const arange: Arange = typed(
  (
    first: number,
    second?: number | (Options & { readonly step?: number }),
    third?: Options & { readonly step?: number },
  ) => {
    const [start, stop] = typeof second === "number" ? [first, second] : [0, first]
    const options = typeof second === "object" ? second : (third ?? {})
    const { step = 1 } = options
    const dtype = dtypeOption("arange", options, "f32", ["step"])
    if (![start, stop, step].every(Number.isFinite) || step === 0)
      throw new CotangentError(
        "arange",
        `arange: start, stop and step must be finite and step not 0, got ${start}, ${stop}, ${step}`,
      )
    const size = Math.max(0, Math.ceil((stop - start) / step))
    if (isInteger(dtype) && !(Number.isInteger(start) && Number.isInteger(step)))
      throw new DTypeError("fraction", noFraction("arange", Number.isInteger(start) ? step : start, dtype))
    const steps = bindOne(iota.of(size, dtype))
    const scaled = step === 1 ? steps : bindOne(mul.operation, steps, fromNumber(dtype, step))
    return start === 0 ? scaled : bindOne(add.operation, scaled, fromNumber(dtype, start))
  },
)
/**
 * `count` numbers at equal distances, both ends included; f32.
 *
 * @example
 * ```ts
 * import { linspace } from "cotangent"
 * console.log(await linspace(0, 1, 5).array())
 * ```
 */
export const linspace: Linspace = typed((start: number, stop: number, count: number) => {
  if (!Number.isSafeInteger(count) || count < 0) throw new ShapeError("size", badSize("linspace", [count]), { count })
  const steps = bindOne(iota.of(count, "f32"))
  const step = count > 1 ? (stop - start) / (count - 1) : 0
  return bindOne(add.operation, bindOne(mul.operation, steps, fromNumber("f32", step)), fromNumber("f32", start))
})
/**
 * Ones on a diagonal, zeros elsewhere: the identity matrix, or `[size, columns]` with the diagonal `k` places above.
 *
 * @example
 * ```ts
 * import { eye } from "cotangent"
 * console.log(await eye(2).array(), await eye(2, { columns: 3, k: 1 }).array())
 * ```
 */
export const eye: Eye = typed(
  (size: number, options: Options & { readonly columns?: number; readonly k?: number } = {}) => {
    const dtype = dtypeOption("eye", options, "f32", ["columns", "k"])
    const { columns = size, k = 0 } = options
    checkSizes("eye", [size, columns])
    const diagonal = bindOne(iota.of(columns, "i32"))
    const moved = k === 0 ? diagonal : bindOne(sub.operation, diagonal, fromNumber("i32", k))
    const same = bindOne(equal.operation, bindOne(reshape.to([size, 1]), bindOne(iota.of(size, "i32"))), moved)
    return bindOne(cast.to(dtype), same)
  },
)

const typedArrays: readonly (readonly [new (n: number) => Numbers, Element])[] = [
  [Float32Array, "f32"],
  [Float64Array, "f64"],
  [Int32Array, "i32"],
  [Uint32Array, "u32"],
  [Uint8Array, "f32"],
]
/**
 * A tensor from data: a number, a boolean, nested arrays of them (the shape is read off), or a typed array with `shape`.
 * Numbers become f32, booleans bool, typed arrays keep their format; bytes become f32 unless `dtype` says otherwise.
 *
 * @throws ShapeError where rows have different lengths or the data do not fill the shape; DTypeError where a value has no
 * place in the dtype (0.5 as i32).
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * console.log(tensor([[1, 2], [3, 4]]).shape, tensor(new Float64Array([1, 2]), { shape: [2, 1] }).dtype)
 * ```
 */
export const tensor: TensorFn = typed(
  (data: unknown, options: Options & { readonly shape?: readonly number[] } = {}) => {
    if (data instanceof Value)
      throw new CotangentError("data", "tensor: this is a tensor already; use cast, reshape or await x.to(engine)")
    const given = typedArrays.find(([type]) => data instanceof type)
    if (given !== undefined && isNumbers(data)) {
      const dtype = dtypeOption("tensor", options, given[1], ["shape"])
      const shape =
        options.shape === undefined ? [data.length] : dataShape(checkSizes("tensor", options.shape), data.length)
      return fromNumbers(typeOf(dtype, shape), converted(data, dtype))
    }
    if (ArrayBuffer.isView(data))
      throw new DTypeError(
        "data",
        `tensor: ${data.constructor.name} has no dtype here; convert it to Float32Array, Float64Array, Int32Array, Uint32Array or Uint8Array`,
      )
    const nested = typed<NestedElement>(data)
    const shape = nestedShape(nested)
    const flat: (number | boolean)[] = []
    const collect = (x: NestedElement): void => {
      if (typeof x === "number" || typeof x === "boolean") flat.push(x)
      else for (const child of x) collect(child)
    }
    collect(nested)
    const dtype = dtypeOption(
      "tensor",
      options,
      flat.length > 0 && flat.every((x) => typeof x === "boolean") ? "bool" : "f32",
      ["shape"],
    )
    const numbers = converted(flat.map(Number), dtype)
    return fromNumbers(
      typeOf(dtype, options.shape === undefined ? shape : dataShape(checkSizes("tensor", options.shape), flat.length)),
      numbers,
    )
  },
)
const isNumbers = (x: unknown): x is Numbers => typedArrays.some(([type]) => x instanceof type)

/** Numbers in a dtype's format; a value that it cannot hold is refused rather than bent. */
function converted(data: ArrayLike<number>, dtype: Element): Numbers {
  const out = allocate(dtype, data.length)
  const [low, high] = dtype === "i32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1]
  for (let i = 0; i < data.length; i++) {
    const x = data[i] ?? 0
    if (isInteger(dtype) && !(Number.isInteger(x) && x >= low && x <= high))
      throw new DTypeError(
        "fraction",
        Number.isInteger(x) ? `tensor: ${x} is out of range for ${dtype}` : noFraction("tensor", x, dtype),
        { value: x, dtype },
      )
    out[i] = dtype === "bool" ? Number(x !== 0) : x
  }
  return out
}
