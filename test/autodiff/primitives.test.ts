/** Every primitive, by every law, on every engine that runs wherever Node does. */
import { describe, expect, it } from "vitest"
import { casesOf, names } from "./cases.ts"
import { engines } from "./engines.ts"
import { primitiveLaws } from "./primitive-laws.ts"

it("every primitive has cases, but for the two about keys, which are tried with the laws", () => {
  expect(names.filter((n) => casesOf(n).length === 0)).toEqual(["keyToWords", "wordsToKey"])
})
describe.each(engines)("$title", (choice) => primitiveLaws(choice))
