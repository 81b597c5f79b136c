/** Bytes as they come: gzip and sha256, through what browsers and Node both have. */
import { ParseError } from "./parse-error.ts"

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

// Response and DecompressionStream want bytes of an ordinary ArrayBuffer; a view of shared memory is copied into one.
const ordinary = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes)

/** The content of a gzip file; bytes that are none are returned as they are. Rejects where the stream is damaged. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const stream = new Blob([ordinary(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** The sha256 of some bytes, as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", ordinary(bytes)))
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** `gunzip`, with a damaged stream as a ParseError. */
export async function unpacked(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzip(bytes)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ParseError("gzip", `${path}: the gzip stream is damaged or cut off (${why}); fetch the file again`, {
      path,
    })
  }
}
