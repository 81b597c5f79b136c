/** WebAssembly modules: imported memory and functions, some functions of their own, exports by name. */
import { type Code, leb, type ValueType } from "./encode.ts"

export interface Signature {
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
}
export interface ImportedFunction {
  readonly name: string
  readonly signature: Signature
}
export interface ModuleFunction {
  /** Exported under this name. */
  readonly name: string
  readonly params: readonly ValueType[]
  /** None, if not given. */
  readonly results?: readonly ValueType[]
  readonly locals: readonly ValueType[]
  readonly body: Code
}
export interface ModuleOptions {
  /** Whether the memory is one that threads share: it must then have been made with a maximum of 65536 pages. */
  readonly shared?: boolean
}

/** The imports live in one namespace, "e"; the memory is called "memory". Functions are numbered after the imported ones. */
export function moduleBytes(
  imports: readonly ImportedFunction[],
  functions: readonly ModuleFunction[],
  options: ModuleOptions = {},
): Uint8Array<ArrayBuffer> {
  const own = functions.map((f): Signature => ({ params: f.params, results: f.results ?? [] }))
  const signatures = [...imports.map((f) => f.signature), ...own]
  const limits: Code = options.shared === true ? [3, 0, leb(65536)] : [0, 0]
  const text = (s: string): Code => [s.length, [...s].map((c) => c.charCodeAt(0))]
  const vector = (items: readonly Code[]): Code => [leb(items.length), items]
  const sections: readonly (readonly [id: number, body: Code])[] = [
    [1, vector(signatures.map((s) => [0x60, leb(s.params.length), s.params, leb(s.results.length), s.results]))],
    [
      2,
      vector([
        [text("e"), text("memory"), 2, limits],
        ...imports.map((f, k): Code => [text("e"), text(f.name), 0, leb(k)]),
      ]),
    ],
    [3, vector(functions.map((_, k) => [leb(imports.length + k)]))],
    [7, vector(functions.map((f, k) => [text(f.name), 0, leb(imports.length + k)]))],
    [10, vector(functions.map((f) => sized([localsOf(f.locals), f.body, 0x0b])))],
  ]
  return flatten([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections.map(([id, body]): Code => [id, sized(body)])])
}

/** Locals are declared in runs of one type. */
function localsOf(locals: readonly ValueType[]): Code {
  const runs: [count: number, type: ValueType][] = []
  for (const type of locals) {
    const last = runs.at(-1)
    if (last?.[1] === type) last[0]++
    else runs.push([1, type])
  }
  return [leb(runs.length), runs.map(([count, type]): Code => [leb(count), type])]
}
const sized = (body: Code): Code => {
  const bytes = flatten(body)
  return [leb(bytes.length), bytes]
}

function flatten(code: Code): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1 << 10)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return
    const longer = new Uint8Array(Math.max(length + more, bytes.length * 2))
    longer.set(bytes)
    bytes = longer
  }
  const write = (part: Code): void => {
    for (const x of part) {
      if (typeof x === "number") {
        if (length === bytes.length) reserve(1)
        bytes[length++] = x
      } else if (x instanceof Uint8Array) {
        reserve(x.length)
        bytes.set(x, length)
        length += x.length
      } else write(x)
    }
  }
  write(code)
  return bytes.slice(0, length)
}
