/** Tables as text: RFC 4180, with any separator. */
import * as E from "fp-ts/lib/Either.js"
import { typed } from "../autodiff/boundary.ts"
import { CotangentError } from "../autodiff/errors.ts"
import { checkOptions } from "../autodiff/options.ts"
import { typeOf } from "../autodiff/program/type.ts"
import { fromNumbers } from "../autodiff/tensor.ts"
import type { F32, Tensor } from "../autodiff/types/tensor.ts"
import { readBytes, replaceFile } from "./files.ts"
import { failed, orThrow, type ParseError } from "./parse-error.ts"

export interface CsvOptions {
  /** Whether the first row names the columns; true unless given. Without, columns are called 0, 1, …. */
  readonly header?: boolean
  /** Between fields; "," unless given. */
  readonly separator?: string
}
/** A table by columns. */
export interface Table {
  readonly rows: number
  readonly names: readonly string[]
  /** The columns in which every field is a number, f32 `[rows]`; an empty field is NaN. */
  readonly numbers: Readonly<Record<string, F32<[number]>>>
  /** The other columns, as they are written. */
  readonly texts: Readonly<Record<string, readonly string[]>>
  /** Some of the numeric columns side by side, f32 `[rows, names.length]`; all of them unless named. */
  readonly matrix: <const N extends readonly string[]>(names?: N) => F32<[number, N["length"]]>
}

type Rows = readonly (readonly string[])[]
/** Fields by row; a quoted one may hold separators, line ends and doubled quotes. */
function fieldsOf(text: string, separator: string): E.Either<ParseError, Rows> {
  const rows: string[][] = []
  let row: string[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < text.length) {
    let field = ""
    if (text[at] === '"') {
      const opened = at
      for (at++; ; at++) {
        const close = text.indexOf('"', at)
        if (close < 0)
          return failed("csv-quote", `row ${rows.length + 1}: the quote at character ${opened} is never closed`)
        field += text.slice(at, close)
        at = close + 1
        if (text[at] !== '"') break
        field += '"'
      }
    } else {
      const start = at
      while (at < text.length && text[at] !== "\n" && !text.startsWith(separator, at)) at++
      field = text.slice(start, at)
      if (field.endsWith("\r")) field = field.slice(0, -1)
    }
    row.push(field)
    if (text.startsWith(separator, at)) {
      at += separator.length
      // A separator at the very end opens one more field, an empty one.
      if (at === text.length) row.push("")
      else continue
    } else if (text[at] === "\r") at++
    if (at < text.length && text[at] !== "\n")
      return failed("csv-quote", `row ${rows.length + 1}: ${JSON.stringify(text[at])} follows a closing quote`)
    at++
    rows.push(row)
    row = []
  }
  return E.right(rows)
}

/**
 * Reads a table. Rows of another length than the first are an error; blank lines at the end are not rows.
 *
 * @param options `header` (true), `separator` (",").
 * @example
 * ```ts
 * import { parseCsv } from "cotangent/io"
 * import * as E from "fp-ts/lib/Either.js"
 * const table = parseCsv("sort,width\nblue,0.5\nred,2\n")
 * if (E.isRight(table)) console.log(table.right.texts, table.right.matrix())
 * ```
 */
