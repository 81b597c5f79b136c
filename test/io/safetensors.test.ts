import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test } from "vitest"
import { allocate, type DType } from "../../src/autodiff/dtype.ts"
import type { NamedArray } from "../../src/io/elements.ts"
import { decodeArrays, encodeArrays } from "../../src/io/safetensors/arrays.ts"

const width = { f64: 8, f32: 4, i32: 4, u32: 4, key: 8, bool: 1 } as const
const dtypes: readonly DType[] = ["f64", "f32", "i32", "u32", "key", "bool"]
/** Arrays of random bits, NaN payloads and all. */
const named = (name: string): fc.Arbitrary<NamedArray> =>
  fc.tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(3), { maxLength: 3 })).chain(([dtype, shape]) => {
    const length = shape.reduce((a, b) => a * b, 1) * width[dtype]
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
      const data = allocate(dtype === "key" ? "u32" : dtype, length / (dtype === "key" ? 4 : width[dtype]))
      new Uint8Array(data.buffer).set(dtype === "bool" ? bytes.map((b) => b & 1) : bytes)
      return { name, dtype, shape, data }
    })
  })
const files = fc.record({
  arrays: fc
    .uniqueArray(fc.string({ unit: "grapheme", maxLength: 6 }), { maxLength: 5 })
    .chain((names) => fc.tuple(...names.filter((name) => name !== "__metadata__").map(named))),
  metadata: fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ unit: "grapheme", maxLength: 8 }), { maxKeys: 3 }),
})

const right = <A>(either: E.Either<Error, A>): A => {
  if (E.isLeft(either)) throw either.left
  return either.right
}
const bits = ({ data }: NamedArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
/** Objects order names that look like numbers first, so files compare by name. */
const sorted = (arrays: readonly NamedArray[]) =>
  [...arrays].sort((a, b) => (a.name < b.name ? -1 : 1)).map((array) => ({ ...array, data: bits(array) }))

/** A file from its header as text and its data. */
function file(header: string | object, data: readonly number[] = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.length)
  return bytes
}
const message = (bytes: Uint8Array): string => {
  const decoded = decodeArrays(bytes)
  return E.isLeft(decoded) ? decoded.left.message : "accepted"
}

