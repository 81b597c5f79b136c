/** Trees of tensors as JSON that other programs and people read: nested arrays, or an object where that would lose something. */
import * as E from "fp-ts/lib/Either.js"
import { typed } from "../autodiff/boundary.ts"
import { allocate, type Element, type Numbers } from "../autodiff/dtype.ts"
import { flatten } from "../autodiff/tree.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import { readBytes, replaceFile } from "./files.ts"
import { isRecord, parsedJson } from "./json.ts"
import { failed, orThrow, ParseError } from "./parse-error.ts"
import { arrayOf, tensorOf } from "./tensors.ts"

/** What JSON has no numeral for. */
const names: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
}
const written = (x: number): number | string =>
  Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? "-0" : String(x)
const elements: readonly Element[] = ["f32", "f64", "i32", "u32", "bool"]
const isElement = (x: unknown): x is Element => elements.some((e) => e === x)
const isSizes = (x: unknown): x is readonly number[] =>
  Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0)

/** A number, a name of one, or a truth. */
const numberOf = (x: unknown): number | undefined =>
  typeof x === "number" ? x : typeof x === "boolean" ? Number(x) : typeof x === "string" ? names[x] : undefined
/** The shape of numbers nested in arrays; undefined where something else is among them, or rows differ. */
function shapeOf(x: unknown): readonly number[] | undefined {
  if (numberOf(x) !== undefined) return []
  if (!Array.isArray(x)) return undefined
  const rows = x.map(shapeOf)
  const [first = []] = rows
  return rows.every((row) => row !== undefined && `${row}` === `${first}`) ? [x.length, ...first] : undefined
}
const flat = (x: unknown): readonly number[] => (Array.isArray(x) ? x.flatMap(flat) : [numberOf(x) ?? 0])
const onlyBools = (x: unknown): boolean =>
  Array.isArray(x) ? x.length > 0 && x.every(onlyBools) : typeof x === "boolean"

const filled = (dtype: Element, numbers: readonly number[]): Numbers => {
  const data = allocate(dtype, numbers.length)
  data.set(numbers)
  return data
}
function treeOf(x: unknown, path: string): E.Either<ParseError, unknown> {
  const shape = shapeOf(x)
  if (shape !== undefined) {
    const dtype = onlyBools(x) ? "bool" : "f32"
    return E.right(tensorOf({ name: path, dtype, shape, data: filled(dtype, flat(x)) }))
  }
  if (isRecord(x) && "dtype" in x && "shape" in x && "data" in x) return described(x, path)
  if (x === null) return E.right(undefined)
  if (!isRecord(x) && !Array.isArray(x))
    return failed(
      "json-leaf",
      `${path} is ${JSON.stringify(x)}; leaves are numbers, nested arrays of them, or { dtype, shape, data }`,
    )
  const entries: [string, unknown][] = []
  for (const [name, child] of Object.entries(x)) {
    const made = treeOf(child, `${path}.${name}`)
    if (E.isLeft(made)) return made
    entries.push([name, made.right])
  }
  return E.right(Array.isArray(x) ? entries.map(([, child]) => child) : Object.fromEntries(entries))
}
function described(x: Readonly<Record<string, unknown>>, path: string): E.Either<ParseError, Tensor> {
  const { dtype, shape, data } = x
  if (!isElement(dtype))
    return failed("json-dtype", `${path}.dtype is ${JSON.stringify(dtype)}; there are ${elements.join(", ")}`)
  if (!isSizes(shape)) return failed("json-shape", `${path}.shape is ${JSON.stringify(shape)}, no list of sizes`)
  const count = shape.reduce((a, b) => a * b, 1)
  if (!Array.isArray(data) || data.length !== count)
    return failed(
      "json-length",
      `${path}.data has ${Array.isArray(data) ? data.length : "no"} elements, [${shape.join(", ")}] has ${count}`,
    )
  const odd = data.findIndex((v) => numberOf(v) === undefined)
  if (odd >= 0) return failed("json-leaf", `${path}.data[${odd}] is ${JSON.stringify(data[odd])}, no number`)
  return E.right(
    tensorOf({
      name: path,
      dtype,
      shape,
      data: filled(
        dtype,
        data.map((v) => numberOf(v) ?? 0),
      ),
    }),
  )
}

/**
 * Reads a tree from JSON: a number or regular nested arrays of them are a tensor (f32, or bool where all are truths),
 * `{ "dtype", "shape", "data" }` one of any dtype, `null` an empty node, other arrays and objects nodes. "NaN", "Infinity",
 * "-Infinity" and "-0" stand for what JSON has no numeral for.
 *
 * @example
 * ```ts
 * import { parseTree } from "cotangent/io"
 * console.log(parseTree('{ "w": [[1, 2]], "n": { "dtype": "i32", "shape": [1], "data": [3] } }'))
 * ```
 */
export function parseTree(json: string): E.Either<ParseError, unknown> {
  const parsed = parsedJson(json)
  return E.isLeft(parsed) ? failed("json-syntax", `not JSON of a tree: ${parsed.left}`) : treeOf(parsed.right, "tree")
}

/**
 * Reads a tree of tensors from a JSON file, as `parseTree`. Its structure is known at run time only.
 *
 * @throws CotangentError (`file-missing`) where there is none; ParseError with the path of what is wrong.
 */
export async function readTree(path: string): Promise<unknown> {
  return orThrow(path, parseTree(new TextDecoder().decode(await readBytes(path))))
}

/** Nested by shape. */
function nested(shape: readonly number[], data: readonly (number | string | boolean)[], from = 0): unknown {
  const [size, ...rest] = shape
  if (size === undefined) return data[from]
  const step = rest.reduce((a, b) => a * b, 1)
  return Array.from({ length: size }, (_, k) => nested(rest, data, from + k * step))
}

/**
 * Writes a tree of tensors as JSON, every element exactly; the file is replaced as a whole. f32 and bool become nested arrays,
 * other dtypes and tensors without elements `{ dtype, shape, data }`.
 *
 * @throws ParseError for a tensor of keys; TreeError for what is no tree of tensors.
 * @example
 * ```ts
 * import { ones } from "cotangent"
 * import { readTree, writeTree } from "cotangent/io"
 * await writeTree("out/example/params.json", { w: ones([2]), b: [ones([])] })
 * console.log(await readTree("out/example/params.json"))
 * ```
 */
export async function writeTree(path: string, tree: unknown): Promise<void> {
  const { leaves, paths, build } = flatten(tree, "tree")
  const arrays = await Promise.all(leaves.map((x, k) => arrayOf(paths[k] ?? "", typed(x))))
  const json = arrays.map(({ name, dtype, shape, data }) => {
    if (dtype === "key") throw new ParseError("json-key", `${name} is a tensor of keys; save it with saveTree`)
    const numbers = Array.from(data, (x) => (dtype === "bool" ? x !== 0 : written(x)))
    return (dtype === "f32" || dtype === "bool") && data.length > 0
      ? nested(shape, numbers)
      : { dtype, shape, data: numbers }
  })
  const place = (node: unknown): unknown =>
    typeof node === "number"
      ? json[node]
      : Array.isArray(node)
        ? node.map(place)
        : isRecord(node)
          ? Object.fromEntries(Object.entries(node).map(([name, child]) => [name, place(child)]))
          : null
  const whole = JSON.stringify(place(build(json.map((_, k) => k))))
  await replaceFile(path, `${whole}\n`)
}