export function parseCsv(text: string, options: CsvOptions = {}): E.Either<ParseError, Table> {
  checkOptions("parseCsv", options, ["header", "separator"])
  const { header = true, separator = "," } = options
  if (separator === "" || /["\n\r]/.test(separator))
    throw new CotangentError("separator", `parseCsv: ${JSON.stringify(separator)} cannot separate fields`)
  const fields = fieldsOf(withoutBlankEnd(text), separator)
  if (E.isLeft(fields)) return fields
  const [first = []] = fields.right
  const names = header ? first : first.map((_, k) => `${k}`)
  const rows = header ? fields.right.slice(1) : fields.right
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice !== undefined) return failed("csv-names", `two columns are called "${twice}"; read with { header: false }`)
  const odd = rows.findIndex((row) => row.length !== names.length)
  if (odd >= 0)
    return failed(
      "csv-row",
      `row ${odd + (header ? 2 : 1)} has ${rows[odd]?.length} fields, the first row has ${names.length}`,
    )
  const columns = names.map((name, k) => ({ name, fields: rows.map((row) => row[k] ?? "") }))
  const numeric = new Map(
    columns.flatMap(({ name, fields: own }) => {
      const data = numbersOf(own)
      return data === undefined ? [] : [[name, data] as const]
    }),
  )
  const vector = (data: Float32Array): F32<[number]> => typed(fromNumbers(typeOf("f32", [data.length]), data))
  return E.right({
    rows: rows.length,
    names,
    numbers: Object.fromEntries([...numeric].map(([name, data]) => [name, vector(data)])),
    texts: Object.fromEntries(columns.flatMap((c) => (numeric.has(c.name) ? [] : [[c.name, c.fields]]))),
    matrix: (chosen: readonly string[] = [...numeric.keys()]) => {
      const out = new Float32Array(rows.length * chosen.length)
      for (const [k, name] of chosen.entries()) {
        const data = numeric.get(name)
        if (data === undefined)
          throw new CotangentError(
            "csv-column",
            `matrix: "${name}" is ${names.includes(name) ? "a column of texts" : "no column"}; numeric are ${[...numeric.keys()].join(", ")}`,
          )
        for (let r = 0; r < rows.length; r++) out[r * chosen.length + k] = data[r] ?? Number.NaN
      }
      return typed(fromNumbers(typeOf("f32", [rows.length, chosen.length]), out))
    },
  })
}
function withoutBlankEnd(text: string): string {
  // A loop: /(\r?\n)+$/ starts anew at every line end of a run of blank lines, in quadratic time.
  let end = text.length
  while (end > 0 && text[end - 1] === "\n") end -= text[end - 2] === "\r" ? 2 : 1
  return text.slice(0, end)
}
/** undefined where a field is no number; `Number` takes "" for 0 and "0x10" for 16. */
function numbersOf(fields: readonly string[]): Float32Array | undefined {
  const out = new Float32Array(fields.length)
  for (const [k, field] of fields.entries()) {
    const text = field.trim()
    if (text !== "" && !/^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|nan|inf|infinity)$/i.test(text))
      return undefined
    out[k] = text === "" ? Number.NaN : Number(text.replace(/inf(inity)?$/i, "Infinity").replace(/nan$/i, "NaN"))
  }
  return out
}

/**
 * Reads a file of a table, as `parseCsv`.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError with the row of what is wrong.
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  return orThrow(path, parseCsv(new TextDecoder().decode(await readBytes(path)), options))
}

/** A column: numbers of a vector, or texts. */
export type Column = Tensor<readonly [number]> | Tensor<[number]> | readonly string[]
/**
 * Writes columns of one length as a table with a header; the file is replaced as a whole.
 *
 * @throws CotangentError where the columns differ in length.
 * @example
 * ```ts
 * import { tensor } from "cotangent"
 * import { readCsv, writeCsv } from "cotangent/io"
 * await writeCsv("out/example/losses.csv", { step: tensor([1, 2]), loss: tensor([0.5, 0.25]) })
 * console.log((await readCsv("out/example/losses.csv")).numbers)
 * ```
 */
export async function writeCsv(path: string, columns: Readonly<Record<string, Column>>): Promise<void> {
  const names = Object.keys(columns)
  const fields = await Promise.all(Object.values(columns).map(fieldsOfColumn))
  const rows = fields[0]?.length ?? 0
  const odd = fields.findIndex((f) => f.length !== rows)
  if (odd >= 0)
    throw new CotangentError(
      "csv-row",
      `writeCsv: "${names[odd]}" has ${fields[odd]?.length} rows, "${names[0]}" ${rows}`,
    )
  // An empty field that is all of its row is quoted: a blank line at the end is no row.
  const empty = fields.length === 1 ? '""' : ""
  const lines = Array.from({ length: rows }, (_, r) => fields.map((f) => quoted(f[r] ?? "") || empty).join(","))
  await replaceFile(path, `${[names.map(quoted).join(","), ...lines].join("\n")}\n`)
}
async function fieldsOfColumn(column: Column): Promise<readonly string[]> {
  if (!("shape" in column)) return column
  return Array.from(await column.data(), String)
}
const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
