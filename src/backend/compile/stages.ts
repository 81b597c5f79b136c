/** The stages from a Program to the Plan that an engine runs, in their order. Each is a function from Plan to Plan. */
import type { MapLoop } from "../../autodiff/program/loop/loop.ts"
import type { Program } from "../../autodiff/program/program.ts"
import { computeAhead } from "./compute-ahead.ts"
import { dropUnits } from "./drop-units.ts"
import { fuse } from "./fuse.ts"
import { hoistInvariants } from "./hoist-invariants.ts"
import { narrowLoops } from "./narrow-loops.ts"
import type { Plan } from "./plan.ts"
import { planOf } from "./plan-of.ts"
import { splitSteps } from "./residues.ts"
import { simplify } from "./simplify.ts"
import { sumAfterwards } from "./sum-afterwards.ts"
import { together } from "./together.ts"

/** The plan of a program, as small as it can be without changing a bit of any result. */
export function simplifiedPlan(program: Program): Plan {
  const plan = planOf(program)
  // One step, as eager operations have them, has nothing to be simplified with.
  if (plan.steps.length < 2 && plan.steps.every((s) => s.kind === "loop")) return plan
  const simple = simplify(dropUnits(plan))
  const narrow = narrowLoops(simple)
  // What leaves a loop may be there already.
  return narrow === simple ? simple : simplify(computeAhead(hoistInvariants(narrow)))
}

/** The same in few and large kernels, sums over rounds aside, which are taken in another order; `fits` tells whether two loops run as fast in one kernel as in two. */
export const fusedPlan = (program: Program, fits: (a: MapLoop, b: MapLoop) => boolean): Plan =>
  splitSteps(together(fuse(simplify(sumAfterwards(simplifiedPlan(program)))), fits))
