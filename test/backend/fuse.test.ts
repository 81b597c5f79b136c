import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  mapLoop,
  resultsOf,
  viewLoop,
} from "../../src/autodiff/program/loop/loop.ts"
import {
  binary,
  compare,
  constant,
  fold,
  foldAll,
  load,
  type Scalar,
  select,
  unary,
} from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program, type Variable } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { asContraction } from "../../src/backend/compile/contraction.ts"
import { fuse } from "../../src/backend/compile/fuse.ts"
import { throughView } from "../../src/backend/compile/inline.ts"
import type { Plan } from "../../src/backend/compile/plan.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { createWasm } from "../../src/backend/wasm/engine.ts"
import { runOnReference } from "./plan-run.ts"
import { dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { loopOperation, randomProgram } from "./random-programs.ts"

const countLoops = (plan: Plan): number => plan.steps.filter((s) => s.kind === "loop").length

/** Programs written by hand: `put` applies a Loop to variables and gives its result. */
function written(
  types: readonly ArrayType[],
  build: (
    put: (loop: (x: ReturnType<typeof inputsOf>) => Loop, ...of: readonly Variable[]) => Variable,
    ...inputs: readonly Variable[]
  ) => readonly Variable[],
): Program {
  const inputs = types.map((t) => newVariable(fromArray(t)))
  const equations: Program["equations"][number][] = []
  const outputs = build(
    (make, ...of) => {
      const loop = make(inputsOf(of.map((v) => v.type.array)))
      const made = resultsOf(loop).map((t) => newVariable(fromArray(t)))
      equations.push({ operation: loopOperation(loop), inputs: of, outputs: made, site: undefined })
      return made[0]!
    },
    ...inputs,
  )
  return newProgram({ name: "written", inputs, equations, outputs })
}
const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })
const pointwise =
  (f: (...x: readonly Scalar[]) => Scalar) =>
  (xs: ReturnType<typeof inputsOf>): Loop => {
    const shape = xs.map((x) => x.shape).reduce((a, b) => (b.length > a.length ? b : a))
    return mapLoop(xs, shape, (...i) =>
      f(
        ...xs.map((x) =>
          load(
            x,
            x.shape.map((n, d) => (n === 1 ? constant(0) : i[i.length - x.shape.length + d]!)),
          ),
        ),
      ),
    )
  }
const view =
  (...shape: readonly number[]) =>
  ([x]: ReturnType<typeof inputsOf>): Loop =>
    viewLoop(x!, shape)
const rows =
  (monoid: "sum" | "max") =>
  ([x]: ReturnType<typeof inputsOf>): Loop =>
    mapLoop([x!], x!.shape.slice(0, -1), (...i) => fold(monoid, x!.shape.at(-1)!, (k) => load(x!, [...i, k])))
const matmul = ([a, b]: ReturnType<typeof inputsOf>): Loop =>
  mapLoop([a!, b!], [a!.shape[0]!, b!.shape[1]!], (i, j) =>
    foldAll("sum", [a!.shape[1]!], ([k]) => binary("mul", load(a!, [i!, k!]), load(b!, [k!, j!]))),
  )
const sub = pointwise((x, y) => binary("sub", x!, y!))
const div = pointwise((x, y) => binary("div", x!, y!))
const exp = pointwise((x) => unary("exp", x!))
const add = pointwise((x, y) => binary("add", x!, y!))
const relu = pointwise((x) => select(compare("lt", x!, 0), constant(0, "f32"), x!))

const [m, n] = [9, 37]
const softmax = written([f32(m, n)], (put, x) => {
  const e = put(exp, put(sub, x, put(view(m, 1), put(rows("max"), x))))
  return [put(div, e, put(view(m, 1), put(rows("sum"), e)))]
})
const layerNorm = written([f32(m, n), f32(n)], (put, x, scale) => {
  const by = (c: number) => pointwise((v) => binary("div", v!, constant(c, "f32")))
  const mean = put(view(m, 1), put(by(n), put(rows("sum"), x)))
  const centred = put(sub, x, mean)
  const variance = put(
    by(n),
    put(
      rows("sum"),
      put(
        pointwise((v) => binary("mul", v!, v!)),
        centred,
      ),
    ),
  )
  const norm = put(
    div,
    centred,
    put(
      view(m, 1),
      put(
        pointwise((v) => unary("sqrt", binary("add", v!, constant(0.00001, "f32")))),
        variance,
      ),
    ),
  )
  return [
    put(
      pointwise((a, b) => binary("mul", a!, b!)),
      norm,
      scale,
    ),
  ]
})
const dense = written([f32(32, 40), f32(40, 24), f32(24)], (put, x, w, b) => [
  put(relu, put(add, put(matmul, x, w), b)),
])

