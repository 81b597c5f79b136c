import { readFileSync } from "node:fs"
import { join } from "node:path"
import { tensor, zeros } from "cotangent"
import { parseCsv, readCsv, type Table, writeCsv } from "cotangent/io"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { describe, expect, test } from "vitest"
import { temporaryFolder } from "./folder.ts"

const folder = temporaryFolder()
const table = (text: string, options = {}): Table => {
  const parsed = parseCsv(text, options)
  if (E.isLeft(parsed)) throw parsed.left
  return parsed.right
}
const said = (text: string, options = {}): string => {
  const parsed = parseCsv(text, options)
  return E.isLeft(parsed) ? parsed.left.message : "accepted"
}

describe("tables", () => {
  test("numbers become vectors, the rest stays text, an empty field is NaN", async () => {
    const { rows, names, numbers, texts, matrix } = table('name,x,y\r\n"a, ""b""",1,\r\nc,-2.5e1,inf\r\n\r\n')
    expect([rows, names]).toEqual([2, ["name", "x", "y"]])
    expect(texts).toEqual({ name: ['a, "b"', "c"] })
    expect(await numbers.x?.array()).toEqual([1, -25])
    expect(await numbers.y?.array()).toEqual([Number.NaN, Number.POSITIVE_INFINITY])
    expect(await matrix().array()).toEqual([
      [1, Number.NaN],
      [-25, Number.POSITIVE_INFINITY],
    ])
    expect(matrix(["y"]).shape).toEqual([2, 1])
    expect(() => matrix(["name"])).toThrow(/"name" is a column of texts; numeric are x, y/)
    expect(() => matrix(["z"])).toThrow(/"z" is no column/)
  })
  test("without a header, with another separator, with a byte order mark", () => {
    expect(table("1;2\n3;4", { header: false, separator: ";" }).names).toEqual(["0", "1"])
    expect(table("\uFEFFa,b\n1,2").names).toEqual(["a", "b"])
    expect(table("a,b\n1,").numbers.b?.shape).toEqual([1])
    expect(table("a\n0x10\n").texts).toEqual({ a: ["0x10"] })
  })
  test("what is wrong is said with its row", () => {
    expect(said("a,b\n1,2\n1,2,3\n")).toContain("row 3 has 3 fields, the first row has 2")
    expect(said('a\n"never closed\n')).toContain("row 2: the quote at character 2 is never closed")
    expect(said('a\n"b"c\n')).toContain('row 2: "c" follows a closing quote')
    expect(said("a,a\n1,2")).toContain('two columns are called "a"')
    expect(() => said("a", { separater: ";" })).toThrow(/separater/)
  })
  test("blank lines and many columns take no quadratic time", () => {
    expect(table(`a\n${"\n".repeat(1e5)}1`).rows).toBe(1e5 + 1)
    expect(table(Array.from({ length: 1e5 }, (_, k) => `c${k}`).join(",")).names.length).toBe(1e5)
  }, 4000)
  test("an empty text at the end of a single column comes back", async () => {
    const path = join(folder, "single.csv")
    await writeCsv(path, { a: ["x", "", ""] })
    expect((await readCsv(path)).texts).toEqual({ a: ["x", "", ""] })
  })
  test("a folder is named as one", async () => {
    await expect(readCsv(folder)).rejects.toMatchObject({ code: "file-folder" })
  })
  test("any text parses or is refused; what is written comes back", async () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "1", '"', ",", "\n", "\r", "."), maxLength: 30 }), (text) => {
        parseCsv(text)
      }),
      { numRuns: 1000 },
    )
    const path = join(folder, "t.csv")
    const field = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", "\n", " "), minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 4 }), async (fields) => {
        const column = fields.map((f) => `x${f}x`)
        await writeCsv(path, { text: column, number: zeros([column.length]) })
        const { texts, numbers } = await readCsv(path)
        expect(texts).toEqual({ text: column })
        expect(numbers.number?.shape).toEqual([column.length])
      }),
      { numRuns: 30 },
    )
    await expect(writeCsv(path, { a: tensor([1]), b: tensor([1, 2]) })).rejects.toThrow(/"b" has 2 rows, "a" 1/)
    expect(readFileSync(path, "utf8")).toContain("text,number")
  })
})
