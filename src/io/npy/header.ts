/** The header of a .npy file: a Python dictionary of three entries, whose grammar is small enough to be read as it is. */
import * as E from "fp-ts/lib/Either.js"
import { type Stored, storedNamed } from "../elements.ts"
import { failed, type ParseError } from "../parse-error.ts"

export interface Header {
  readonly type: Stored
  readonly little: boolean
  readonly columnMajor: boolean
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly start: number
}
/** `<f4` and its like, by the letter and the bytes. */
const kinds: Readonly<Record<string, string>> = {
  f8: "F64",
  f4: "F32",
  f2: "F16",
  i8: "I64",
  i4: "I32",
  i2: "I16",
  i1: "I8",
  u8: "U64",
  u4: "U32",
  u2: "U16",
  u1: "U8",
  b1: "BOOL",
}
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

export function parseHeader(bytes: Uint8Array): E.Either<ParseError, Header> {
  if (!magic.every((byte, k) => bytes[k] === byte))
    return failed("npy-magic", "not a .npy file: it does not begin with \\x93NUMPY")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [major = 0, minor = 0] = bytes.subarray(6, 8)
  if (major < 1 || major > 3)
    return failed("npy-version", `version ${major}.${minor} of .npy is not known (1.0 to 3.0 are)`)
  const before = major === 1 ? 10 : 12
  if (bytes.length < before) return failed("npy-header", `the file ends inside its header, after ${bytes.length} bytes`)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = before + length
  if (bytes.length < start)
    return failed("npy-header", `the header takes ${start} bytes and the file has ${bytes.length}: it was cut off`)
  const text = new TextDecoder().decode(bytes.subarray(before, start)).trim()
  const [, entries] = /^\{(.*)\}$/s.exec(text) ?? []
  const [, descr] = /'descr'\s*:\s*'([^']*)'/.exec(entries ?? "") ?? []
  const [, order] = /'fortran_order'\s*:\s*(True|False)/.exec(entries ?? "") ?? []
  const [, sizes] = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(entries ?? "") ?? []
  if (order === undefined || sizes === undefined || entries === undefined)
    return failed("npy-header", `the header is no dictionary of descr, fortran_order and shape: ${clipped(text)}`)
  const [, mark, kind = ""] = /^([<>|=])(\w\d+)$/.exec(descr ?? "") ?? []
  const name = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  const type = name === undefined ? undefined : storedNamed(name)
  if (type === undefined)
    return failed(
      "npy-dtype",
      `the elements are ${descr === undefined ? "records" : `'${descr}'`}, which no dtype of ours holds; there are ${Object.keys(kinds).join(", ")}`,
    )
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number)
  const wanted = shape.reduce((product, size) => product * size, type.bytes)
  if (!shape.every(Number.isSafeInteger)) return failed("npy-header", `(${sizes.trim()}) is no shape`)
  if (bytes.length - start !== wanted)
    return failed(
      "npy-length",
      `[${shape.join(", ")}] of '${descr}' takes ${wanted} bytes after the header, the file has ${bytes.length - start}`,
      { shape, wanted, found: bytes.length - start },
    )
  return E.right({ type, little: mark !== ">", columnMajor: order === "True", shape, start })
}
const clipped = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** The header of version 1.0, padded so that the elements begin at a multiple of 64. */
export function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ")
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const bytes = new Uint8Array(10 + length)
  bytes.set([...magic, 1, 0, length & 255, length >> 8])
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10)
  return bytes
}
