import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { deflateRawSync } from "node:zlib"
import { random, type Tensor, tensor, zeros } from "cotangent"
import { encodeNpy, encodeNpz, parseNpy, parseNpz, readNpy, readNpz, writeNpy, writeNpz } from "cotangent/io"
import { tensors } from "cotangent/testing"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test } from "vitest"
import { temporaryFolder } from "./folder.ts"

const folder = temporaryFolder()
const right = <A>(either: E.Either<Error, A>): A => {
  if (E.isLeft(either)) throw either.left
  return either.right
}
const said = (either: E.Either<Error, unknown>): string => (E.isLeft(either) ? either.left.message : "accepted")
/** A file by its header as NumPy writes it. */
function file(header: string, data: readonly number[], version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`)
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...data])
}
const header = (descr: string, shape: string, fortran = false): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`

const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom("f32", "f64", "i32", "u32", "bool"), fc.array(fc.nat(3), { maxLength: 3 }))
  .chain(([dtype, shape]): fc.Arbitrary<Tensor> => tensors({ shape, dtype }))
const same = async (a: Tensor, b: Tensor | undefined): Promise<void> => {
  expect(b?.dtype).toBe(a.dtype)
  expect(b?.shape).toEqual(a.shape)
  expect(await b?.data()).toEqual(await a.data())
}

describe(".npy", () => {
  test("is read as NumPy writes it: byte orders, versions, widths, column-major", async () => {
    const read = async (bytes: Uint8Array) => {
      const x = right(parseNpy(bytes))
      return [x.dtype, x.shape, [...(await x.data())]]
    }
    expect(await read(file(header("<f4", "(2,)"), [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))).toEqual(["f32", [2], [1, -2]])
    expect(await read(file(header(">f4", "(2,)"), [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]))).toEqual(["f32", [2], [1, -2]])
    expect(await read(file(header("<i2", "(2,)"), [1, 0, 0xff, 0xff], 2))).toEqual(["i32", [2], [1, -1]])
    expect(await read(file(header(">u2", "()"), [1, 2], 3))).toEqual(["i32", [], [258]])
    expect(await read(file(header("|b1", "(3,)"), [0, 1, 1]))).toEqual(["bool", [3], [0, 1, 1]])
    expect(await read(file(header("<i8", "(1,)"), [5, 0, 0, 0, 0, 0, 0, 0]))).toEqual(["i32", [1], [5]])
    // Column-major [[0, 1, 2], [3, 4, 5]]
    expect(await read(file(header("|u1", "(2, 3)", true), [0, 3, 1, 4, 2, 5]))).toEqual([
      "i32",
      [2, 3],
      [0, 1, 2, 3, 4, 5],
    ])
    expect(await read(file(header("|u1", "(2, 2, 2)", true), [0, 4, 2, 6, 1, 5, 3, 7]))).toEqual([
      "i32",
      [2, 2, 2],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ])
  })

  test("comes back as it went, every dtype and shape, through bytes and files", async () => {
    await fc.assert(
      fc.asyncProperty(anyTensor, async (x) => {
        await same(x, right(parseNpy(await encodeNpy(x))))
      }),
      { numRuns: 60 },
    )
    await writeNpy(join(folder, "x.npy"), tensor([[1, 2]]))
    await same(tensor([[1, 2]]), await readNpy(join(folder, "x.npy")))
  })

  test("what is damaged is refused in words", () => {
    expect(said(parseNpy(new Uint8Array()))).toContain("not a .npy file")
    expect(said(parseNpy(file(header("<f4", "(2,)"), [0, 0])))).toContain(
      "[2] of '<f4' takes 8 bytes after the header, the file has 2",
    )
    expect(said(parseNpy(file(header("<f4", "(4294967296, 4294967296)"), [])))).toContain("takes")
    expect(said(parseNpy(file(header("<c8", "(1,)"), [])))).toContain("'<c8', which no dtype of ours holds")
    expect(said(parseNpy(file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", [])))).toContain(
      "records",
    )
    expect(said(parseNpy(file("nonsense", [])))).toContain("no dictionary")
    expect(said(parseNpy(file(header("<i8", "(1,)"), [0, 0, 0, 0, 1, 0, 0, 0])))).toContain("i32 cannot hold")
    expect(said(parseNpy(file(header("<f4", "(2,)"), [], 9)))).toContain("version 9.0")
    // Nothing to hold, and still no size.
    expect(said(parseNpy(file(header("<f4", "(0, 100000000000000000000)"), [])))).toContain("is no shape")
    expect(said(parseNpy(file(header("<u8", "(1,)"), Array(8).fill(255))))).toContain("is 18446744073709551615, which")
  })

  test("a tensor of keys is refused", async () => {
    await expect(encodeNpy(random.keys(random.key(0), 2))).rejects.toThrow(/keys, which \.npy does not know/)
  })
})

describe(".npz", () => {
  test("comes back as it went", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }), anyTensor, { maxKeys: 4 }),
        async (given) => {
          const found = right(await parseNpz(await encodeNpz(given))())
          expect(Object.keys(found).toSorted()).toEqual(Object.keys(given).toSorted())
          for (const [name, x] of Object.entries(given)) await same(x, found[name])
        },
      ),
      { numRuns: 30 },
    )
  })
  test("deflated members are unpacked, and a wrong checksum, length or announcement is refused", async () => {
    const path = join(folder, "two.npz")
    await writeNpz(path, { w: zeros([300]), n: tensor([1, 2], { dtype: "i32" }) })
    const packed = deflated(new Uint8Array(readFileSync(path)))
    writeFileSync(path, packed)
    await same(zeros([300]), (await readNpz(path)).w)
    const view = new DataView(packed.buffer)
    const directory = view.getUint32(packed.length - 6, true)
    const broken = async (at: number, value: number) => {
      const copy = packed.slice()
      new DataView(copy.buffer).setUint32(directory + at, value, true)
      return said(await parseNpz(copy)())
    }
    expect(await broken(16, 1)).toContain("length or checksum")
    expect(await broken(24, 100)).toContain("unpacks to more than the 100 bytes")
    expect(await broken(24, 2 ** 31)).toContain("cannot hold")
    expect(await broken(42, 2 ** 30)).toContain("is said to begin")
    expect(await broken(20, 2 ** 30)).toContain("ends at byte")
  })
  test("members that overlap are refused: a small archive would unpack to any size", async () => {
    const bytes = await encodeNpz({ a: zeros([300]), b: zeros([300]) })
    const view = new DataView(bytes.buffer)
    const directory = view.getUint32(bytes.length - 6, true)
    // Both entries name the first member; the length of the file has room for one and a half.
    view.setUint32(directory + 46 + "a.npy".length + 42, 0, true)
    const half = bytes.slice(directory / 2)
    half.set(bytes.subarray(0, directory / 2))
    const moved = new DataView(half.buffer)
    expect(said(await parseNpz(bytes)())).toBe("accepted")
    moved.setUint32(half.length - 6, directory - directory / 2, true)
    expect(said(await parseNpz(half)())).toContain("overlap")
  })
})

