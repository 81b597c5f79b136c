/**
 * Zip archives as .npz and data sets come: stored or deflated members, no encryption, no zip64. Nothing is unpacked beyond
 * what the directory of the archive announced, and the announcement is held against the checksum.
 */
import * as E from "fp-ts/lib/Either.js"
import { failed, ParseError } from "./parse-error.ts"

export interface Member {
  readonly name: string
  readonly bytes: Uint8Array
}
interface Entry {
  readonly name: string
  readonly method: number
  readonly checksum: number
  readonly packed: Uint8Array
  /** Its length once unpacked. */
  readonly length: number
}
const signatures = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const
/** Deflate makes at most this much of one byte; an archive that announces more lies. */
const largestRatio = 1032

/** The members whose names are wanted, unpacked. */
export async function unzip(
  bytes: Uint8Array,
  wanted: (name: string) => boolean = () => true,
): Promise<E.Either<ParseError, readonly Member[]>> {
  const entries = directoryOf(bytes)
  if (E.isLeft(entries)) return entries
  const members: Member[] = []
  for (const entry of entries.right.filter(({ name }) => wanted(name))) {
    const content = entry.method === 0 ? E.right(entry.packed) : await inflate(entry)
    if (E.isLeft(content)) return content
    const found = checksum(content.right)
    if (content.right.length !== entry.length || found !== entry.checksum)
      return failed(
        "zip-member",
        `"${entry.name}" is damaged: its length or checksum is not what the archive announces`,
      )
    members.push({ name: entry.name, bytes: content.right })
  }
  return E.right(members)
}

function directoryOf(bytes: Uint8Array): E.Either<ParseError, readonly Entry[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = endRecord(view)
  if (end < 0) return failed("zip-end", "not a zip archive, or one that was cut off: its last record is missing")
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries: Entry[] = []
  for (let k = 0; k < count; k++) {
    if (at + 46 > end || view.getUint32(at, true) !== signatures.directory)
      return failed("zip-directory", `entry ${k} of the archive's directory is not where it should be`)
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true))
    const [packed, length, local] = [20, 24, 42].map((o) => view.getUint32(at + o, true))
    const next = at + 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0)
    if (next > end) return failed("zip-directory", `entry ${k} of the archive's directory ends outside of it`)
    const entry = entryOf(view, bytes, at, nameLength ?? 0, packed ?? 0, length ?? 0, local ?? 0)
    if (E.isLeft(entry)) return entry
    entries.push(entry.right)
    at = next
  }
  // Members that share bytes would let a small archive unpack to any size.
  const packed = entries.reduce((total, entry) => total + entry.packed.length, 0)
  return packed <= bytes.length
    ? E.right(entries)
    : failed("zip-directory", `the members take ${packed} bytes of an archive of ${bytes.length}: they overlap`)
}
/** The last record may be followed by a comment of up to 65,535 bytes. */
function endRecord(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 65535)
  for (let at = view.byteLength - 22; at >= first; at--)
    if (view.getUint32(at, true) === signatures.end && at + 22 + view.getUint16(at + 20, true) === view.byteLength)
      return at
  return -1
}
function entryOf(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  nameLength: number,
  packed: number,
  length: number,
  local: number,
): E.Either<ParseError, Entry> {
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
  const bad = (why: string): E.Either<ParseError, never> => failed("zip-entry", `"${name}" ${why}`, { name })
  const [flags, method] = [8, 10].map((o) => view.getUint16(at + o, true))
  if (((flags ?? 0) & 1) !== 0) return bad("is encrypted")
  if (method !== 0 && method !== 8) return bad(`is packed by method ${method}; stored (0) and deflated (8) can be read`)
  if (packed === 0xffffffff || length === 0xffffffff) return bad("is in the zip64 form, which is not read here")
  if (local + 30 > bytes.length || view.getUint32(local, true) !== signatures.local)
    return bad(`is said to begin at byte ${local}, and does not`)
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (start + packed > bytes.length) return bad(`ends at byte ${start + packed} of ${bytes.length}`)
  if (length > (method === 0 ? packed : packed * largestRatio + 64))
    return bad(`announces ${length} bytes, which ${packed} packed ones cannot hold`)
  return E.right({
    name,
    method,
    checksum: view.getUint32(at + 16, true),
    packed: bytes.subarray(start, start + packed),
    length,
  })
}

async function inflate({ name, packed, length }: Entry): Promise<E.Either<ParseError, Uint8Array>> {
  // Joined at the end: what a lying archive announces is never allocated.
  const parts: Uint8Array[] = []
  let reached = 0
  try {
    const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
    for await (const part of stream) {
      reached += part.length
      if (reached > length)
        return failed("zip-member", `"${name}" unpacks to more than the ${length} bytes that it announces`)
      parts.push(part)
    }
  } catch (cause) {
    return failed(
      "zip-member",
      `"${name}" cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
  const out = new Uint8Array(reached)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return E.right(out)
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c >>> 0
})
/** CRC-32 as zip has it: ISO 3309, reflected. */
function checksum(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = (table[(c ^ byte) & 255] ?? 0) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** An archive of stored members, one behind the other. */
export function zip(members: readonly Member[]): Uint8Array {
  const encoder = new TextEncoder()
  const parts = members.map(({ name, bytes }) => ({ name: encoder.encode(name), bytes, crc: checksum(bytes) }))
  const locals = parts.reduce((total, p) => total + 30 + p.name.length + p.bytes.length, 0)
  const directory = parts.reduce((total, p) => total + 46 + p.name.length, 0)
  if (locals + directory >= 2 ** 32 || members.length > 65535)
    throw new ParseError("zip-size", `an archive of ${members.length} members and ${locals} bytes needs zip64`)
  const out = new Uint8Array(locals + directory + 22)
  const view = new DataView(out.buffer)
  let at = 0
  let entry = locals
  for (const { name, bytes, crc } of parts) {
    const common = (o: number): void => {
      view.setUint16(o, 20, true)
      // The names are UTF-8; the date is 1 January 1980, so that equal tensors make equal files.
      view.setUint16(o + 2, 0x0800, true)
      view.setUint16(o + 8, 0x21, true)
      view.setUint32(o + 10, crc, true)
      view.setUint32(o + 14, bytes.length, true)
      view.setUint32(o + 18, bytes.length, true)
      view.setUint16(o + 22, name.length, true)
    }
    view.setUint32(at, signatures.local, true)
    common(at + 4)
    out.set(name, at + 30)
    out.set(bytes, at + 30 + name.length)
    view.setUint32(entry, signatures.directory, true)
    view.setUint16(entry + 4, 20, true)
    common(entry + 6)
    view.setUint32(entry + 42, at, true)
    out.set(name, entry + 46)
    at += 30 + name.length + bytes.length
    entry += 46 + name.length
  }
  view.setUint32(entry, signatures.end, true)
  view.setUint16(entry + 8, members.length, true)
  view.setUint16(entry + 10, members.length, true)
  view.setUint32(entry + 12, directory, true)
  view.setUint32(entry + 16, locals, true)
  return out
}