describe("fusion", () => {
  it("changes no bit of any random program, on the reference's kernels", () => {
    let fewer = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, wholeGrammar)
        const plan = planOf(randomProgram(d, wholeGrammar, types, size))
        const values = types.map((t) => randomValues(d, t, true))
        const fused = fuse(plan)
        if (countLoops(fused) < countLoops(plan)) fewer++
        expect(runOnReference(fused, values)).toEqual(runOnReference(plan, values))
      }),
      { numRuns: Number(process.env.RUNS ?? 600) },
    )
    expect(fewer).toBeGreaterThan(50)
  })

  it("makes two kernels of softmax: exp is computed once", () => {
    const fused = fuse(planOf(softmax))
    expect(countLoops(fused)).toBe(2)
    const exps = fused.steps.flatMap((s) => (s.kind === "loop" && s.loop.form === "map" ? s.loop.bodies : []))
    expect(exps.filter((b) => b.op === "unary" && b.fn === "exp").length).toBe(1)
  })
  it("makes one kernel of a layer normalisation, its folds hoisted out of the row", () => {
    expect(countLoops(fuse(planOf(layerNorm)))).toBe(1)
  })
  it("makes one packed product of a dense layer with bias and activation", () => {
    const fused = fuse(planOf(dense))
    expect(countLoops(fused)).toBe(1)
    const [step] = fused.steps
    expect(step?.kind === "loop" && step.loop.form === "map" && asContraction(step.loop)).toMatchObject({
      epilogue: expect.anything(),
    })
  })
  it("leaves a product that two read, and a fold that would be repeated", () => {
    const twice = written([f32(32, 32)], (put, x) => {
      const p = put(matmul, x, x)
      return [put(relu, p), put(exp, p)]
    })
    expect(countLoops(fuse(planOf(twice)))).toBe(3)
    const columns = written([f32(40, 40)], (put, x) => {
      const sums = put(([v]) => mapLoop([v!], [40], (j) => fold("sum", 40, (k) => load(v!, [k, j!]))), x)
      return [put(sub, x, sums)]
    })
    expect(countLoops(fuse(planOf(columns)))).toBe(2)
    const chained = written([f32(32, 32), f32(32, 32)], (put, a, b) => [put(matmul, put(matmul, a, b), b)])
    expect(countLoops(fuse(planOf(chained)))).toBe(2)
  })
  it("gives on the wasm engine what the unfused plan gives, within rounding", () => {
    const engine = createWasm()
    for (const program of [softmax, layerNorm, dense]) {
      const types = program.inputs.map((v) => v.type.array)
      const values = types.map((t) => randomValues(dice(5), t, false))
      const [got] = engine
        .submit(
          engine.compile(program),
          values.map((v, k) => engine.upload(v, types[k]!)),
          new Set([]),
        )
        .map((b) => engine.readSync!(b))
      const [want] = runOnReference(planOf(program), values)
      want!.forEach((w, k) => {
        expect(Math.abs(got![k]! - w)).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(w)))
      })
    }
  })
  it("sees through views that merge axes, and not through those that split them", () => {
    const i = mapLoop([], [6, 7, 8], (...at) => at[0]!).indices
    const seen = (from: readonly number[], to: readonly number[]): string | undefined => {
      const at = throughView(from, to)?.(i.slice(0, to.length))
      return at?.map((x) => (x.op === "var" ? x.name : x.op === "const" ? `${x.value}` : x.op)).join(" ")
    }
    expect(seen([6, 1, 7], [6, 7])).toBe("i0 0 i1")
    expect(seen([6, 7], [6, 1, 7])).toBe("i0 i2")
    expect(seen([42], [6, 7])).toBe("binary")
    expect(seen([6, 7], [42])).toBeUndefined()
    expect(seen([7, 6], [6, 7])).toBeUndefined()
    expect(seen([], [1, 1])).toBe("")
  })
})
