/** Scans and whiles that carry, stack and repeat no more than is needed, with every bit as it was. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Numbers } from "../../src/autodiff/dtype.ts"
import type { Loop } from "../../src/autodiff/program/loop/loop.ts"
import { claimsOf, type Program } from "../../src/autodiff/program/program.ts"
import { showLoop } from "../../src/autodiff/program/show-program.ts"
import { computeAhead } from "../../src/backend/compile/compute-ahead.ts"
import { dropUnits } from "../../src/backend/compile/drop-units.ts"
import { hoistInvariants } from "../../src/backend/compile/hoist-invariants.ts"
import { narrowLoops } from "../../src/backend/compile/narrow-loops.ts"
import type { Plan } from "../../src/backend/compile/plan.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { printPlan } from "../../src/backend/compile/print-plan.ts"
import { simplify } from "../../src/backend/compile/simplify.ts"
import { simplifiedPlan } from "../../src/backend/compile/stages.ts"
import {
  add,
  debugNaN,
  exp,
  type F32,
  log,
  makeProgram,
  matmul,
  mul,
  scan,
  sum,
  tanh,
  transpose,
  zeros,
} from "../../src/index.ts"
import { runOnReference } from "./plan-run.ts"
import { dice, randomTypes, randomValues, wholeGrammar } from "./random-loops.ts"
import { meaningOf, randomProgram } from "./random-programs.ts"

/** Random programs under a stage that has to change at least so many of them. */
function keepsBits(stage: (program: Program) => readonly [before: Plan, after: Plan], atLeast: number): void {
  let changed = 0
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, size) => {
      const d = dice(seed)
      const types = randomTypes(d, wholeGrammar)
      const program = randomProgram(d, wholeGrammar, types, size)
      const values = types.map((t) => randomValues(d, t, true))
      const [before, after] = stage(program)
      if (printPlan(after) !== printPlan(before)) changed++
      expect(runOnReference(after, values)).toEqual(meaningOf(program, values))
    }),
    { numRuns: Number(process.env.RUNS ?? 300) },
  )
  expect(changed).toBeGreaterThan(atLeast)
}
const ran = (plan: Plan, inputs: readonly Numbers[]): readonly Loop[] => {
  const loops: Loop[] = []
  runOnReference(plan, inputs, loops)
  return loops
}

