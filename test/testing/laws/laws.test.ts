/** Every law holds for right functions and fails for functions with one mistake in them. */
import { readdirSync, readFileSync } from "node:fs"
import { customJvp, type F32, mul, setEngine, sin, sub, sum, tanh } from "cotangent"
import { laws, shapes, tensors } from "cotangent/testing"
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
  it("a law that kills none of its mutants would be seen", async () => {
    const vacuous = (subject: Subject): Subject => ({ ...subject, make: () => fc.property(fc.constant(0), () => true) })
    const survivors = async (list: readonly Subject[]): Promise<number> => {
      const outcomes = await Promise.all(list.map((subject) => tried(subject)))
      return outcomes.filter(({ failed }) => !failed).length
    }
    expect(await survivors(broken.map(vacuous))).toBe(broken.length)
    expect(await survivors(broken)).toBe(0)
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

describe("laws as fast-check's properties", () => {
  const xs = tensors({ shape: [3] })
  it("differentiable is a record for test.each, whose laws hold, and fail for a wrong rule", () => {
    const cases = Object.entries(laws.differentiable((x: F32<[3]>) => mul(sin(x), x), [xs]))
    expect(cases.length).toBe(8)
    for (const [, law] of cases) fc.assert(law, { numRuns: 10 })
    const wrong = customJvp(
      (x: F32<[3]>) => sin(x),
      ([x], [t]) => [sin(x), t],
    )
    const failing = Object.entries(laws.differentiable(wrong, [xs])).filter(([, law]) => fc.check(law).failed)
    expect(failing.map(([name]) => name)).toEqual(["gradients"])
  })
  it("repeat a counterexample by seed and path, message included", () => {
    const law = () => laws.linear((x: F32<[3]>) => mul(x, x), [xs])
    const first = fc.check(law(), { seed: 5 })
    const again = fc.check(law(), { seed: 5, path: first.counterexamplePath ?? "", endOnFailure: true })
    expect(String(again.errorInstance)).toBe(String(first.errorInstance))
    expect(again.numRuns).toBe(1)
  })
  it("take trees, shapes that are drawn, and functions of the library as they are", () => {
    fc.assert(laws.linear((p: { a: F32<[3]>; b: F32<[3]> }) => sub(p.a, p.b), [fc.record({ a: xs, b: xs })]))
    fc.assert(laws.monotone((x: F32<number[]>) => tanh(x), [tensors({ shape: shapes() })]))
    fc.assert(laws.vmapIsLoop((x: F32<number[]>) => tanh(x), [tensors({ shape: shapes() })]))
    fc.assert(laws.gradients(tanh, [xs], { order: 1 }), { numRuns: 10 })
  })
  it("refuse options that they do not have and arguments that the function does not take", () => {
    // @ts-expect-error the option is called tolerance
    expect(() => laws.linear((x: F32<[3]>) => x, [xs], { tol: 1 })).toThrow(/there is no option "tol"/)
    // @ts-expect-error a tensor of another shape
    laws.linear((x: F32<[2]>) => x, [xs])
    // @ts-expect-error two arguments for a function of one
    laws.gradients((x: F32<[3]>) => x, [xs, xs])
    // @ts-expect-error a function that cannot be applied twice
    laws.idempotent((x: F32<[3]>) => sum(x), [xs])
    // @ts-expect-error no function
    expect(() => laws.jitIsEager(3, [])).toThrow(/takes a function/)
  })
  it("need nothing from the test runner around them", () => {
    const sources = readdirSync("src/testing", { recursive: true, encoding: "utf8" }).filter((name) =>
      /^laws/.test(name),
    )
    for (const name of sources.filter((file) => file.endsWith(".ts")))
      expect(readFileSync(`src/testing/${name}`, "utf8")).not.toMatch(/vitest|globalThis|\bexpect\(/)
  })
})
