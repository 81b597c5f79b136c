/** Elementwise loops whose results are kept, as one kernel of several results. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type ArrayType,
  inputsOf,
  type Loop,
  type MapLoop,
  mapLoop,
  resultsOf,
} from "../../src/autodiff/program/loop/loop.ts"
import { binary, constant, fold, load, type Scalar, unary, type Var } from "../../src/autodiff/program/loop/scalar.ts"
import { newProgram, newVariable, type Program, type Variable } from "../../src/autodiff/program/program.ts"
import { fromArray } from "../../src/autodiff/program/type.ts"
import { fuse } from "../../src/backend/compile/fuse.ts"
import type { Plan } from "../../src/backend/compile/plan.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { together } from "../../src/backend/compile/together.ts"
import { alike } from "../../src/backend/wasm/kernel.ts"
import { runOnReference } from "./plan-run.ts"
import { dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { loopOperation, randomProgram } from "./random-programs.ts"

const loopsOf = (plan: Plan): readonly Loop[] => plan.steps.flatMap((s) => (s.kind === "loop" ? [s.loop] : []))
const always = (): boolean => true

const f32 = (...shape: readonly number[]): ArrayType => ({ dtype: "f32", shape })
/** A program over vectors and matrices: `put` applies an elementwise Loop to variables. */
function written(
  types: readonly ArrayType[],
  build: (
    put: (f: (...x: readonly Scalar[]) => Scalar, ...of: readonly Variable[]) => Variable,
    apply: (make: (...x: ReturnType<typeof inputsOf>) => MapLoop, ...of: readonly Variable[]) => Variable,
    ...inputs: readonly Variable[]
  ) => readonly Variable[],
): Program {
  const inputs = types.map((t) => newVariable(fromArray(t)))
  const equations: Program["equations"][number][] = []
  const apply = (make: (...x: ReturnType<typeof inputsOf>) => MapLoop, ...of: readonly Variable[]): Variable => {
    const loop = make(...inputsOf(of.map((v) => v.type.array)))
    const outputs = resultsOf(loop).map((t) => newVariable(fromArray(t)))
    equations.push({ operation: loopOperation(loop), inputs: of, outputs, site: undefined })
    return outputs[0]!
  }
  const put = (f: (...x: readonly Scalar[]) => Scalar, ...of: readonly Variable[]): Variable =>
    apply((...xs) => mapLoop(xs, xs[0]!.shape, (...i: readonly Var[]) => f(...xs.map((x) => load(x, i)))), ...of)
  return newProgram({ name: "written", inputs, equations, outputs: build(put, apply, ...inputs) })
}
const c = (x: number): Scalar => constant(Math.fround(x), "f32")
const blend = (keep: number) => (old?: Scalar, fresh?: Scalar) =>
  binary("add", binary("mul", old!, c(keep)), binary("mul", fresh!, c(1 - keep)))

