/** Checkpoints: a tree of tensors and what belongs to it in one safetensors file, sealed by a checksum. */
import * as E from "fp-ts/lib/Either.js"
import { typed } from "../autodiff/boundary.ts"
import { TreeError } from "../autodiff/errors.ts"
import { type Flat, flatten } from "../autodiff/tree.ts"
import type { Tensor } from "../autodiff/types/tensor.ts"
import { sha256 } from "./bytes.ts"
import { readBytes, replaceFile } from "./files.ts"
import { type Json, jsonOf } from "./json.ts"
import { failed, orThrow, type ParseError } from "./parse-error.ts"
import { decodeArrays, encodeArrays } from "./safetensors/arrays.ts"
import { arrayOf, tensorOf } from "./tensors.ts"
import { buildTree, leafNames, structureJson } from "./tree-json.ts"

export interface SaveOptions {
  /** Kept beside the tree: step, options, history. Whatever JSON can hold. */
  readonly metadata?: unknown
}
export interface Loaded<P> {
  readonly tree: P
  readonly metadata: Json
}
export interface LoadOptions<P> {
  /** A tree of the structure, shapes and dtypes that the program counts on; its values do not matter. */
  readonly like?: P
}

const noNumbers = (path: string) => (x: number | boolean) => {
  throw new TreeError(
    "checkpoint-leaf",
    `saveTree: the tree holds the ${typeof x} ${x}; put plain values into { metadata }, or make them tensors`,
    { path },
  )
}

/**
 * Saves a tree of tensors (parameters, optimiser state, keys) and metadata. The file is a safetensors file that other
 * programs read, is written beside and renamed, and ends up complete or not at all.
 *
 * @throws TreeError for leaves that are no tensors; CotangentError (`json`) for metadata that JSON would change. The old
 * file is then untouched.
 * @example
 * ```ts
 * import { loadTree, saveTree } from "cotangent/io"
 * import { random, zeros } from "cotangent"
 * const state = { params: { w: zeros([3, 2]) }, key: random.key(0) }
 * await saveTree("out/example/state.safetensors", state, { metadata: { step: 12 } })
 * const { tree, metadata } = await loadTree("out/example/state.safetensors", { like: state })
 * console.log(tree.params.w.shape, metadata)
 * ```
 */
export async function saveTree(path: string, tree: unknown, { metadata = null }: SaveOptions = {}): Promise<void> {
  const flat = flatten(tree, "tree", { lift: noNumbers(path) })
  const names = leafNames(flat)
  const arrays = await Promise.all(flat.leaves.map((leaf, k) => arrayOf(names[k] ?? "", typed<Tensor>(leaf))))
  const described = {
    [sealEntry]: unsealed,
    [treeEntry]: `{"structure":${structureJson(flat)},"names":${JSON.stringify(names)}}`,
    [metadataEntry]: jsonOf("saveTree", metadata, "metadata"),
  }
  await replaceFile(path, await seal(orThrow(path, encodeArrays({ arrays, metadata: described }))))
}

/**
 * Loads what `saveTree` saved. With `like`, the tree is checked against it, leaf by leaf, and has its type.
 *
 * @throws CotangentError (`file-missing`) where there is no file; ParseError for one that is damaged or no checkpoint;
 * TreeError where it holds another structure, other shapes or dtypes than `like`. The file is never changed.
 */
export function loadTree<P>(path: string, options: { readonly like: P }): Promise<Loaded<P>>
export function loadTree(path: string, options?: LoadOptions<unknown>): Promise<Loaded<unknown>>
export async function loadTree(path: string, { like }: LoadOptions<unknown> = {}): Promise<Loaded<unknown>> {
  const { tree, metadata } = orThrow(path, await parseCheckpoint(await readBytes(path)))
  if (like !== undefined) expectLike(path, flatten(like, "tree"), flatten(tree, "tree"))
  return { tree, metadata }
}

const treeEntry = "cotangent.tree"
const metadataEntry = "cotangent.metadata"

async function parseCheckpoint(bytes: Uint8Array): Promise<E.Either<ParseError, Loaded<unknown>>> {
  const decoded = decodeArrays(bytes)
  if (E.isLeft(decoded)) return decoded
  const { [sealEntry]: seal, [treeEntry]: tree, [metadataEntry]: metadata } = decoded.right.metadata
  if (seal === undefined || tree === undefined || metadata === undefined)
    return failed(
      "checkpoint-entries",
      "no checkpoint of saveTree, or a damaged one; readSafetensors may still read it",
    )
  const at = sealPosition(bytes)
  if (at < 0 || (await sha256(withDigits(bytes, at, unsealed))) !== seal)
    return failed(
      "checkpoint-seal",
      "the checkpoint is damaged: its bytes are not those that were written (sha256 differs)",
    )
  const { structure, names }: { readonly structure: unknown; readonly names: readonly string[] } = JSON.parse(tree)
  const byName = new Map(decoded.right.arrays.map((array) => [array.name, array]))
  const built = buildTree(structure, (k) => {
    const array = byName.get(names[k] ?? "")
    return array === undefined ? undefined : tensorOf(array)
  })
  return E.map((whole) => ({ tree: whole, metadata: JSON.parse(metadata) }))(built)
}

function expectLike(path: string, like: Flat, found: Flat): void {
  const show = ({ leaves, paths }: Flat): readonly string[] =>
    leaves.map((leaf, k) => `${paths[k]} as ${leaf.dtype}[${leaf.shape.join(", ")}]`)
  const [asked, held] = [show(like), show(found)]
  if (like.key === found.key && asked.every((line, k) => line === held[k])) return
  // By path: two trees of which one has a leaf more agree on all the others.
  const at = asked.findIndex((line) => !held.includes(line))
  const there = held[found.paths.indexOf(like.paths[at] ?? "")]
  const more = held.find((_, k) => !like.paths.includes(found.paths[k] ?? ""))
  const difference =
    at >= 0
      ? `asked for ${asked[at]}, found ${there ?? more ?? "nothing there"}`
      : more !== undefined
        ? `it also holds ${more}`
        : "the leaves agree, the objects or lists around them do not"
  throw new TreeError(
    "checkpoint-structure",
    `loadTree: ${path} was saved from another model: ${difference}; build the model as it was, or start without the file`,
    { path, asked, found: held },
  )
}

// ---- the seal: a sha256 over the whole file, taken while its own place holds zeros --------------------------------

const sealEntry = "cotangent.sha256"
const unsealed = "0".repeat(64)

/** Where the 64 digits of the seal stand: inside strings JSON escapes quotes, so nothing else looks like this. */
function sealPosition(bytes: Uint8Array): number {
  const pattern = new TextEncoder().encode(`"${sealEntry}":"`)
  const last = bytes.length - pattern.length - unsealed.length
  for (let at = 8; at <= last; at++) {
    let k = 0
    while (k < pattern.length && bytes[at + k] === pattern[k]) k++
    if (k === pattern.length) return at + k
  }
  return -1
}
function withDigits(bytes: Uint8Array, at: number, digits: string): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy.set(new TextEncoder().encode(digits), at)
  return copy
}
async function seal(bytes: Uint8Array): Promise<Uint8Array> {
  return withDigits(bytes, sealPosition(bytes), await sha256(bytes))
}
