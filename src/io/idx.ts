/** The IDX format of the MNIST files: a type byte, the sizes and the elements, all big-endian. */
import * as E from "fp-ts/lib/Either.js"
import { unpacked } from "./bytes.ts"
import { readBytes } from "./files.ts"
import { failed, orThrow, ParseError } from "./parse-error.ts"

export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
/** An array as an IDX file holds it, row-major. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: IdxData
}

interface ElementType {
  readonly code: number
  readonly make: (length: number) => IdxData
  readonly get: (view: DataView, at: number) => number
  readonly set: (view: DataView, at: number, value: number) => void
}
const elementTypes: readonly ElementType[] = [
  { code: 0x08, make: (n) => new Uint8Array(n), get: (v, at) => v.getUint8(at), set: (v, at, x) => v.setUint8(at, x) },
  { code: 0x09, make: (n) => new Int8Array(n), get: (v, at) => v.getInt8(at), set: (v, at, x) => v.setInt8(at, x) },
  { code: 0x0b, make: (n) => new Int16Array(n), get: (v, at) => v.getInt16(at), set: (v, at, x) => v.setInt16(at, x) },
  { code: 0x0c, make: (n) => new Int32Array(n), get: (v, at) => v.getInt32(at), set: (v, at, x) => v.setInt32(at, x) },
  {
    code: 0x0d,
    make: (n) => new Float32Array(n),
    get: (v, at) => v.getFloat32(at),
    set: (v, at, x) => v.setFloat32(at, x),
  },
  {
    code: 0x0e,
    make: (n) => new Float64Array(n),
    get: (v, at) => v.getFloat64(at),
    set: (v, at, x) => v.setFloat64(at, x),
  },
]

/**
 * Reads the bytes of an IDX file (not compressed: `readIdx` unpacks `.gz` files).
 *
 * @example
 * ```ts
 * import { encodeIdx, parseIdx } from "cotangent/io"
 * const bytes = encodeIdx({ shape: [2, 2], data: new Uint8Array([1, 2, 3, 4]) })
 * console.log(parseIdx(bytes), parseIdx(bytes.slice(0, 7)))
 * ```
 */
export function parseIdx(bytes: Uint8Array): E.Either<ParseError, IdxArray> {
  if (bytes.length < 4) return failed("idx-header", `an IDX file begins with 4 bytes, this one has ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const code = view.getUint8(2)
  const type = elementTypes.find((each) => each.code === code)
  if (view.getUint16(0) !== 0 || type === undefined) {
    const found = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")
    return failed(
      "idx-magic",
      `not an IDX file: it begins with ${found}, and should with 00 00, a type (08, 09, 0b, 0c, 0d, 0e) and the rank`,
    )
  }
  const rank = view.getUint8(3)
  const start = 4 + 4 * rank
  if (bytes.length < start)
    return failed(
      "idx-header",
      `the header of an IDX file of rank ${rank} has ${start} bytes, the file ${bytes.length}`,
    )
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const length = shape.reduce((product, size) => product * size, 1)
  const width = type.make(1).BYTES_PER_ELEMENT
  const wanted = start + length * width
  if (bytes.length !== wanted) {
    const fault = bytes.length < wanted ? "was cut off" : "has bytes left over"
    return failed(
      "idx-length",
      `the file ${fault}: [${shape.join(", ")}] takes ${wanted} bytes, it has ${bytes.length}`,
      {
        shape,
        wanted,
        found: bytes.length,
      },
    )
  }
  if (code === 0x08) return E.right({ shape, data: new Uint8Array(bytes.subarray(start)) })
  const data = type.make(length)
  for (let k = 0; k < length; k++) data[k] = type.get(view, start + k * width)
  return E.right({ shape, data })
}

/**
 * The bytes of an IDX file; `parseIdx` reads them back.
 *
 * @throws ParseError where the data does not have the length that the shape says, or the shape does not fit the header.
 */
export function encodeIdx({ shape, data }: IdxArray): Uint8Array {
  const type = elementTypes.find(({ make }) => make(0).constructor === data.constructor)
  const length = shape.reduce((product, size) => product * size, 1)
  if (type === undefined) throw new ParseError("idx-type", `IDX has no type for a ${data.constructor.name}`)
  if (data.length !== length)
    throw new ParseError("idx-length", `[${shape.join(", ")}] has ${length} elements, the data ${data.length}`, {
      shape,
    })
  if (shape.length > 255 || shape.some((size) => !Number.isInteger(size) || size < 0 || size >= 2 ** 32))
    throw new ParseError("idx-header", `IDX cannot hold the shape [${shape.join(", ")}]`, { shape })
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint8(2, type.code)
  view.setUint8(3, shape.length)
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size)
  })
  data.forEach((x, k) => {
    type.set(view, start + k * data.BYTES_PER_ELEMENT, x)
  })
  return bytes
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError for what is no IDX file.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  return orThrow(path, parseIdx(await unpacked(path, await readBytes(path))))
}
