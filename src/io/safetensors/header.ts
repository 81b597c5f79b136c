/**
 * The header of a safetensors file: 8 bytes with its length, then JSON that places every array in the bytes behind it.
 * Nothing in it is believed before it was checked: sizes, types, and that the arrays cover the data without overlap.
 */
import * as E from "fp-ts/lib/Either.js"
import { storedNamed, storedNames } from "../elements.ts"
import { isRecord, parsedJson } from "../json.ts"
import { failed, type ParseError } from "../parse-error.ts"

export interface Entry {
  readonly name: string
  /** As the file names it: F32, BOOL … */
  readonly stored: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}
export interface Header {
  readonly entries: readonly Entry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Where the data begins; the offsets of entries count from here. */
  readonly start: number
}

/** The format's own bound on headers. */
export const longestHeader = 100_000_000
export const metadataName = "__metadata__"

const isSize = (x: unknown): x is number => Number.isSafeInteger(x) && Number(x) >= 0

export function parseHeader(bytes: Uint8Array): E.Either<ParseError, Header> {
  if (bytes.length < 8)
    return failed("safetensors-header", `a safetensors file begins with 8 bytes, this one has ${bytes.length}`)
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (claimed > BigInt(longestHeader))
    return failed("safetensors-header", `not a safetensors file: it claims a header of ${claimed} bytes`)
  const start = 8 + Number(claimed)
  if (start > bytes.length)
    return failed(
      "safetensors-header",
      `the file was cut off: its header ends at ${start} and the file at ${bytes.length}`,
    )
  const json = parseJson(bytes.subarray(8, start))
  if (json === undefined) return failed("safetensors-header", "not a safetensors file: its header is not a JSON object")

  const { [metadataName]: metadata = {}, ...rest } = json
  if (!isRecord(metadata)) return failed("safetensors-metadata", `${metadataName} is not an object of strings`)
  const strings: [string, string][] = []
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== "string")
      return failed("safetensors-metadata", `metadata "${name}" is a ${typeof value}; the format allows strings`, {
        name,
      })
    strings.push([name, value])
  }
  const entries: Entry[] = []
  for (const [name, described] of Object.entries(rest)) {
    const entry = parseEntry(name, described)
    if (E.isLeft(entry)) return entry
    entries.push(entry.right)
  }
  const gap = uncovered(entries, bytes.length - start)
  return gap === undefined ? E.right({ entries, metadata: Object.fromEntries(strings), start }) : gap
}

function parseJson(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = parsedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    return E.isRight(json) && isRecord(json.right) ? json.right : undefined
  } catch {
    return undefined
  }
}

function parseEntry(name: string, described: unknown): E.Either<ParseError, Entry> {
  const bad = (why: string) => failed("safetensors-entry", `"${name}" ${why}`, { name })
  if (!isRecord(described)) return bad("is not described by an object")
  const { dtype, shape, data_offsets: offsets } = described
  const type = typeof dtype === "string" ? storedNamed(dtype) : undefined
  if (typeof dtype !== "string" || type === undefined)
    return bad(`has the dtype ${JSON.stringify(dtype)}; known are ${storedNames.join(", ")}`)
  if (!Array.isArray(shape) || !shape.every(isSize)) return bad(`has the shape ${JSON.stringify(shape)}`)
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : []
  if (!isSize(begin) || !isSize(end) || begin > end) return bad(`has the offsets ${JSON.stringify(offsets)}`)
  const wanted = shape.reduce((product, size) => product * size, type.bytes)
  if (end - begin !== wanted)
    return bad(`is ${dtype}[${shape.join(", ")}], which takes ${wanted} bytes, and its offsets span ${end - begin}`)
  return E.right({ name, stored: dtype, shape, begin, end })
}

/** Arrays lie one behind the other: a hole could hide data, an overlap makes one array change with another. */
function uncovered(entries: readonly Entry[], length: number): E.Either<ParseError, never> | undefined {
  let reached = 0
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== reached)
      return failed(
        "safetensors-offsets",
        `"${name}" begins at byte ${begin} of the data, the one before ends at ${reached}`,
      )
    reached = end
  }
  if (reached === length) return undefined
  const fault = reached > length ? "was cut off" : "has bytes left over"
  return failed("safetensors-offsets", `the file ${fault}: its arrays take ${reached} bytes and ${length} are there`)
}
