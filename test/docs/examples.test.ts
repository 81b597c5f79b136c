import { describe, expect, it } from "vitest"
import { fences } from "./fences.ts"
import { saidOf, tryExamples } from "./try.ts"

const tried = tryExamples(fences)

describe("examples in docstrings and pages", () => {
  it("are many", () => expect(fences.length).toBeGreaterThan(80))

  it.each(fences.map((fence, k) => [`${fence.file}:${fence.line}`, fence, tried[k]] as const))(
    "%s",
    (_, fence, got) => {
      if (got === undefined) throw new Error("not tried")
      if (fence.kind === "ts") {
        expect(got.errors).toEqual([])
        expect(got.thrown).toBeUndefined()
      } else {
        // Each statement is a mistake of its own.
        const statements = fence.code.split("\n").filter((line) => /^(const|\w+\()/.test(line))
        expect(got.errors).not.toEqual([])
        if (fence.text === undefined)
          expect(new Set(got.errors.map((error) => error.split(":")[1])).size).toBe(statements.length)
      }
      if (fence.text !== undefined) expect(saidOf(fence, got), "run npm run docs").toBe(fence.text.said)
    },
  )
})
