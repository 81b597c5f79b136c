/**
 * Random programs: every engine gives the same, and so does every way to run or transform one, forward and gradient.
 * COTANGENT_RUNS=10 tries ten times as many.
 */
import {
  add,
  checkpoint,
  grad,
  jit,
  jvp,
  linearize,
  type Scalar,
  setEngine,
  stack,
  sum,
  take,
  vjp,
  vmap,
  withEngine,
} from "cotangent"
import { checkGrads, expectClose, programs, type RandomProgram } from "cotangent/testing"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { flatten } from "../../src/autodiff/tree.ts"

const times = Number(process.env.COTANGENT_RUNS ?? 1)
const close = { relative: 1e-4, absolute: 1e-4 }
const positions = (program: RandomProgram): number[] => program.args().map((_, k) => k)

const forward = (program: RandomProgram): unknown => program.f(...program.args())
const backward = (program: RandomProgram): unknown =>
  grad(program.loss, { argnums: positions(program) })(...program.args())
/** The numbers of all leaves, read in the one way that every engine has. */
const numbers = (tree: unknown): Promise<unknown> => Promise.all(flatten(tree, "results").leaves.map((x) => x.data()))
const laws: readonly (readonly [name: string, of: (program: RandomProgram) => unknown])[] = [
  ["results", forward],
  ["gradients", backward],
]

describe.each(laws)("%s of random programs", (_, of) => {
  it("are equal on reference and wasm", () => {
    fc.assert(
      fc.property(programs(), (program) => {
        expectClose(
          withEngine("wasm", () => of(program)),
          withEngine("reference", () => of(program)),
          close,
        )
      }),
      { numRuns: 500 * times },
    )
  })
  it.each(["webasm", "cpu"] as const)("are equal on gpujs/%s and wasm", async (mode) => {
    const engine = await setEngine("gpujs", { mode })
    await setEngine("wasm")
    await fc.assert(
      fc.asyncProperty(programs(), async (program) => {
        const found = await numbers(withEngine(engine, () => of(program)))
        expectClose(found, await numbers(withEngine("wasm", () => of(program))), close)
      }),
      { numRuns: 100 * times },
    )
  })
})

describe("random programs under transforms", () => {
  beforeAll(() => setEngine("wasm"))
  afterAll(() => setEngine("wasm"))
  const law = (name: string, check: (program: RandomProgram) => void, numRuns = 60, options = {}): void => {
    it(name, () => {
      fc.assert(fc.property(programs(options), check), { numRuns: numRuns * times })
    })
  }
  const all = (program: RandomProgram) => grad(program.loss, { argnums: positions(program) })

  law("jit f = f", (p) => expectClose(jit(p.f)(...p.args()), p.f(...p.args()), close))
  law("grad(jit f) = jit(grad f) = grad f", (p) => {
    const expected = all(p)(...p.args())
    expectClose(grad(jit(p.loss), { argnums: positions(p) })(...p.args()), expected, close)
    expectClose(jit(all(p))(...p.args()), expected, close)
  })
  law("grad(checkpoint f) = grad f", (p) =>
    expectClose(grad(checkpoint(p.loss), { argnums: positions(p) })(...p.args()), all(p)(...p.args()), close),
  )
  /** Three of every argument: its own numbers, shifted a little. */
  const batchOf = (p: RandomProgram) => {
    const rows = [0, 0.01, -0.02].map((by) => p.args().map((x) => shifted(x, by)))
    return { rows, whole: p.args().map((_, k) => stack(rows.map((row) => row[k] ?? p.args()[0] ?? fail()))) }
  }
  law("vmap f = the stack of f", (p) => {
    const { rows, whole } = batchOf(p)
    const found = vmap(p.f)(...whole)
    rows.forEach((row, i) => {
      expectClose(
        found.map((y) => take(y, i)),
        p.f(...row),
        close,
      )
    })
  })
  law("vmap(grad f) = jit(vmap(grad f)) = the stack of grad f", (p) => {
    const { rows, whole } = batchOf(p)
    const found = vmap(all(p))(...whole)
    expectClose(jit(vmap(all(p)))(...whole), found, close)
    rows.forEach((row, i) => {
      expectClose(
        found.map((g) => take(g, i)),
        all(p)(...row),
        close,
      )
    })
  })
  law("grad(sum(vmap f)) = the stack of grad f, one argument shared", (p) => {
    const { rows, whole } = batchOf(p)
    const total = (...xs: typeof whole) => sumOf(vmap(p.loss)(...xs))
    const found = grad(total, { argnums: positions(p) })(...whole)
    rows.forEach((row, i) => {
      expectClose(
        found.map((g) => take(g, i)),
        all(p)(...row),
        close,
      )
    })
  })
  law("linearize = jvp, and <J u, v> = <u, J' v>", (p) => {
    const [args, u] = [p.args(), p.args().map((x) => shifted(x, 0.3))]
    const [out, forwards] = jvp(p.f)(args, u)
    const [same, linear] = linearize(p.f)(...args)
    expectClose(same, out, close)
    expectClose(linear(...u), forwards, close)
    const [, pullback] = vjp(p.f)(...args)
    const back = pullback(out)
    const [left, right] = [dotOf(forwards, out), dotOf(u, back)]
    expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(right)) * 10)
  })
  law("derivatives are the differences of the retyped Program", (p) => {
    checkGrads(p.loss, p.args(), { order: 1, tolerance: 1e-3 })
  })
  law(
    "second derivatives are the differences of the first",
    (p) => {
      checkGrads(p.loss, p.args(), { order: 2, tolerance: 5e-3 })
    },
    30,
    { maxSteps: 4 },
  )
})

type Wide = Parameters<RandomProgram["f"]>[number]
const fail = (): never => {
  throw new Error("a program without arguments")
}
const shifted = (x: Wide, by: number): Wide => add(x, by)
const sumOf = (x: Wide): Scalar => sum(x)
const dotOf = (a: readonly Wide[], b: readonly Wide[]): number =>
  a.reduce((total, x, k) => {
    const [p, q] = [x.dataSync(), b[k]?.dataSync()]
    return total + p.reduce((t, value, i) => t + value * (q?.[i] ?? 0), 0)
  }, 0)
