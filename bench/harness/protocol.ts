/**
 * What the coordinator and its contenders say to each other: one JSON text a line, requests on the contender's standard
 * input, replies on its file descriptor 3. A contender in any language can take part (torch/worker.py does).
 */

export type Request =
  | { readonly do: "hello" }
  /** Build the row's operands, make the first call, say what came out, and warm up. */
  | { readonly do: "prepare"; readonly row: string }
  /** Time calls for about so many milliseconds. */
  | { readonly do: "turn"; readonly milliseconds: number }
  /** For rows that measure something else than time. */
  | { readonly do: "observe"; readonly row: string }
  | { readonly do: "release" }

export interface Hello {
  /** What is measured, with its version and settings. */
  readonly about: string
}
export interface Prepared {
  /** Milliseconds of the very first call: for compilers, tracing and compiling. */
  readonly first: number
  /** Each result as little-endian f32, in base64. */
  readonly outputs: readonly string[]
}
export interface Turn {
  /** Milliseconds a call. */
  readonly samples: readonly number[]
}
export interface Observed {
  readonly figures: Readonly<Record<string, number>>
}
export type Reply<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly error: string }

export const packed = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")

export function unpacked(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64")
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
