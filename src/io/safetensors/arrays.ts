/** safetensors as plain arrays, without an engine: what both the tensor functions and the checkpoints stand on. */
import * as E from "fp-ts/lib/Either.js"
import { decodeElements, encodeElements, type NamedArray, storedAs, storedNamed } from "../elements.ts"
import { failed, type ParseError } from "../parse-error.ts"
import { longestHeader, metadataName, parseHeader } from "./header.ts"

export interface ArrayFile {
  readonly arrays: readonly NamedArray[]
  readonly metadata: Readonly<Record<string, string>>
}

/** Names of the arrays that are keys, which the format does not know. */
const keysEntry = "cotangent.keys"

export function decodeArrays(bytes: Uint8Array): E.Either<ParseError, ArrayFile> {
  const header = parseHeader(bytes)
  if (E.isLeft(header)) return header
  const { entries, metadata: all, start } = header.right
  const { [keysEntry]: listed = "[]", ...metadata } = all
  const keys = parseNames(listed)
  if (keys === undefined) return failed("safetensors-metadata", `metadata "${keysEntry}" is not a list of names`)
  const arrays: NamedArray[] = []
  for (const { name, stored, shape, begin, end } of entries) {
    const type = storedNamed(stored)
    if (type === undefined) return failed("safetensors-entry", `"${name}" has the dtype ${stored}`)
    const data = decodeElements("safetensors", name, type, bytes.subarray(start + begin, start + end))
    if (E.isLeft(data)) return data
    if (!keys.has(name)) arrays.push({ name, dtype: type.dtype, shape, data: data.right })
    else if (type.dtype === "u32" && shape.at(-1) === 2)
      arrays.push({ name, dtype: "key", shape: shape.slice(0, -1), data: data.right })
    else
      return failed("safetensors-key", `"${name}" is listed as a key and is ${stored}[${shape.join(", ")}]`, { name })
  }
  return E.right({ arrays, metadata })
}

function parseNames(text: string): ReadonlySet<string> | undefined {
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) && names.every((name) => typeof name === "string") ? new Set(names) : undefined
  } catch {
    return undefined
  }
}

export function encodeArrays({ arrays, metadata }: ArrayFile): E.Either<ParseError, Uint8Array> {
  const keys = arrays.filter(({ dtype }) => dtype === "key").map(({ name }) => name)
  const seen = new Set<string>()
  for (const { name } of arrays) {
    if (name === metadataName)
      return failed("safetensors-name", `"${name}" is the format's own name; rename the tensor`)
    if (seen.has(name)) return failed("safetensors-name", `two tensors are named "${name}"`, { name })
    seen.add(name)
  }
  if (Object.hasOwn(metadata, keysEntry))
    return failed("safetensors-metadata", `metadata "${keysEntry}" is Cotangent's own name; rename it`)

  // Wide elements first: every array is then aligned, and readers that map the file need no copy.
  const offsets = new Map<string, readonly [begin: number, end: number]>()
  let length = 0
  for (const { name, dtype, data } of [...arrays].sort((a, b) => storedAs[b.dtype].bytes - storedAs[a.dtype].bytes)) {
    const end = length + data.length * storedAs[dtype].bytes
    offsets.set(name, [length, end])
    length = end
  }
  const noted = keys.length === 0 ? metadata : { ...metadata, [keysEntry]: JSON.stringify(keys) }
  const described = arrays.map(({ name, dtype, shape }) => [
    name,
    {
      dtype: storedAs[dtype].name,
      shape: dtype === "key" ? [...shape, 2] : shape,
      data_offsets: offsets.get(name),
    },
  ])
  const entries = Object.keys(noted).length === 0 ? described : [[metadataName, noted], ...described]
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  if (json.length > longestHeader) return failed("safetensors-header", `a header of ${json.length} bytes is too long`)
  const start = 8 + Math.ceil(json.length / 8) * 8

  const bytes = new Uint8Array(start + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.fill(0x20, 8, start)
  bytes.set(json, 8)
  for (const { name, dtype, data } of arrays) {
    const [begin = 0, end = 0] = offsets.get(name) ?? []
    encodeElements(dtype, data, bytes.subarray(start + begin, start + end))
  }
  return E.right(bytes)
}
