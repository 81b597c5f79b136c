import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test } from "vitest"
import { encodeIdx, type IdxArray, type IdxData, parseIdx, readIdx } from "../../src/io/idx.ts"
import { temporaryFolder } from "./folder.ts"

const folder = temporaryFolder()
const shape = fc.array(fc.nat(4), { maxLength: 4 })
const kinds: readonly ((bytes: Uint8Array, length: number) => IdxData)[] = [
  (b, n) => b.slice(0, n),
  (b, n) => new Int8Array(b.buffer.slice(0, n)),
  (b, n) => new Int16Array(b.buffer.slice(0, 2 * n)),
  (b, n) => new Int32Array(b.buffer.slice(0, 4 * n)),
  (b, n) => new Float32Array(b.buffer.slice(0, 4 * n)),
  (b, n) => new Float64Array(b.buffer.slice(0, 8 * n)),
]
const idxArray: fc.Arbitrary<IdxArray> = fc.tuple(shape, fc.nat(kinds.length - 1)).chain(([sizes, kind]) => {
  const length = sizes.reduce((a, b) => a * b, 1)
  return fc
    .uint8Array({ minLength: 8 * length, maxLength: 8 * length })
    .map((bytes) => ({ shape: sizes, data: kinds[kind]?.(bytes.slice(), length) ?? bytes }))
})

describe("parseIdx", () => {
  test("reads the layout of the format: big-endian sizes and elements", () => {
    const bytes = new Uint8Array([0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe])
    expect(parseIdx(bytes)).toEqual(E.right({ shape: [1, 2], data: new Int16Array([258, -2]) }))
  })

  test("reads back what encodeIdx writes, for every type and shape", () => {
    fc.assert(
      fc.property(idxArray, (array) => {
        expect(parseIdx(encodeIdx(array))).toEqual(E.right(array))
        expect(parseIdx(Buffer.from(encodeIdx(array)))).toEqual(E.right(array))
      }),
      { numRuns: 300 },
    )
  })

  test("refuses a file that is cut off anywhere, or that has bytes left over", () => {
    fc.assert(
      fc.property(idxArray, fc.nat(), (array, at) => {
        const bytes = encodeIdx(array)
        const cut = parseIdx(bytes.slice(0, at % bytes.length))
        expect(E.isLeft(cut)).toBe(true)
        expect(E.isLeft(parseIdx(new Uint8Array([...bytes, 0])))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test("answers arbitrary bytes with an Either and never throws", () => {
    const likely = fc.tuple(fc.constantFrom(8, 9, 11, 12, 13, 14, 7), fc.nat(5), fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(likely, ([type, rank, rest]) => {
        const parsed = parseIdx(new Uint8Array([0, 0, type, rank, ...rest]))
        if (E.isLeft(parsed)) expect(parsed.left.code).toMatch(/^idx-/)
        else expect(parsed.right.data).toHaveLength(parsed.right.shape.reduce((a, b) => a * b, 1))
      }),
      { numRuns: 500 },
    )
  })

  test("says what it found instead of an IDX file", () => {
    const parsed = parseIdx(new Uint8Array([0x1f, 0x8b, 8, 0]))
    expect(E.isLeft(parsed) && parsed.left.message).toContain("begins with 1f 8b 08 00")
  })
})

describe("encodeIdx", () => {
  test("refuses data that does not fill its shape", () => {
    expect(() => encodeIdx({ shape: [2, 2], data: new Uint8Array(3) })).toThrow("[2, 2] has 4 elements, the data 3")
  })
})

describe("readIdx", () => {
  const array: IdxArray = { shape: [2, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6]) }

  test("reads files as they are and gzipped", async () => {
    writeFileSync(join(folder, "plain"), encodeIdx(array))
    writeFileSync(join(folder, "packed.gz"), gzipSync(encodeIdx(array)))
    expect(await readIdx(join(folder, "plain"))).toEqual(array)
    expect(await readIdx(join(folder, "packed.gz"))).toEqual(array)
  })

  test("names a missing file, a damaged stream and a damaged file", async () => {
    await expect(readIdx(join(folder, "absent"))).rejects.toMatchObject({ code: "file-missing" })
    writeFileSync(join(folder, "cut.gz"), gzipSync(encodeIdx(array)).subarray(0, 20))
    await expect(readIdx(join(folder, "cut.gz"))).rejects.toThrow(/cut\.gz: the gzip stream is damaged or cut off/)
    writeFileSync(join(folder, "cut"), encodeIdx(array).subarray(0, 13))
    await expect(readIdx(join(folder, "cut"))).rejects.toThrow(
      /cut: the file was cut off: \[2, 3\] takes 18 bytes, it has 13/,
    )
  })
})
