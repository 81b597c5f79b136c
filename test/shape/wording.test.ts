// The compiler and the library refuse a mistake in the same words. `npm run types` checks that the compiler's first line
// holds the sentence that stands above each mistake in types/bad.ts; this checks that running the mistake throws it.
import { readFileSync } from "node:fs"
import { CotangentError } from "cotangent"
import { describe, expect, it } from "vitest"

const file = new URL("../../types/bad.ts", import.meta.url)
const source = readFileSync(file, "utf8")
// By a name the compiler cannot follow: none of it type-checks, and this file should.
const { mistakes }: { readonly mistakes: readonly (() => unknown)[] } = await import(file.href)
const sentences = [...source.matchAll(/^\s*\/\/ (both|types): (.*)$/gm)].map(([, kind, sentence]) => ({
  kind,
  sentence,
}))

const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe("the words of types/bad.ts", () => {
  it("stand above every mistake", () => {
    expect(sentences.length).toBe(mistakes.length)
    expect(sentences.filter(({ kind }) => kind === "both").length).toBeGreaterThan(50)
  })

  for (const [at, { kind, sentence }] of sentences.entries()) {
    if (kind !== "both") continue
    it(`${sentence}`, () => {
      const error = thrownBy(mistakes[at] ?? (() => undefined))
      expect(error).toBeInstanceOf(CotangentError)
      // The message goes on with the user's line.
      expect(error instanceof Error && error.message.split("\n")[0]).toBe(sentence)
    })
  }
})
