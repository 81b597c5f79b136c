/** Random programs: every engine and every transform gives the same, forward and gradient. COTANGENT_RUNS raises the count. */
import { grad, jit, setEngine, withEngine } from "cotangent"
import { expectClose, programs, type RandomProgram } from "cotangent/testing"
import fc from "fast-check"
import { describe, it } from "vitest"

const runs = Number(process.env["COTANGENT_RUNS"] ?? 1)
const close = { relative: 1e-4, absolute: 1e-4 }
const positions = (program: RandomProgram): number[] => program.args().map((_, k) => k)

const forward = (program: RandomProgram): readonly unknown[] => program.f(...program.args())
const backward = (program: RandomProgram): readonly unknown[] =>
  grad(program.loss, { argnums: positions(program) })(...program.args())

describe("random programs", () => {
  it("are equal on reference and wasm", () => {
    fc.assert(
      fc.property(programs(), (program) => {
        expectClose(
          withEngine("wasm", () => forward(program)),
          withEngine("reference", () => forward(program)),
          close,
        )
      }),
      { numRuns: 500 * runs },
    )
  })
  it("have equal gradients on reference and wasm", () => {
    fc.assert(
      fc.property(programs(), (program) => {
        expectClose(
          withEngine("wasm", () => backward(program)),
          withEngine("reference", () => backward(program)),
          close,
        )
      }),
      { numRuns: 500 * runs },
    )
  })
})
