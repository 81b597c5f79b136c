/** Everything that an engine's numbers have to hold, wherever it runs: in Node under vitest, or in a page. */
import { expect, it } from "vitest"
import type { Choice } from "./engines.ts"
import { functionLaws } from "./function-laws.ts"
import { primitiveLaws } from "./primitive-laws.ts"
import { randomProgramLaws } from "./random-program-laws.ts"

/** @param programs How many random programs, forward and again for their gradients. */
export const numericSuite = (choice: Choice, programs: number): void => {
  // A gpu.js kernel asserts by itself, every one of them, that it ran in this mode.
  it("is the engine that was asked for", async () => {
    expect(await choice.choose()).toBe(choice.title)
  })
  functionLaws(choice)
  primitiveLaws(choice)
  randomProgramLaws(choice, programs)
}
