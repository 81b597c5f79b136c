/** Every law holds for right functions and fails for functions with one mistake in them. */
import { setEngine } from "cotangent"
import { laws } from "cotangent/testing"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Subject, subjects } from "./subjects.ts"

beforeAll(() => setEngine("wasm"))

const parameters = { seed: 1, numRuns: 50 }
interface Outcome {
  readonly failed: boolean
  readonly runs: number
  readonly said: string
}
async function tried({ make }: Subject, numRuns = parameters.numRuns): Promise<Outcome> {
  const property = make()
  const { failed, numRuns: runs, errorInstance } = await fc.check(property, { ...parameters, numRuns })
  return { failed, runs, said: errorInstance instanceof Error ? errorInstance.message : String(errorInstance ?? "") }
}

const kept = subjects.filter(({ says }) => says === undefined)
const broken = subjects.filter(({ says }) => says !== undefined)
const killed = new Map<Subject, number>()

describe("laws hold for", () => {
  it.each(kept.map((subject) => [`${subject.law}: ${subject.name}`, subject] as const))("%s", async (_, subject) => {
    const { failed, said, runs } = await tried(subject)
    expect(failed, said).toBe(false)
    expect(runs).toBe(parameters.numRuns)
  })
})

describe("laws fail for", () => {
  it.each(broken.map((subject) => [`${subject.law}: ${subject.name}`, subject] as const))("%s", async (_, subject) => {
    const { failed, said, runs } = await tried(subject)
    expect(failed).toBe(true)
    expect(said).toMatch(new RegExp(`^laws\\.${subject.law}: `))
    expect(said).toMatch(subject.says ?? /./)
    // The law, what differs and where, the numbers, and what may be the matter.
    expect(said).toMatch(/\n {2}perhaps: /)
    killed.set(subject, runs)
  })
  it("every law has a right function and a mutant", () => {
    const compound = ["differentiable"]
    const names = Object.keys(laws).filter((name) => !compound.includes(name))
    expect(names.filter((name) => !kept.some(({ law }) => law === name))).toEqual([])
    expect(names.filter((name) => !broken.some(({ law }) => law === name))).toEqual([])
  })
  afterAll(() => {
    const rows = broken.map(
      (subject) => `${subject.law.padEnd(14)} ${subject.name.padEnd(52)} ${killed.get(subject) ?? "SURVIVES"}`,
    )
    console.log(`law            mutant                                               killed in run\n${rows.join("\n")}`)
  })
})
