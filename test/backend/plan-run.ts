/** Plans run on the reference's kernels, and what to count in them. */
import { allocate, type Numbers } from "../../src/autodiff/dtype.ts"
import { type Loop, sizeOf } from "../../src/autodiff/program/loop/loop.ts"
import { type LoopStep, type Plan, subPlans } from "../../src/backend/compile/plan.ts"
import { type Device, runPlan } from "../../src/backend/compile/run.ts"
import { kernelOf } from "../../src/backend/reference/kernel.ts"

interface Cell {
  readonly values: Numbers
}
/** Each Loop run is noted in `ran`. */
const deviceOf = (ran: Loop[]): Device<Cell> => ({
  loop: ({ loop }, inputs) => {
    ran.push(loop)
    return kernelOf(loop)
      .run(inputs.map((x) => x.values))
      .map((values) => ({ values }))
  },
  constant: (type, value) => ({ values: allocate(type.dtype, sizeOf(type.shape)).fill(value) }),
  allocate: (type) => ({ values: allocate(type.dtype, sizeOf(type.shape)) }),
  row: (from, type, k) => ({ values: from.values.slice(k * sizeOf(type.shape), (k + 1) * sizeOf(type.shape)) }),
  store: (into, type, k, row) => into.values.set(row.values, k * sizeOf(type.shape)),
  free: () => {},
})
/** Results and words. */
export const runOnReference = (plan: Plan, inputs: readonly Numbers[], ran: Loop[] = []): readonly Numbers[] =>
  runPlan(
    plan,
    deviceOf(ran),
    inputs.map((values) => ({ values })),
    new Set([]),
    (x) => x.values[0] ?? 0,
  ).map((x) => x.values)

/** The Loops of a plan and of the plans inside it, in order. */
export const loopsOf = (plan: Plan): readonly LoopStep[] =>
  plan.steps.flatMap((s) => (s.kind === "loop" ? [s] : subPlans(s).flatMap(loopsOf)))