describe("loops put together", () => {
  it("change no bit of any random program", () => {
    let fewer = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), (seed, size) => {
        const d = dice(seed)
        const types = randomTypes(d, wholeGrammar)
        const plan = planOf(randomProgram(d, wholeGrammar, types, size))
        const values = types.map((t) => randomValues(d, t, true))
        const want = runOnReference(plan, values)
        for (const made of [together(plan, always), together(fuse(plan), always), together(fuse(plan), alike)])
          expect(runOnReference(made, values)).toEqual(want)
        if (loopsOf(together(fuse(plan), always)).length < loopsOf(fuse(plan)).length) fewer++
      }),
      { numRuns: Number(process.env.RUNS ?? 500) },
    )
    expect(fewer).toBeGreaterThan(5)
  })

  it("make one kernel of Adam's step, its state and its parameters", () => {
    const adam = written([f32(50), f32(50), f32(50), f32(50)], (put, _, p, m, v, g) => {
      const mean = put(blend(0.9), m!, g!)
      const spread = put(
        blend(0.999),
        v!,
        put((x) => binary("mul", x!, x!), g!),
      )
      const step = put((a, b) => binary("div", a!, binary("add", unary("sqrt", b!), c(1e-8))), mean, spread)
      return [put((a, b) => binary("sub", a!, binary("mul", b!, c(0.001))), p!, step), mean, spread]
    })
    const plan = together(fuse(planOf(adam)), alike)
    expect(loopsOf(plan).map((l) => l.form === "map" && l.bodies.length)).toEqual([3])
    expect(loopsOf(fuse(planOf(adam))).length).toBe(3)
  })

  it("make one kernel of two that read the same and nothing of each other", () => {
    const lion = written([f32(50), f32(50), f32(50)], (put, _, p, m, g) => {
      const mean = put(blend(0.99), m!, g!)
      const direction = put(blend(0.9), m!, g!)
      return [put((a, b) => binary("sub", a!, binary("mul", unary("exp", b!), c(0.001))), p!, direction), mean]
    })
    expect(loopsOf(fuse(planOf(lion))).length).toBe(2)
    const plan = together(fuse(planOf(lion)), alike)
    expect(loopsOf(plan).map((l) => l.form === "map" && [l.bodies.length, l.inputs.length])).toEqual([[2, 3]])
    const values = [1, 2, 3].map((k) => Float32Array.from({ length: 50 }, (_, i) => Math.sin(k * i)))
    expect(runOnReference(plan, values)).toEqual(runOnReference(planOf(lion), values))
  })

  it("leave apart two that read the same where what one makes is needed before the other", () => {
    const between = written([f32(8, 9)], (put, apply, x) => {
      const y = put((a) => unary("exp", a!), x!)
      const sums = apply((v) => mapLoop([v!], [8], (i) => fold("sum", 9, (k) => load(v!, [i!, k]))), y)
      const spread = apply(
        (v, s) => mapLoop([v!, s!], [8, 9], (i, j) => binary("add", load(v!, [i!, j!]), load(s!, [i!]))),
        x!,
        sums,
      )
      return [y, sums, spread]
    })
    expect(loopsOf(together(planOf(between), always)).length).toBe(3)
    // Of another shape, or read elsewhere than at its own index.
    const turned = written([f32(9)], (put, apply, x) => [
      put((a) => unary("exp", a!), x!),
      apply((v) => mapLoop([v!], [9], (i) => load(v!, [binary("sub", constant(8), i!)])), x!),
      apply((v) => mapLoop([v!], [3], (i) => load(v!, [i!])), x!),
    ])
    expect(loopsOf(together(planOf(turned), always)).length).toBe(3)
  })

  it("leave what is needed before, elsewhere, or by a fold", () => {
    const twice = (x?: Scalar): Scalar => binary("mul", x!, unary("exp", x!))
    const count = (program: Program): number => loopsOf(together(fuse(planOf(program)), always)).length
    // A row sum of it comes first.
    const before = written([f32(8, 9)], (put, apply, x) => {
      const y = put(twice, x!)
      const sums = apply((v) => mapLoop([v!], [8], (i) => fold("sum", 9, (k) => load(v!, [i!, k]))), y)
      return [y, sums, put(twice, y)]
    })
    expect(count(before)).toBe(3)
    // Read backwards, and both at its place and backwards.
    const reversed = (v: ReturnType<typeof inputsOf>[number], i: Var): Scalar =>
      load(v, [binary("sub", constant(8), i)])
    const elsewhere = written([f32(9)], (put, apply, x) => {
      const y = put(twice, x!)
      return [y, apply((v) => mapLoop([v!], [9], (i) => binary("add", load(v!, [i!]), reversed(v!, i!))), y)]
    })
    expect(count(elsewhere)).toBe(2)
    const twoWays = written([f32(9)], (put, apply, x) => {
      const y = put(twice, x!)
      const both = apply((v, w) => mapLoop([v!, w!], [9], (i) => binary("add", load(v!, [i!]), reversed(w!, i!))), y, y)
      return [y, both]
    })
    expect(count(twoWays)).toBe(2)
  })

  it("keep loops with lanes apart from those without", () => {
    const [x, y] = inputsOf([f32(8, 8), f32(8, 8)])
    const inOrder = mapLoop([x!], [8, 8], (i, j) => unary("neg", load(x!, [i!, j!])))
    const across = mapLoop([x!, y!], [8, 8], (i, j) => binary("add", load(x!, [i!, j!]), load(y!, [j!, i!])))
    expect(alike(inOrder, inOrder)).toBe(true)
    expect(alike(inOrder, across)).toBe(false)
  })
})
