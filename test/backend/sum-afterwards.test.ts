/** Sums over the rounds of a scan, taken after it: the same terms in another order, hence equal where no sum rounds. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { printPlan } from "../../src/backend/compile/print-plan.ts"
import { simplifiedPlan } from "../../src/backend/compile/stages.ts"
import { sumAfterwards } from "../../src/backend/compile/sum-afterwards.ts"
import { add, einsum, type F32, grad, makeProgram, matmul, mul, scan, sub, sum, tanh, zeros } from "../../src/index.ts"
import { runOnReference } from "./plan-run.ts"
import { dice } from "./random-loops.ts"
import { meaningOf } from "./random-programs.ts"

const carries = (plan: ReturnType<typeof sumAfterwards>): readonly number[] =>
  plan.steps.flatMap((s) => (s.kind === "scan" ? [s.carry.length] : []))

describe("sums over rounds", () => {
  it("are what the carry gathered, in every order of rounds, from every start", () => {
    const sizes = { min: 1, max: 24 }
    let moved = 0
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer(sizes),
        fc.integer(sizes),
        fc.boolean(),
        (seed, length, batch, m, n, reverse) => {
          const f = (h: F32, w: F32, b: F32, xs: F32, gs: F32) =>
            scan(
              (
                { h, w, b }: { readonly h: F32; readonly w: F32; readonly b: F32 },
                { x, g }: { readonly x: F32; readonly g: F32 },
              ) => {
                const gathered = { w: add(w, einsum("b i, b j -> i j", h, g)), b: add(sum(g, { axis: 0 }), b) }
                return [{ h: sub(x, h), ...gathered }, mul(h, 2)]
              },
              { h, w, b },
              { x: xs, g: gs },
              { reverse },
            )
          const shapes = [[batch, m], [m, n], [n], [length, batch, m], [length, batch, n]]
          const [h, w, b, xs, gs] = shapes.map((s) => zeros(s))
          const program = makeProgram(f)(h!, w!, b!, xs!, gs!)
          const d = dice(seed)
          const inputs = shapes.map((s) =>
            Float32Array.from({ length: s.reduce((p, k) => p * k, 1) }, () => d.below(9) - 4),
          )
          const plan = simplifiedPlan(program)
          const made = sumAfterwards(plan)
          if (printPlan(made) !== printPlan(plan)) moved++
          // Small whole numbers: no order of adding rounds.
          expect(runOnReference(made, inputs)).toEqual(meaningOf(program, inputs))
        },
      ),
      { numRuns: 400 },
    )
    expect(moved).toBeGreaterThan(50)
  })
  it("take the gradient of a recurrence's weights out of its rounds", () => {
    const loss = (w: F32<[16, 16]>, b: F32<[16]>, xs: F32<[8, 1, 16]>) => {
      const [h] = scan(
        (h: F32<[1, 16]>, x: F32<[1, 16]>) => [tanh(add(add(matmul(h, w), b), x)), undefined],
        zeros([1, 16]),
        xs,
      )
      return sum(mul(h, h))
    }
    const program = makeProgram(grad(loss, { argnums: [0, 1] }))(zeros([16, 16]), zeros([16]), zeros([8, 1, 16]))
    const plan = simplifiedPlan(program)
    expect(carries(plan)).toEqual([1, 3])
    expect(carries(sumAfterwards(plan))).toEqual([1, 1])
    const inputs = program.inputs.map((v, k) =>
      Float32Array.from({ length: v.type.shape.reduce((p, s) => p * s, 1) }, (_, i) => Math.sin(i * 7 + k) / 4),
    )
    const [got, want] = [runOnReference(sumAfterwards(plan), inputs), meaningOf(program, inputs)]
    want.forEach((x, k) => {
      x.forEach((v, i) => {
        expect(Math.abs((got[k]?.[i] ?? Number.NaN) - v)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(v)))
      })
    })
  })
  it("stay where something else reads the carry, or what it gathers is not a sum", () => {
    const f = (w: F32<[16, 16]>, xs: F32<[8, 1, 16]>) =>
      scan((w: F32<[16, 16]>, x: F32<[1, 16]>) => [add(w, einsum("b i, b j -> i j", x, x)), sum(w)], w, xs)
    const g = (w: F32<[16, 16]>, xs: F32<[8, 1, 16]>) =>
      scan((w: F32<[16, 16]>, x: F32<[1, 16]>) => [mul(w, einsum("b i, b j -> i j", x, x)), undefined], w, xs)
    const args = [zeros([16, 16]), zeros([8, 1, 16])] as const
    for (const program of [makeProgram(f)(...args), makeProgram(g)(...args)])
      expect(carries(sumAfterwards(simplifiedPlan(program)))).toEqual([1])
  })
})
