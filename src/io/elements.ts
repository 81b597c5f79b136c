/** How files name and store elements (the names are those of safetensors), and which dtype of ours holds each exactly. */
import * as E from "fp-ts/lib/Either.js"
import { allocate, type DType, type Element, type Numbers } from "../autodiff/dtype.ts"
import { failed, type ParseError } from "./parse-error.ts"

/** One array by name, as numbers: tensors without an engine. */
export interface NamedArray {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Row-major; bool as 0 and 1, a key as two words. */
  readonly data: Numbers
}

export interface Stored {
  readonly bytes: number
  /** The dtype in which we hold it. */
  readonly dtype: Element
  /** A bigint is an element that our dtype cannot hold. */
  readonly get: (view: DataView, at: number, little: boolean) => number | bigint
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
const scratch = new DataView(new ArrayBuffer(4))
/** A bfloat16 is the upper half of a float32. */
function brain(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}
const small = (value: bigint): number | bigint => {
  const number = Number(value)
  return number === (number | 0) ? number : value
}

const stored: Readonly<Record<string, Stored>> = {
  F64: { bytes: 8, dtype: "f64", get: (view, at, little) => view.getFloat64(at, little) },
  F32: { bytes: 4, dtype: "f32", get: (view, at, little) => view.getFloat32(at, little) },
  F16: { bytes: 2, dtype: "f32", get: (view, at, little) => half(view.getUint16(at, little)) },
  BF16: { bytes: 2, dtype: "f32", get: (view, at, little) => brain(view.getUint16(at, little)) },
  I64: { bytes: 8, dtype: "i32", get: (view, at, little) => small(view.getBigInt64(at, little)) },
  U64: { bytes: 8, dtype: "i32", get: (view, at, little) => small(view.getBigUint64(at, little)) },
  I32: { bytes: 4, dtype: "i32", get: (view, at, little) => view.getInt32(at, little) },
  U32: { bytes: 4, dtype: "u32", get: (view, at, little) => view.getUint32(at, little) },
  I16: { bytes: 2, dtype: "i32", get: (view, at, little) => view.getInt16(at, little) },
  U16: { bytes: 2, dtype: "i32", get: (view, at, little) => view.getUint16(at, little) },
  I8: { bytes: 1, dtype: "i32", get: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, dtype: "i32", get: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, dtype: "bool", get: (view, at) => Math.min(view.getUint8(at), 1) },
}
export const storedNamed = (name: string): Stored | undefined =>
  Object.hasOwn(stored, name) ? stored[name] : undefined
export const storedNames: readonly string[] = Object.keys(stored)

/** How our dtypes are stored. A key is stored as its words. */
export const storedAs: Readonly<Record<DType, { readonly name: string; readonly bytes: number }>> = {
  f64: { name: "F64", bytes: 8 },
  f32: { name: "F32", bytes: 4 },
  i32: { name: "I32", bytes: 4 },
  u32: { name: "U32", bytes: 4 },
  key: { name: "U32", bytes: 4 },
  bool: { name: "BOOL", bytes: 1 },
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
/** Stored exactly as a typed array of ours lies in memory. */
const asInMemory = (type: Stored): boolean => littleEndian && type.bytes === allocate(type.dtype, 1).BYTES_PER_ELEMENT

/** The elements of one array; `bytes` is its part of the file, `format` begins the codes of errors. */
export function decodeElements(
  format: "safetensors" | "npy",
  name: string,
  type: Stored,
  bytes: Uint8Array,
  little = true,
): E.Either<ParseError, Numbers> {
  const length = bytes.length / type.bytes
  const data = allocate(type.dtype, length)
  if (little && asInMemory(type) && type.dtype !== "bool") {
    new Uint8Array(data.buffer).set(bytes)
    return E.right(data)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let k = 0; k < length; k++) {
    const value = type.get(view, k * type.bytes, little)
    if (typeof value === "bigint")
      return failed(`${format}-range`, `element ${k} of "${name}" is ${value}, which i32 cannot hold`, {
        name,
        index: k,
      })
    data[k] = value
  }
  return E.right(data)
}

/** Writes the elements of one array into its part of the file. */
export function encodeElements(dtype: DType, data: Numbers, into: Uint8Array): void {
  if (littleEndian) {
    into.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    return
  }
  const view = new DataView(into.buffer, into.byteOffset, into.length)
  for (let k = 0; k < data.length; k++) {
    const x = data[k] ?? 0
    if (dtype === "f64") view.setFloat64(8 * k, x, true)
    else if (dtype === "f32") view.setFloat32(4 * k, x, true)
    else if (dtype === "bool") view.setUint8(k, x)
    else view.setUint32(4 * k, x, true)
  }
}
