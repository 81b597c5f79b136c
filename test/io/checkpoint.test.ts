import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { random, type Tensor, tensor, zeros } from "cotangent"
import { loadTree, readSafetensors, replaceFile, saveTree, writeSafetensors } from "cotangent/io"
import fc from "fast-check"
import * as O from "fp-ts/lib/Option.js"
import { describe, expect, test } from "vitest"
import { temporaryFolder } from "./folder.ts"

const folder = temporaryFolder()
const path = join(folder, "state.safetensors")

/** Trees with tensors of every dtype, empty nodes, Options, and names that need care. */
const leaf: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom("f32", "f64", "i32", "u32", "bool" as const),
    fc.array(fc.nat(2), { maxLength: 2 }),
    fc.nat(1000),
  )
  .map(([dtype, shape, seed]): Tensor => {
    const length = shape.reduce((a, b) => a * b, 1)
    const data = Float64Array.from({ length }, (_, k) => (dtype === "bool" ? (seed + k) % 2 : seed + k))
    return tensor(data, { shape, dtype })
  })
const key = fc.nat(1000).map((seed) => random.key(seed))
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, key, tie("list"), tie("record"), tie("option"), fc.constant(undefined)),
  list: fc.array(tie("tree"), { maxLength: 3 }),
  record: fc.dictionary(fc.constantFrom("w", "b", "0", "a.b", "a", "__proto__x", "tree"), tie("tree"), { maxKeys: 3 }),
  option: tie("tree").map((value) => (value === undefined ? O.none : O.some(value))),
}))

/** A tree with the numbers of its tensors instead of the tensors. */
function numbersOf(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node
  if ("dataSync" in node && typeof node.dataSync === "function" && "shape" in node && "dtype" in node)
    return { shape: node.shape, dtype: node.dtype, data: node.dataSync() }
  if (Array.isArray(node)) return node.map(numbersOf)
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, numbersOf(child)]))
}

describe("saveTree and loadTree", () => {
  test("give back any tree and any metadata", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }), async (given, metadata) => {
        // JSON has no -0, and saveTree refuses it; that has a test of its own.
        const plain: unknown = JSON.parse(JSON.stringify(metadata))
        await saveTree(path, given, { metadata: plain })
        const loaded = await loadTree(path, { like: given })
        expect(numbersOf(loaded.tree)).toEqual(numbersOf(given))
        expect(loaded.metadata).toEqual(plain)
      }),
      { numRuns: 150 },
    )
  })

  test("a loaded key draws what the saved one draws", async () => {
    await saveTree(path, { key: random.key(7) })
    const { tree: loaded } = await loadTree(path, { like: { key: random.key(0) } })
    expect(await random.uniform(loaded.key, [4]).data()).toEqual(await random.uniform(random.key(7), [4]).data())
  })

  test("other programs read the file by the leaves' paths", async () => {
    await saveTree(path, { params: [{ weight: zeros([2, 3]) }, undefined, { bias: zeros([3]) }] })
    const { tensors } = await readSafetensors(path)
    expect(Object.keys(tensors)).toEqual(["params.0.weight", "params.2.bias"])
  })

  test("a file with any one byte changed is refused", async () => {
    await saveTree(path, { w: tensor([1, 2, 3]), step: tensor(4, { dtype: "i32" }) }, { metadata: { step: 4 } })
    const whole = readFileSync(path)
    const damaged = join(folder, "damaged.safetensors")
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ change
        writeFileSync(damaged, bytes)
        await expect(loadTree(damaged)).rejects.toThrow(/damaged\.safetensors: /)
      }),
      { numRuns: 300 },
    )
    await expect(loadTree(path)).resolves.toMatchObject({ metadata: { step: 4 } })
  })

  test.each([
    ["another shape", { w: zeros([3]), b: zeros([2]) }, "asked for tree.b as f32[2], found tree.b as f32[1]"],
    [
      "another dtype",
      { w: zeros([3], { dtype: "f64" }), b: zeros([1]) },
      "asked for tree.w as f64[3], found tree.w as f32[3]",
    ],
    ["a leaf too few", { w: zeros([3]) }, "it also holds tree.b as f32[1]"],
    [
      "a leaf too many",
      { w: zeros([3]), b: zeros([1]), c: zeros([1]) },
      "asked for tree.c as f32[1], found nothing there",
    ],
    ["an object for a list", [zeros([3]), zeros([1])], "asked for tree[0] as f32[3], found tree.w as f32[3]"],
  ])("%s than the program counts on is refused", async (_, like, message) => {
    await saveTree(path, { w: zeros([3]), b: zeros([1]) })
    await expect(loadTree<unknown>(path, { like })).rejects.toThrow(message)
  })

  test("what cannot be saved is refused by name, and the old file stays", async () => {
    await saveTree(path, { w: zeros([2]) })
    const before = readFileSync(path)
    await expect(saveTree(path, { w: zeros([2]), step: 3 })).rejects.toThrow(
      "the tree holds the number 3; put plain values into { metadata }",
    )
    const bad = (metadata: unknown) => expect(saveTree(path, {}, { metadata })).rejects
    await bad({ loss: [1, Number.NaN] }).toThrow("metadata.loss[1] is NaN, which JSON cannot hold")
    await bad({ when: new Date(0) }).toThrow("metadata.when is a Date")
    await bad({ x: undefined }).toThrow("metadata.x is undefined")
    await bad(-0).toThrow("metadata is -0")
    expect(readFileSync(path)).toEqual(before)
  })

  test("a safetensors file that is no checkpoint, and none at all", async () => {
    const other = join(folder, "other.safetensors")
    await writeSafetensors(other, { w: zeros([2]) })
    await expect(loadTree(other)).rejects.toThrow(
      "no checkpoint of saveTree, or a damaged one; readSafetensors may still read it",
    )
    await expect(loadTree(join(folder, "absent"))).rejects.toMatchObject({ code: "file-missing" })
  })
})

describe("readSafetensors and writeSafetensors", () => {
  test("round trip tensors and metadata", async () => {
    const file = join(folder, "deep/er/w.safetensors")
    await writeSafetensors(
      file,
      {
        w: tensor([
          [1, 2],
          [3, 4],
        ]),
        on: tensor([true, false]),
      },
      { metadata: { made: "here" } },
    )
    const { tensors, metadata } = await readSafetensors(file)
    expect(metadata).toEqual({ made: "here" })
    expect(await tensors.w?.array()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(await tensors.on?.array()).toEqual([true, false])
  })
})

describe("replaceFile", () => {
  test("leaves the old content and no litter where writing fails", async () => {
    const place = join(folder, "kept")
    await replaceFile(join(place, "a.txt"), "old")
    await expect(replaceFile(place, "a folder stands here")).rejects.toThrow()
    expect(readFileSync(join(place, "a.txt"), "utf8")).toBe("old")
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([])
  })
})