describe("the format", () => {
  test("is read as other programs write it", () => {
    const bytes = file(
      {
        __metadata__: { format: "pt" },
        b: { dtype: "BOOL", shape: [2], data_offsets: [8, 10] },
        w: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
      },
      [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1, 0],
    )
    expect(right(decodeArrays(bytes))).toEqual({
      metadata: { format: "pt" },
      arrays: [
        { name: "b", dtype: "bool", shape: [2], data: new Uint8Array([1, 0]) },
        { name: "w", dtype: "f32", shape: [1, 2], data: new Float32Array([1, -2]) },
      ],
    })
  })

  test("keeps every bit of every dtype, name and metadata", () => {
    fc.assert(
      fc.property(files, (given) => {
        const found = right(decodeArrays(right(encodeArrays(given))))
        expect(sorted(found.arrays)).toEqual(sorted(given.arrays))
        expect(found.metadata).toEqual({ ...given.metadata })
      }),
      { numRuns: 300 },
    )
  })

  test("a shape that nests too deep is refused, and never exhausts the stack", () => {
    const shape = "[".repeat(1e5) + "]".repeat(1e5)
    expect(message(file(`{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,4]}}`, [0, 0, 0, 0]))).toContain(
      "its header is not a JSON object",
    )
  })

  test("aligns every array to its elements", () => {
    fc.assert(
      fc.property(files, (given) => {
        const bytes = right(encodeArrays(given))
        const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
        const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
          new TextDecoder().decode(bytes.slice(8, start)),
        )
        for (const { name, data } of given.arrays)
          expect((start + (header[name]?.data_offsets[0] ?? 0.5)) % data.BYTES_PER_ELEMENT).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test("halves: known values, and rising over all finite bit patterns", () => {
    const decode = (dtype: string, patterns: readonly number[]) => {
      const data = patterns.flatMap((bits) => [bits & 255, bits >> 8])
      const entry = { dtype, shape: [patterns.length], data_offsets: [0, data.length] }
      return right(decodeArrays(file({ x: entry }, data))).arrays[0]?.data ?? new Float32Array()
    }
    expect([...decode("F16", [0x3c00, 0x0001, 0x03ff, 0x0400, 0x7bff, 0xc000, 0x7c00, 0xfc00])]).toEqual([
      1,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      65504,
      -2,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ])
    expect([...decode("F16", [0x8000])]).toEqual([-0])
    expect([...decode("F16", [0x7e00])]).toEqual([Number.NaN])
    expect([...decode("BF16", [0x3f80, 0xc000, 0x7f80, 0x0001, 0x4049])]).toEqual([
      1,
      -2,
      Number.POSITIVE_INFINITY,
      2 ** -133,
      3.140625,
    ])
    const rising = decode(
      "F16",
      Array.from({ length: 0x7c00 }, (_, k) => k),
    )
    for (let k = 1; k < rising.length; k++) expect(rising[k]).toBeGreaterThan(rising[k - 1] ?? Number.NaN)
  })

  test("64-bit integers are read where i32 holds them and refused by name where it does not", () => {
    const long = (value: bigint) => [...new Uint8Array(new BigInt64Array([value]).buffer)]
    const steps = (value: bigint) => file({ steps: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, long(value))
    expect(right(decodeArrays(steps(-5n))).arrays[0]?.data).toEqual(new Int32Array([-5]))
    expect(message(steps(2n ** 31n))).toContain('element 0 of "steps" is 2147483648, which i32 cannot hold')
  })
})

describe("bad files", () => {
  test("cut off anywhere", () => {
    fc.assert(
      fc.property(files, fc.nat(), (given, at) => {
        const bytes = right(encodeArrays(given))
        expect(E.isLeft(decodeArrays(bytes.slice(0, at % bytes.length)))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test("arbitrary bytes, and files with a few bytes changed, give an Either and never throw", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(files, changes, fc.uint8Array({ maxLength: 64 }), (given, places, junk) => {
        const bytes = right(encodeArrays(given))
        for (const [at, value] of places) bytes[at % bytes.length] = value
        for (const tried of [bytes, junk]) {
          const decoded = decodeArrays(tried)
          if (E.isLeft(decoded)) expect(decoded.left.code).toMatch(/^safetensors-/)
        }
      }),
      { numRuns: 500 },
    )
  })

  const x = (more: object) => file({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...more } }, [0, 0, 0, 0])
  test.each([
    ["a header that is no JSON", file("{"), "its header is not a JSON object"],
    ["a header that is a list", file("[]"), "its header is not a JSON object"],
    [
      "an enormous header",
      new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255]),
      "claims a header of 18446744073709551615 bytes",
    ],
    ["an unknown dtype", x({ dtype: "F8_E4M3" }), '"x" has the dtype "F8_E4M3"; known are F64'],
    ["a prototype's name as dtype", x({ dtype: "constructor" }), '"x" has the dtype "constructor"'],
    ["a negative size", x({ shape: [-1] }), '"x" has the shape [-1]'],
    ["a size that is no number", x({ shape: ["1"] }), '"x" has the shape ["1"]'],
    ["offsets that run backwards", x({ data_offsets: [4, 0] }), '"x" has the offsets [4,0]'],
    ["a shape that does not fill its offsets", x({ shape: [2] }), "takes 8 bytes, and its offsets span 4"],
    ["bytes that belong to nothing", file({}, [1]), "has bytes left over"],
    [
      "metadata that is no string",
      file({ __metadata__: { step: 3 } }),
      'metadata "step" is a number; the format allows strings',
    ],
    [
      "two arrays over the same bytes",
      file(
        { a: { dtype: "U8", shape: [2], data_offsets: [0, 2] }, b: { dtype: "U8", shape: [2], data_offsets: [1, 3] } },
        [1, 2, 3],
      ),
      '"b" begins at byte 1 of the data, the one before ends at 2',
    ],
    [
      "a hole between two arrays",
      file(
        { a: { dtype: "U8", shape: [1], data_offsets: [0, 1] }, b: { dtype: "U8", shape: [1], data_offsets: [2, 3] } },
        [1, 2, 3],
      ),
      '"b" begins at byte 2 of the data, the one before ends at 1',
    ],
  ])("%s", (_, bytes, wanted) => {
    expect(message(bytes)).toContain(wanted)
  })

  test("names that cannot be written are refused", () => {
    const array: NamedArray = { name: "__metadata__", dtype: "f32", shape: [], data: new Float32Array(1) }
    const encoded = encodeArrays({ arrays: [array], metadata: {} })
    expect(E.isLeft(encoded) && encoded.left.message).toContain("is the format's own name")
  })
})
