import { readFileSync } from "node:fs"
import { join } from "node:path"
import { random, tensor, tree, zeros } from "cotangent"
import { parseTree, readTree, writeTree } from "cotangent/io"
import { tensors, values } from "cotangent/testing"
import fc from "fast-check"
import * as E from "fp-ts/lib/Either.js"
import { expect, test } from "vitest"
import { temporaryFolder } from "./folder.ts"

const path = join(temporaryFolder(), "tree.json")
const said = (json: string): string => {
  const parsed = parseTree(json)
  return E.isLeft(parsed) ? parsed.left.message : "accepted"
}

test("trees come back as they went, every element exactly", async () => {
  const node = fc.record({
    w: tensors({ shape: [2, 2], values: values.logNormal({ sigma: 30 }) }),
    n: tensors({ shape: [3], dtype: "i32" }),
    d: tensors({ shape: [], dtype: "f64" }),
    list: fc.tuple(tensors({ shape: [2], dtype: "bool" }), tensors({ shape: [0, 2] })),
  })
  await fc.assert(
    fc.asyncProperty(node, async (given) => {
      await writeTree(path, given)
      const found = await readTree(path)
      const [a, b] = [tree.leaves(given), tree.leaves(found)]
      expect(b.map((x) => [x.dtype, x.shape])).toEqual(a.map((x) => [x.dtype, x.shape]))
      for (const [k, x] of a.entries()) expect(await b[k]?.data()).toEqual(await x.data())
    }),
    { numRuns: 30 },
  )
  await writeTree(path, { x: tensor([Number.NaN, Number.POSITIVE_INFINITY, -0]), none: undefined })
  expect(readFileSync(path, "utf8")).toBe('{"x":["NaN","Infinity","-0"],"none":null}\n')
  await expect(writeTree(path, { key: random.key(0), w: zeros([1]) })).rejects.toThrow(/keys; save it with saveTree/)
})
test("what is wrong is said with its path", () => {
  expect(said("{")).toContain("not JSON")
  expect(said('{"a": {"b": "text"}}')).toContain('tree.a.b is "text"; leaves are numbers')
  expect(said('{"a": {"dtype": "f16", "shape": [1], "data": [1]}}')).toContain('tree.a.dtype is "f16"')
  expect(said('{"a": {"dtype": "f32", "shape": [1e9, 1e9], "data": [1]}}')).toContain("tree.a.data has 1 elements")
  expect(said('{"a": {"dtype": "f32", "shape": [-1], "data": [1]}}')).toContain("tree.a.shape is [-1]")
  expect(said('{"a": {"dtype": "f32", "shape": [1], "data": ["x"]}}')).toContain('tree.a.data[0] is "x"')
})
test("what nests too deep is refused, and never exhausts the stack", () => {
  for (const [open, inner, close] of [
    ["[", "", "]"],
    ['{"a":', "1", "}"],
    ['[{"a":', "1", "}]"],
  ] as const) {
    expect(said(open.repeat(1e5) + inner + close.repeat(1e5))).toContain("nested more than 256 deep")
    expect(said(open.repeat(100) + inner + close.repeat(100))).toBe("accepted")
  }
})
test("any JSON is read or refused", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      parseTree(json)
    }),
    { numRuns: 500 },
  )
})
