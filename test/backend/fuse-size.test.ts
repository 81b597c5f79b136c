import { describe, expect, it } from "vitest"
import { codeSize } from "../../src/backend/compile/cost.ts"
import { fuse } from "../../src/backend/compile/fuse.ts"
import { planOf } from "../../src/backend/compile/plan-of.ts"
import { type F32, grad, jit, makeProgram, matmul, ones, sin, sum, tanh, tensor } from "../../src/index.ts"

const chain =
  (length: number) =>
  (x: F32<[3]>): F32<[]> => {
    let y = x
    for (let i = 0; i < length; i++) y = sin(y)
    return sum(y)
  }
const unrolled =
  (length: number) =>
  (w: F32<[8, 8]>): F32<[]> => {
    let y: F32<[2, 8]> = ones([2, 8])
    for (let i = 0; i < length; i++) y = tanh(matmul(y, w))
    return sum(y)
  }
const weights: F32<[8, 8]> = tensor(
  Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i * 1.3)),
  { shape: [8, 8] },
)

describe("kernels of programs unrolled in JavaScript", () => {
  it.each([
    ["a chain of 300 sines", makeProgram(grad(chain(300)))(tensor([0.1, 0.5, 1]))],
    ["a sum of the gradients of 60 steps", makeProgram(grad(unrolled(60)))(weights)],
  ])("stay of a size that does not depend on the program's: %s", (_, program) => {
    const plan = planOf(program)
    const fused = fuse(plan)
    expect(fused.steps.length).toBeLessThan(plan.steps.length)
    for (const step of fused.steps) {
      if (step.kind !== "loop") continue
      expect(step.inputs.length).toBeLessThanOrEqual(16)
      expect(codeSize(step.loop)).toBeLessThanOrEqual(700)
    }
  })

  it("a chain of 400 sines runs, where one kernel of all of them overflowed the stack", async () => {
    const at = [0.1, 0.5, 1]
    const found = await jit(grad(chain(400)))(tensor(at)).data()
    at.forEach((x, k) => {
      let [y, slope] = [x, 1]
      for (let i = 0; i < 400; i++) {
        slope *= Math.cos(y)
        y = Math.sin(y)
      }
      expect(Math.abs((found[k] ?? Number.NaN) - slope)).toBeLessThan(1e-4)
    })
  })
})
