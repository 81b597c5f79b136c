/** Steps that hold functions: control flow, and transforms inside a function that is itself transformed. */
import { add, div, mul, square } from "../../autodiff/functions/arithmetic.ts"
import { less } from "../../autodiff/functions/logic.ts"
import { cos, sin, tanh } from "../../autodiff/functions/real.ts"
import { mean } from "../../autodiff/functions/reductions/mean.ts"
import { sum } from "../../autodiff/functions/reductions/sum.ts"
import { checkpoint } from "../../autodiff/transforms/checkpoint.ts"
import { cond, switchOn } from "../../autodiff/transforms/cond.ts"
import { customJvp } from "../../autodiff/transforms/custom-jvp.ts"
import { forLoop } from "../../autodiff/transforms/for-loop.ts"
import { grad } from "../../autodiff/transforms/grad.ts"
import { jit } from "../../autodiff/transforms/jit.ts"
import { jvp } from "../../autodiff/transforms/jvp.ts"
import { linearSolve } from "../../autodiff/transforms/linear-solve.ts"
import { scan } from "../../autodiff/transforms/scan.ts"
import { vmap } from "../../autodiff/transforms/vmap.ts"
import { anchored, beside, rows, type Step, tame, type Wide } from "./fitting.ts"

const sine = customJvp(
  (x: Wide) => sin(x),
  ([x], [t]) => [sin(x), mul(t, cos(x))],
)

export const control: readonly Step[] = [
  {
    name: "scan",
    apply: (x, y, n) => {
      const weight = tanh(mean(y))
      const next = (carry: Wide, row: Wide): readonly [Wide, Wide] => {
        const state = tanh(add(mul(carry, weight), row))
        return [state, mul(state, carry)]
      }
      const start: Wide = tanh(mean(rows(x), { axis: 0 }))
      const sequence: Wide = rows(x)
      return scan(next, start, sequence, { reverse: n % 2 === 0 })[1]
    },
  },
  {
    name: "forLoop",
    apply: (x, y) => forLoop(0, 3, (_, state: Wide) => tanh(add(mul(state, 0.5), sin(mean(y)))), x),
  },
  {
    name: "cond",
    apply: (x, y, n) =>
      cond(
        less(mean(anchored(mean(y), n)), n % 2),
        (z: Wide) => sin(z),
        (z: Wide) => mul(z, tanh(mean(y))),
        x,
      ),
  },
  {
    name: "switchOn",
    apply: (x, _, n) => switchOn(n % 4, [(z: Wide) => cos(z), (z: Wide) => z, (z: Wide) => tanh(z)], x),
  },
  { name: "checkpoint", apply: (x) => checkpoint((z: Wide) => sin(mul(tanh(z), z)))(x) },
  { name: "jit", apply: (x, y) => jit((a: Wide, b: Wide) => mul(sin(a), tanh(b)))(x, beside(x, y)) },
  { name: "vmap", apply: (x) => vmap((row: Wide) => mul(row, tanh(sum(row))))(rows(x)) },
  { name: "customJvp", apply: (x) => sine(x) },
  { name: "grad", apply: (x) => grad((z: Wide) => sum(mul(sin(z), z)))(x) },
  {
    name: "jvp",
    apply: (x, y) => {
      const [a, b] = jvp((z: Wide) => tanh(mul(z, z)))([x], [mul(x, tanh(mean(y)))])
      return add(a, tame(b))
    },
  },
  {
    name: "linearSolve",
    apply: (x, y) => {
      const slope = add(square(tanh(mean(y))), 1)
      return linearSolve((z: Wide) => mul(slope, z), x, { solve: (_, b) => div(b, slope), symmetric: true })
    },
  },
]
