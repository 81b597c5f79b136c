/**
 * Random programs: every engine gives the same, and so does every way to run or transform one, forward and gradient.
 * COTANGENT_RUNS=10 tries ten times as many.
 */
import { full, setEngine, stack, take, withEngine } from "cotangent"
import { checkGrads, expectClose, type ProgramLimits, programs, type RandomProgram } from "cotangent/testing"
import fc from "fast-check"
import { beforeAll, describe, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import { trace } from "../../src/autodiff/interpreters/trace.ts"
import type { Value } from "../../src/autodiff/value.ts"
import { runWide } from "../../src/testing/differences.ts"
import { gpujs } from "./engines.ts"
import { backward, forward, randomProgramLaws } from "./random-program-laws.ts"
import { dot, many, scalar, shifted, type Wide } from "./variadic.ts"

const times = Number(process.env.COTANGENT_RUNS ?? 1)
const close = { rtol: 1e-4, atol: 1e-4 }

const laws = [
  { name: "results", of: forward, in64: (p: RandomProgram): unknown => p.f },
  { name: "gradients", of: backward, in64: (p: RandomProgram): unknown => scalar.grad(p.loss) },
]

describe.each(laws)("$name of random programs", ({ of }) => {
  it("are equal on reference and wasm", () => {
    fc.assert(
      fc.property(programs(), (program) => {
        expectClose(
          withEngine("wasm", () => of(program)),
          withEngine("reference", () => of(program)),
          close,
        )
      }),
      { numRuns: 2000 * times },
    )
  })
})
describe.each([gpujs("webasm"), gpujs("cpu")])("random programs, $title and wasm", (choice) =>
  randomProgramLaws(choice, 200 * times),
)

/**
 * Float32 allows 1e-4, under which a rule that is a little wrong could hide. The same Programs over float64 leave it 1e-10.
 */
describe("random programs in float64", () => {
  beforeAll(() => setEngine("wasm"))
  type Run = (...xs: readonly Value[]) => readonly Value[]
  const inDouble = (run: unknown, args: readonly unknown[]): readonly Value[] => {
    const given = typed<readonly Value[]>(args)
    const made = trace(
      "f",
      given.map((x) => x.type),
      typed<Run>(run),
    )
    return runWide(made.program, [...made.captured, ...given])
  }
  const exact = { rtol: 1e-10, atol: 1e-10 }
  it.each(laws)("$name are equal on reference and wasm", ({ in64 }) => {
    fc.assert(
      fc.property(programs(), (program) => {
        const [onWasm, onReference] = (["wasm", "reference"] as const).map((engine) =>
          withEngine(engine, () => inDouble(in64(program), program.args()).map((x) => x.dataSync())),
        )
        expectClose(onWasm, onReference, exact)
      }),
      { numRuns: 150 * times },
    )
  })
  it("gradients are what forward mode gives", () => {
    fc.assert(
      fc.property(programs(), ({ loss, args }) => {
        const tangents = args().map((_, k) => 0.7 - 0.4 * k)
        const direction = (xs: readonly Wide[]): readonly Wide[] =>
          xs.map((x, k) => full([...x.shape], tangents[k] ?? 1))
        const [slope] = inDouble(
          (...xs: readonly Wide[]) => many.jvp((...ys) => [loss(...ys)])(xs, direction(xs))[1],
          args(),
        )
        const gradient = inDouble(scalar.grad(loss), args())
        const along = gradient.reduce((total, g, k) => total + sumOf(g.dataSync()) * (tangents[k] ?? 1), 0)
        const size = gradient.reduce((most, g) => Math.max(most, ...Array.from(g.dataSync(), Math.abs)), 1)
        expectClose([along], [slope?.dataSync()[0] ?? Number.NaN], { atol: 1e-10 * size, rtol: 1e-10 })
      }),
      { numRuns: 150 * times },
    )
  })
  const sumOf = (xs: ArrayLike<number>): number => Array.from(xs).reduce((a, b) => a + b, 0)
})

describe("random programs under transforms", () => {
  beforeAll(() => setEngine("wasm"))
  const law = (
    name: string,
    check: (program: RandomProgram, args: readonly Wide[]) => void,
    numRuns = 60,
    limits: ProgramLimits = {},
  ): void => {
    it(name, () => {
      const property = fc.property(programs(limits), (program) => check(program, program.args()))
      fc.assert(property, { numRuns: numRuns * times })
    })
  }
  const gradient = (program: RandomProgram) => scalar.grad(program.loss)

  law("jit f = f", (p, args) => expectClose(many.jit(p.f)(...args), p.f(...args), close))
  law("grad(jit f) = jit(grad f) = grad f", (p, args) => {
    const expected = gradient(p)(...args)
    expectClose(scalar.grad(scalar.jit(p.loss))(...args), expected, close)
    expectClose(many.jit(gradient(p))(...args), expected, close)
  })
  law("grad(checkpoint f) = grad f", (p, args) =>
    expectClose(scalar.grad(scalar.checkpoint(p.loss))(...args), gradient(p)(...args), close),
  )
  /** Three of every argument, each shifted a little. */
  const rowsOf = (args: readonly Wide[]): readonly (readonly Wide[])[] =>
    [0, 0.01, -0.02].map((by) => args.map((x) => shifted(x, by)))
  const batchOf = (args: readonly Wide[]): readonly Wide[] =>
    args.map((x) => stack([shifted(x, 0), shifted(x, 0.01), shifted(x, -0.02)]))
  const eachIs = (found: readonly Wide[], args: readonly Wide[], f: RandomProgram["f"]): void => {
    rowsOf(args).forEach((row, i) => {
      expectClose(
        found.map((y): Wide => take(y, i)),
        f(...row),
        close,
      )
    })
  }
  law("vmap f = the stack of f", (p, args) => eachIs(many.vmap(p.f)(...batchOf(args)), args, p.f))
  law("vmap(grad f) = jit(vmap(grad f)) = the stack of grad f", (p, args) => {
    const found = many.vmap(gradient(p))(...batchOf(args))
    expectClose(many.jit(many.vmap(gradient(p)))(...batchOf(args)), found, close)
    eachIs(found, args, gradient(p))
  })
  law("grad(sum(vmap f)) = the stack of grad f", (p, args) =>
    eachIs(scalar.grad(scalar.total(p.loss))(...batchOf(args)), args, gradient(p)),
  )
  law("linearize = jvp, and <J u, v> = <u, J' v>", (p, args) => {
    const u = args.map((x) => shifted(x, 0.3))
    const [out, forwards] = many.jvp(p.f)(args, u)
    const [same, linear] = many.linearize(p.f)(...args)
    expectClose(same, out, close)
    expectClose(linear(...u), forwards, close)
    const [, pullback] = many.vjp(p.f)(...args)
    const size = Math.sqrt(dot(forwards, forwards) * dot(out, out))
    expectClose(dot(forwards, out), dot(u, pullback(out)), { atol: 1e-5 * Math.max(1, size) })
  })
  const honest = { without: ["stopGradient"] }
  law(
    "derivatives are the differences of the retyped Program",
    (p, args) => checkGrads(p.loss, args, { order: 1 }),
    60,
    honest,
  )
  law("second derivatives are the differences of the first", (p, args) => checkGrads(p.loss, args), 30, {
    depth: 4,
    ...honest,
  })
})