/** The same archive with every member deflated. */
function deflated(stored: Uint8Array): Uint8Array {
  const view = new DataView(stored.buffer)
  const count = view.getUint16(stored.length - 12, true)
  let at = view.getUint32(stored.length - 6, true)
  const locals: Uint8Array[] = []
  const entries: Uint8Array[] = []
  let offset = 0
  for (let k = 0; k < count; k++) {
    const size = 46 + view.getUint16(at + 28, true)
    const start = view.getUint32(at + 42, true)
    const head = 30 + view.getUint16(start + 26, true)
    const content = deflateRawSync(stored.subarray(start + head, start + head + view.getUint32(at + 20, true)))
    const [local, entry] = [stored.slice(start, start + head), stored.slice(at, at + size)]
    for (const [part, from] of [
      [local, 8],
      [entry, 10],
    ] as const) {
      const v = new DataView(part.buffer)
      v.setUint16(from, 8, true)
      v.setUint32(from + 10, content.length, true)
    }
    new DataView(entry.buffer).setUint32(42, offset, true)
    locals.push(local, content)
    entries.push(entry)
    offset += head + content.length
    at += size
  }
  const end = stored.slice(stored.length - 22)
  new DataView(end.buffer).setUint32(16, offset, true)
  return new Uint8Array(Buffer.concat([...locals, ...entries, end]))
}

describe("fuzzed: never a crash, never more memory than the file warrants", () => {
  const damaged = (whole: Uint8Array): fc.Arbitrary<Uint8Array> =>
    fc.oneof(
      fc.nat(whole.length).map((n) => whole.slice(0, n)),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((edits) => {
        const copy = whole.slice()
        for (const [at, byte] of edits) copy[at] = byte
        return copy
      }),
      fc.uint8Array({ maxLength: 200 }),
    )
  test(".npy", async () => {
    const whole = await encodeNpy(tensor([[1, 2, 3]]))
    fc.assert(
      fc.property(damaged(whole), (bytes) => {
        const parsed = parseNpy(bytes)
        if (E.isRight(parsed)) expect(parsed.right.shape.reduce((a, b) => a * b, 1)).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 500 },
    )
  })
  test(".npz", async () => {
    const whole = deflated(await encodeNpz({ w: tensor([[1, 2, 3]]), b: zeros([4]) }))
    await fc.assert(
      fc.asyncProperty(damaged(whole), async (bytes) => {
        const parsed = await parseNpz(bytes)()
        if (E.isRight(parsed)) for (const x of Object.values(parsed.right)) expect(x.shape.length).toBeLessThan(9)
      }),
      { numRuns: 300 },
    )
  })
})
