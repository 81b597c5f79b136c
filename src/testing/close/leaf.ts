/** What two sides of a comparison may be made of: tensors, typed arrays, nested arrays of numbers, and trees of these. */
import type { Numbers } from "../../autodiff/dtype.ts"
import { Value } from "../../autodiff/value.ts"

export interface Leaf {
  /** Undefined for a plain typed array, which has a length only. */
  readonly shape: readonly number[] | undefined
  readonly data: ArrayLike<number>
  readonly format: "f32" | "f64" | undefined
}

const isNumbers = (x: unknown): x is Numbers => ArrayBuffer.isView(x) && !(x instanceof DataView)
/** The shape of numbers nested in arrays; undefined where there are none, or rows differ: then it is a tree. */
function shapeOf(x: unknown): readonly number[] | undefined {
  if (typeof x === "number" || typeof x === "boolean") return []
  if (!Array.isArray(x)) return undefined
  const rows = x.map(shapeOf)
  const [first = []] = rows
  const regular = rows.every((row) => row !== undefined && `${row}` === `${first}`)
  return regular ? [x.length, ...first] : undefined
}
const numbersIn = (x: unknown): readonly number[] => (Array.isArray(x) ? x.flatMap(numbersIn) : [Number(x)])

export function leafOf(x: unknown): Leaf | undefined {
  if (x instanceof Value)
    return { shape: x.shape, data: x.dataSync(), format: x.dtype === "f64" || x.dtype === "f32" ? x.dtype : undefined }
  if (isNumbers(x)) return { shape: undefined, data: x, format: x instanceof Float32Array ? "f32" : undefined }
  const shape = shapeOf(x)
  return shape && { shape, data: numbersIn(x), format: undefined }
}
export const holdsTensors = (x: unknown): boolean =>
  x instanceof Value || isNumbers(x) || (Array.isArray(x) && x.some(holdsTensors))

export const namesIn = (x: unknown): readonly string[] | undefined =>
  typeof x === "object" && x !== null && !(x instanceof Value) && !isNumbers(x) ? Object.keys(x) : undefined
export const child = (x: unknown, name: string): unknown =>
  typeof x === "object" && x !== null ? Reflect.get(x, name) : undefined

export const describe = (x: unknown): string => {
  const names = namesIn(x)
  if (names !== undefined) return Array.isArray(x) ? `a list of ${x.length}` : `{ ${names.join(", ")} }`
  return x instanceof Value ? `a tensor [${x.shape.join(", ")}]` : x === undefined ? "absent" : `a ${typeof x}`
}
export const showShape = ({ shape, data }: Leaf): string =>
  shape === undefined ? `${data.length} numbers` : `[${shape.join(", ")}]`

/** Row-major position as an index. */
export function indexAt(shape: readonly number[] | undefined, k: number): readonly number[] {
  if (shape === undefined) return [k]
  let rest = k
  const index = shape.toReversed().map((size) => {
    const i = rest % size
    rest = Math.floor(rest / size)
    return i
  })
  return index.toReversed()
}
