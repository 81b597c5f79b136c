/** Numbers as bytes in memory, and back. */
import type { Numbers } from "../../autodiff/dtype.ts"
import type { ArrayType } from "../../autodiff/program/loop/loop.ts"

/** The bytes as they stand in memory, a copy: a bool becomes a word. */
export function encode(type: ArrayType, values: Numbers): Uint8Array {
  const words = type.dtype === "bool" ? Uint32Array.from(values) : values
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength).slice()
}
/** A copy, whatever becomes of the memory. */
export function decode(type: ArrayType, bytes: Uint8Array): Numbers {
  const { buffer } = bytes.slice()
  switch (type.dtype) {
    case "f32":
      return new Float32Array(buffer)
    case "f64":
      return new Float64Array(buffer)
    case "i32":
      return new Int32Array(buffer)
    case "u32":
      return new Uint32Array(buffer)
    case "bool":
      return Uint8Array.from(new Uint32Array(buffer))
  }
}
