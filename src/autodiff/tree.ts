/**
 * Trees: plain objects, arrays and tuples with tensors at the leaves. `undefined` is an empty node, and so is fp-ts's None;
 * a string under `_tag` belongs to the structure, so that Option and other tagged unions pass through.
 */
import { instanceOf } from "./class-name.ts"
import { TreeError } from "./errors.ts"
import { showType } from "./program/type.ts"
import { fromNumber } from "./tensor.ts"
import { Value } from "./value.ts"

export interface Flat {
  readonly leaves: readonly Value[]
  /** Where each leaf sits: `params.hidden.w`. */
  readonly paths: readonly string[]
  /** Equal for trees of equal structure, whatever their leaves. */
  readonly key: string
  /** The same structure over other leaves. */
  readonly build: (leaves: readonly unknown[]) => unknown
}

export interface FlattenOptions {
  /** What a JavaScript number or boolean becomes; by default an f32 scalar, or a bool. */
  readonly lift?: (x: number | boolean) => Value
  /** Whether what is no tensor, number or boolean is kept as it is instead of being refused. */
  readonly keep?: boolean
}

export const liftPlain = (x: number | boolean): Value =>
  typeof x === "number" ? fromNumber("f32", x) : fromNumber("bool", Number(x))

type Builder = (take: () => unknown) => unknown

/** Takes a tree apart; `at` names its root in messages. */
export function flatten(tree: unknown, at: string, options: FlattenOptions = {}): Flat {
  const { lift = liftPlain, keep = false } = options
  const leaves: Value[] = []
  const paths: string[] = []
  let key = ""
  /** The nodes around the one visited, with their paths: a tree that holds itself would be visited for ever. */
  const around: (readonly [node: object, path: string])[] = []
  const entered = <T>(node: object, path: string, visitChildren: () => T): T => {
    const outer = around.find(([known]) => known === node)
    if (outer !== undefined) throw cyclic(path, outer[1])
    around.push([node, path])
    const made = visitChildren()
    around.pop()
    return made
  }
  const visit = (node: unknown, path: string): Builder => {
    if (node instanceof Value) {
      leaves.push(node)
      paths.push(path)
      key += "*"
      return (take) => take()
    }
    if (typeof node === "number" || typeof node === "boolean") {
      leaves.push(lift(node))
      paths.push(path)
      key += "*"
      return (take) => take()
    }
    if (node === undefined) {
      key += "-"
      return () => undefined
    }
    if (Array.isArray(node)) {
      key += "["
      const parts = entered(node, path, () => node.map((child: unknown, k) => visit(child, `${path}[${k}]`)))
      key += "]"
      return (take) => parts.map((part) => part(take))
    }
    if (isPlain(node)) {
      key += "{"
      const entries = entered(node, path, () =>
        Object.entries(node).map(([name, child]): readonly [string, Builder] => {
          key += `${JSON.stringify(name)}:`
          if (name === "_tag" && typeof child === "string") {
            key += `${JSON.stringify(child)},`
            return [name, () => child]
          }
          const part = visit(child, `${path}.${name}`)
          key += ","
          return [name, part]
        }),
      )
      key += "}"
      return (take) => Object.fromEntries(entries.map(([name, part]) => [name, part(take)]))
    }
    if (!keep) throw notALeaf(node, path)
    key += "?"
    return () => node
  }
  const builder = visit(tree, at)
  const build = (given: readonly unknown[]): unknown => {
    let next = 0
    return builder(() => given[next++])
  }
  return { leaves, paths, key, build }
}

function isPlain(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null) return false
  const prototype: unknown = Object.getPrototypeOf(x)
  return prototype === Object.prototype || prototype === null
}

function notALeaf(node: unknown, path: string): TreeError {
  const what =
    node === null
      ? "null"
      : typeof node === "function"
        ? "a function"
        : typeof node === "object"
          ? instanceOf(node)
          : `a ${typeof node}`
  const advice =
    node instanceof Promise
      ? "await it before passing it in"
      : node === null
        ? "use undefined for what is absent"
        : "trees hold tensors, numbers, plain objects and arrays; close over anything else"
  return new TreeError("leaf", `${path} is ${what}: ${advice}`, { path })
}

const cyclic = (path: string, outer: string): TreeError =>
  new TreeError("cycle", `${path} is ${outer} again: a tree does not hold itself; leave it out`, { path, outer })

/** Refuses two trees of different structure, naming both. */
export function expectSameStructure(op: string, first: Flat, second: Flat, names: readonly [string, string]): void {
  if (first.key === second.key) return
  throw new TreeError(
    "structure",
    `${op}: ${names[0]} is ${showStructure(first)} and ${names[1]} is ${showStructure(second)}; their structures must be equal`,
    {
      structures: [first.key, second.key],
    },
  )
}
/** `{ w: f32[3], b: f32[] }`. */
export const showStructure = (flat: Flat): string => {
  const show = (node: unknown): string =>
    typeof node === "string"
      ? node
      : Array.isArray(node)
        ? `[${node.map(show).join(", ")}]`
        : typeof node === "object" && node !== null
          ? `{ ${Object.entries(node)
              .map(([k, v]) => `${k}: ${show(v)}`)
              .join(", ")} }`
          : String(node)
  return show(flat.build(flat.leaves.map((x) => showType(x.type))))
}
