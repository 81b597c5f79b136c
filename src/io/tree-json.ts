/** The structure of a tree as JSON: a leaf is its number, an empty node null, a tag its string. */
import * as E from "fp-ts/lib/Either.js"
import type { Flat } from "../autodiff/tree.ts"
import { failed, type ParseError } from "./parse-error.ts"

/** Names of the leaves, unique, in the form other programs use: `params.0.weight`. */
export function leafNames(flat: Flat): readonly string[] {
  const names = flat.paths.map((path) => path.replace(/\[(\d+)\]/g, ".$1").replace(/^tree\./, ""))
  // { "a.b": x, a: { b: y } } has two leaves at one path.
  return names.map((name, k) => (names.indexOf(name) === k ? name : `${name}#${k}`))
}

export const structureJson = (flat: Flat): string =>
  JSON.stringify(flat.build(flat.leaves.map((_, k) => k)), (_, node: unknown) => (node === undefined ? null : node))

/** The tree again, over the leaves that `leaf` finds by number. */
export function buildTree(structure: unknown, leaf: (k: number) => unknown): E.Either<ParseError, unknown> {
  if (structure === null) return E.right(undefined)
  if (typeof structure === "number") {
    const found = leaf(structure)
    return found === undefined
      ? failed("checkpoint-leaf", `the tree names leaf ${structure}, and the file has none: it is damaged`)
      : E.right(found)
  }
  if (typeof structure !== "object")
    return failed("checkpoint-structure", `the tree holds ${JSON.stringify(structure)}: the file is damaged`)
  const entries: [string, unknown][] = []
  for (const [name, child] of Object.entries(structure)) {
    const built = name === "_tag" && typeof child === "string" ? E.right(child) : buildTree(child, leaf)
    if (E.isLeft(built)) return built
    entries.push([name, built.right])
  }
  return E.right(Array.isArray(structure) ? entries.map(([, child]) => child) : Object.fromEntries(entries))
}
