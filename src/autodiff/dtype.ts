/** Number formats: what a tensor holds, and the one table by which two of them meet. */

/** What the element of a Loop may be; every engine stores these. */
export type Element = "f32" | "f64" | "i32" | "u32" | "bool"
/** What the element of a tensor may be; a `key` is stored as two u32 words. */
export type DType = Element | "key"
export type Float = "f32" | "f64"

export type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array

export const isFloat = (dtype: DType): dtype is Float => dtype === "f32" || dtype === "f64"
export const isInteger = (dtype: DType): dtype is "i32" | "u32" => dtype === "i32" || dtype === "u32"

/** Bytes of one element as engines store it: a bool takes a word, so that a lane of it is a lane of everything. */
export const bytesOf = (dtype: Element): 4 | 8 => (dtype === "f64" ? 8 : 4)

/** An array of `length` elements in the format in which `data()` hands out a tensor of this dtype. */
export function allocate(dtype: Element, length: number): Numbers {
  switch (dtype) {
    case "f32":
      return new Float32Array(length)
    case "f64":
      return new Float64Array(length)
    case "i32":
      return new Int32Array(length)
    case "u32":
      return new Uint32Array(length)
    case "bool":
      return new Uint8Array(length)
  }
}

/**
 * Promotion of two tensors' dtypes: bool < i32, u32 < f32 < f64. i32 with u32 is refused (neither holds the other's
 * values), and so is a key with anything.
 */
const promotion: Readonly<Record<DType, Readonly<Partial<Record<DType, DType>>>>> = {
  f64: { f64: "f64", f32: "f64", i32: "f64", u32: "f64", bool: "f64" },
  f32: { f64: "f64", f32: "f32", i32: "f32", u32: "f32", bool: "f32" },
  i32: { f64: "f64", f32: "f32", i32: "i32", bool: "i32" },
  u32: { f64: "f64", f32: "f32", u32: "u32", bool: "u32" },
  bool: { f64: "f64", f32: "f32", i32: "i32", u32: "u32", bool: "bool" },
  key: { key: "key" },
}

/** The dtype in which two tensors meet, or undefined where they do not mix. */
export const promote = (a: DType, b: DType): DType | undefined => promotion[a][b]

/** A number as this dtype holds it: rounded to f32, wrapped to 32 bits, or truth. */
export function hold(dtype: Element, value: number): number {
  switch (dtype) {
    case "f32":
      return Math.fround(value)
    case "f64":
      return value
    case "i32":
      return value | 0
    case "u32":
      return value >>> 0
    case "bool":
      return value === 0 ? 0 : 1
  }
}