describe("loops", () => {
  it("narrowed, change no bit of any random program", () => {
    keepsBits((program) => {
      const plan = simplify(planOf(program))
      return [plan, narrowLoops(plan)]
    }, 15)
  })
  it("rid of their invariants, change no bit of any random program", () => {
    keepsBits((program) => {
      const plan = planOf(program)
      return [plan, hoistInvariants(plan)]
    }, 15)
  })
  it("without axes of size 1, change no bit of any random program", () => {
    keepsBits((program) => {
      const plan = planOf(program)
      return [plan, dropUnits(plan)]
    }, 15)
  })
  it("after all stages together, change no bit of any random program", () => {
    keepsBits((program) => [planOf(program), simplifiedPlan(program)], 50)
  })

  it("computes once what every round would compute anew, and nothing where there is no round", () => {
    const f = (w: F32<[3]>, xs: F32<[number, 3]>) =>
      scan((c: F32<[3]>, x: F32<[3]>) => [add(c, mul(x, exp(w))), sum(exp(w))], w, xs)
    const exps = (length: number): number => {
      const program = makeProgram(f)(zeros([3]), zeros([length, 3]))
      const inputs = [new Float32Array(3).fill(0.5), Float32Array.from({ length: 3 * length }, (_, k) => k)]
      expect(runOnReference(simplifiedPlan(program), inputs)).toEqual(meaningOf(program, inputs))
      return ran(simplifiedPlan(program), inputs).filter((loop) => showLoop(loop).includes("exp")).length
    }
    expect(exps(4)).toBe(1)
    expect(exps(0)).toBe(0)
  })
  it("hoists out of a loop in a loop as far as it goes", () => {
    const f = (w: F32<[3]>, xs: F32<[4, 3]>) =>
      scan(
        (c: F32<[3]>, x: F32<[3]>) => {
          const [inner] = scan((d: F32<[3]>, y: F32<[]>) => [add(d, mul(y, add(exp(w), exp(x)))), undefined], c, x)
          return [inner, undefined]
        },
        w,
        xs,
      )
    const program = makeProgram(f)(zeros([3]), zeros([4, 3]))
    const inputs = [new Float32Array(3).fill(0.5), Float32Array.from({ length: 12 }, (_, k) => k / 8)]
    const plan = simplifiedPlan(program)
    expect(runOnReference(plan, inputs)).toEqual(meaningOf(program, inputs))
    // exp(w) once, exp(x) once for each x.
    expect(ran(plan, inputs).filter((loop) => showLoop(loop).includes("exp")).length).toBe(1 + 4)
  })
  it("carries what changes, stacks what is read, and passes what is used", () => {
    const f = (a: F32<[3]>, b: F32<[3]>, xs: F32<[4, 3]>) => {
      const [carry, [, doubled]] = scan(
        ([fixed, sums, unread]: readonly [F32<[3]>, F32<[3]>, F32<[3]>], x: F32<[3]>) => [
          [fixed, add(sums, mul(fixed, x)), add(unread, x)] as const,
          [x, mul(sums, 2), mul(unread, 3)] as const,
        ],
        [a, a, b] as const,
        xs,
      )
      return [carry[0], carry[1], doubled]
    }
    const program = makeProgram(f)(zeros([3]), zeros([3]), zeros([4, 3]))
    const steps = simplifiedPlan(program).steps.filter((s) => s.kind === "scan")
    expect(steps.map((s) => [s.constants.length, s.carry.length, s.xs.length, s.outputs.length])).toEqual([
      [1, 1, 1, 2],
    ])
    const inputs = [3, 3, 12].map((n, k) => Float32Array.from({ length: n }, (_, i) => i + k))
    expect(runOnReference(simplifiedPlan(program), inputs)).toEqual(meaningOf(program, inputs))
  })
  it("repeats claims of invariants no more than it raises them", () => {
    const f = (w: F32<[3]>, xs: F32<[number, 3]>) =>
      scan((c: F32<[3]>, x: F32<[3]>) => [add(c, mul(x, log(w))), undefined], w, xs)
    for (const [length, word] of [
      [0, 0],
      [1, 1],
      [3, 1],
    ] as const) {
      const program = makeProgram(debugNaN(f))(zeros([3]), zeros([length, 3]))
      expect(claimsOf(program).length).toBeGreaterThan(0)
      const inputs = [Float32Array.of(1, -1, 2), new Float32Array(3 * length)]
      const results = runOnReference(simplifiedPlan(program), inputs)
      expect(results).toEqual(meaningOf(program, inputs))
      expect(Math.max(...results.slice(-claimsOf(program).length).map((x) => x[0] ?? 0))).toBe(word)
    }
  })

  it("computes products of rows for all rounds at once, and no others", () => {
    let moved = 0
    const size = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 4 }),
        size,
        size,
        size,
        fc.boolean(),
        (seed, length, b, m, n, reverse) => {
          const f = (w: F32, u: F32, h: F32, xs: F32) =>
            scan((h: F32, x: F32) => [tanh(add(matmul(x, w), matmul(h, u))), matmul(transpose(h), mul(2, x))], h, xs, {
              reverse,
            })
          const shapes = [
            [m, n],
            [n, n],
            [b, n],
            [length, b, m],
          ]
          const [w, u, h, xs] = shapes.map((s) => zeros(s))
          const program = makeProgram(f)(w!, u!, h!, xs!)
          const d = dice(seed)
          const inputs = shapes.map((shape) => randomValues(d, { dtype: "f32", shape }, true))
          const plan = hoistInvariants(narrowLoops(simplify(dropUnits(planOf(program)))))
          const ahead = computeAhead(plan)
          if (printPlan(ahead) !== printPlan(plan)) moved++
          expect(runOnReference(ahead, inputs)).toEqual(meaningOf(program, inputs))
          const body = ahead.steps.find((s) => s.kind === "scan")?.body
          // h u and h' x need the state; x w does not.
          if (length > 1 && m > 1)
            expect(body?.steps.filter((s) => s.kind === "loop" && s.name === "contraction").length).toBe(2)
        },
      ),
      { numRuns: 300 },
    )
    expect(moved).toBeGreaterThan(100)
  })
})
