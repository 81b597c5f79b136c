/**
 * A user's own spelling of softmax, layer norm, attention and the like gets the plan that ours gets: the very same Loops
 * (which are interned) in the same order over the same operands, forward and gradient. Another formula is no spelling of
 * the same, as it rounds otherwise: mean(x^2) - mean^2, exp(x - logSumExp(x)), x * (1 / s), a variance that subtracts
 * the mean a second time (whose gradient has two sums where the other has one).
 */
import { describe, expect, it } from "vitest"
import { typed } from "../../src/autodiff/boundary.ts"
import type { Program } from "../../src/autodiff/program/program.ts"
import { type Plan, type Slot, subPlans } from "../../src/backend/compile/plan.ts"
import { fusedPlan } from "../../src/backend/compile/stages.ts"
import { alike } from "../../src/backend/wasm/kernel.ts"
import {
  abs,
  add,
  broadcastTo,
  crossEntropy,
  div,
  einsum,
  equal,
  exp,
  expandDims,
  type F32,
  gelu,
  grad,
  layerNorm,
  less,
  log,
  logicalAnd,
  logSoftmax,
  logSumExp,
  makeProgram,
  matmul,
  max,
  mean,
  mul,
  neg,
  pow,
  reshape,
  softmax,
  sqrt,
  square,
  squeeze,
  stopGradient,
  sub,
  sum,
  swapAxes,
  type Tensor,
  takeAlongAxis,
  tanh,
  transpose,
  variance,
  where,
  zeros,
} from "../../src/index.ts"

/** A kernel by its Loop and by where each operand comes from: slots are numbered as they are first met. */
function kernelsOf(plan: Plan): readonly string[] {
  const roots = new Map<Slot, Slot>()
  const names = new Map<Slot, string>()
  const name = (slot: Slot): string => {
    const root = roots.get(slot) ?? slot
    const known = names.get(root) ?? `${names.size}`
    names.set(root, known)
    return known
  }
  plan.inputs.forEach(name)
  const lines: string[] = []
  for (const step of plan.steps) {
    if (step.kind === "view") roots.set(step.output, roots.get(step.input) ?? step.input)
    else if (step.kind === "loop")
      lines.push(`${step.outputs.map(name)} = loop ${step.loop.id} of ${step.inputs.map(name)}`)
    else lines.push(step.kind, ...subPlans(step).flatMap(kernelsOf))
  }
  return [...lines, `return ${plan.outputs.map(name)}`]
}

const program: (f: unknown) => (...args: readonly unknown[]) => Program = typed(makeProgram)
const plan =
  <A extends readonly unknown[]>(f: (...args: A) => unknown) =>
  (...args: A): Plan =>
    fusedPlan(program(f)(...args), alike)

const [m, n] = [9, 40] as const
type X = F32<[9, 40]>
type V = F32<[40]>
type Column = F32<[9]>
const x = zeros([m, n])
const v = zeros([n])
const rows = { axis: -1, keepDims: true } as const
/** What softmax takes off: the maximum, or 0 where that is infinite. */
const finite: <T extends X | Column | F32<[9, 1]>>(t: T) => T = typed((t: X) =>
  where(less(abs(t), Number.POSITIVE_INFINITY), t, 0),
)

describe("the same plan", () => {
  it("for every spelling of softmax", () => {
    const f: readonly ((x: X) => X)[] = [
      (x) => softmax(x),
      (x) => {
        const e = exp(sub(x, stopGradient(finite(max(x, rows)))))
        return div(e, sum(e, rows))
      },
      (x) => {
        const e = exp(sub(x, expandDims(stopGradient(finite(max(x, { axis: 1 }))), { axis: 1 })))
        return div(e, reshape(sum(e, { axis: 1 }), [m, 1]))
      },
      (x) => {
        const largest = expandDims(finite(stopGradient(max(x, { axis: 1 }))), { axis: 1 })
        const e = exp(add(x, neg(broadcastTo(largest, [m, n]))))
        return div(e, broadcastTo(sum(e, rows), [m, n]))
      },
      (x) => {
        const e = exp(sub(x, finite(max(stopGradient(x), rows))))
        return div(e, expandDims(einsum("i j -> i", e), { axis: 1 }))
      },
    ]
    same(f.map((g) => plan(g)(x)))
    same(f.map((g) => plan(grad((x: X, w: X) => sum(mul(g(x), w))))(x, x)))
  })
  it("for softmax less a plain maximum: as many kernels as ours, one choice less in each", () => {
    const f: readonly ((x: X) => X)[] = [
      (x) => {
        const e = exp(sub(x, stopGradient(max(x, rows))))
        return div(e, sum(e, rows))
      },
      (x) => {
        const e = exp(sub(x, stopGradient(expandDims(max(x, { axis: 1 }), { axis: 1 }))))
        return div(e, reshape(sum(e, { axis: 1 }), [m, 1]))
      },
    ]
    same(f.map((g) => plan(g)(x)))
    expect(kernelsOf(plan((x: X) => softmax(x))(x)).length).toBe(kernelsOf(plan(f[0]!)(x)).length)
  })
  it("for logSoftmax and logSumExp", () => {
    const f: readonly ((x: X) => X)[] = [
      (x) => logSoftmax(x),
      (x) => {
        const shifted = sub(x, stopGradient(finite(max(x, rows))))
        return sub(shifted, log(sum(exp(shifted), rows)))
      },
      (x) => {
        const shifted = sub(x, expandDims(stopGradient(finite(max(x, { axis: 1 }))), { axis: 1 }))
        return sub(shifted, expandDims(log(sum(exp(shifted), { axis: 1 })), { axis: 1 }))
      },
    ]
    same(f.map((g) => plan(g)(x)))
    same(f.map((g) => plan(grad((x: X, w: X) => sum(mul(g(x), w))))(x, x)))

    const total: readonly ((x: X) => Column)[] = [
      (x) => logSumExp(x, { axis: 1 }),
      (x) => {
        const largest = stopGradient(finite(max(x, rows)))
        return add(log(sum(exp(sub(x, largest)), { axis: 1 })), reshape(largest, [m]))
      },
      (x) => {
        const largest = stopGradient(finite(max(x, { axis: 1 })))
        return add(largest, log(sum(exp(sub(x, expandDims(largest, { axis: 1 }))), { axis: 1 })))
      },
      (x) => {
        const largest = stopGradient(finite(max(x, rows)))
        return squeeze(add(log(sum(exp(sub(x, largest)), rows)), largest), { axis: 1 })
      },
    ]
    same(total.map((g) => plan(g)(x)))
    same(total.map((g) => plan(grad((x: X, w: Column) => sum(mul(g(x), w))))(x, zeros([m]))))
  })
  it("for layer norm", () => {
    const epsilon = 1e-5
    const f: readonly ((x: X, gain: V, bias: V) => X)[] = [
      (x, gain, bias) => layerNorm(x, { scale: gain, bias, epsilon }),
      (x, gain, bias) => {
        const centred = sub(x, mean(x, rows))
        return add(mul(div(centred, sqrt(add(mean(square(centred), rows), epsilon))), gain), bias)
      },
      (x, gain, bias) => {
        const centred = sub(x, expandDims(mean(x, { axis: 1 }), { axis: 1 }))
        const deviation = sqrt(add(mean(mul(centred, centred), { axis: 1 }), epsilon))
        return add(bias, mul(gain, div(centred, reshape(deviation, [m, 1]))))
      },
      (x, gain, bias) => {
        const centred = sub(x, div(sum(x, rows), n))
        const deviation = sqrt(add(epsilon, div(sum(mul(centred, centred), rows), n)))
        return add(mul(div(centred, deviation), broadcastTo(gain, [m, n])), expandDims(bias, { axis: 0 }))
      },
      (x, gain, bias) => {
        const centred = sub(x, div(expandDims(einsum("i j -> i", x), { axis: 1 }), n))
        const squares = expandDims(einsum("i j, i j -> i", centred, centred), { axis: 1 })
        return add(mul(div(centred, sqrt(add(div(squares, n), epsilon))), gain), bias)
      },
    ]
    const forward = f.map((g) => plan(g)(x, v, v))
    same(forward)
    same(
      f.map((g) =>
        plan(grad((x: X, gain: V, bias: V, w: X) => sum(mul(g(x, gain, bias), w)), { argnums: [0, 1, 2] }))(x, v, v, x),
      ),
    )
    same([
      ...forward,
      plan((x: X, gain: V, bias: V) =>
        add(mul(gain, div(sub(x, mean(x, rows)), sqrt(add(variance(x, rows), epsilon)))), bias),
      )(x, v, v),
      plan((x: X, gain: V, bias: V) => {
        const centred = sub(x, mean(x, rows))
        return add(mul(div(centred, sqrt(add(mean(pow(centred, 2), rows), epsilon))), gain), bias)
      })(x, v, v),
    ])
  })
  it("for gelu by tanh", () => {
    const [inner, cubic] = [Math.sqrt(2 / Math.PI), 0.044715]
    const f: readonly ((x: X) => X)[] = [
      (x) => gelu(x),
      (x) => mul(mul(0.5, x), add(1, tanh(mul(inner, add(x, mul(cubic, mul(mul(x, x), x))))))),
      (x) => mul(mul(x, 0.5), add(tanh(mul(add(x, mul(cubic, mul(square(x), x))), inner)), 1)),
      (x) => mul(div(x, 2), add(1, tanh(mul(inner, add(mul(mul(x, square(x)), cubic), x))))),
    ]
    same(f.map((g) => plan(g)(x)))
    same(f.map((g) => plan(grad((x: X, w: X) => sum(mul(g(x), w))))(x, x)))
  })
  it("for attention", () => {
    type Q = F32<[2, 3, 8, 16]>
    const q = zeros([2, 3, 8, 16])
    const f: readonly ((q: Q, k: Q, v: Q) => Q)[] = [
      (q, k, v) =>
        einsum("b h i j, b h j d -> b h i d", softmax(mul(einsum("b h i d, b h j d -> b h i j", q, k), 0.25)), v),
      (q, k, v) => matmul(softmax(mul(matmul(q, swapAxes(k, -1, -2)), 0.25)), v),
      (q, k, v) => matmul(softmax(div(matmul(q, transpose(k, [0, 1, 3, 2])), 4)), v),
      (q, k, v) =>
        einsum("n m q k, n m k f -> n m q f", softmax(mul(0.25, einsum("n m q f, n m k f -> n m q k", q, k))), v),
      (q, k, v) => {
        const scores = mul(matmul(q, swapAxes(k, -1, -2)), 0.25)
        const largest = max(scores, rows)
        const e = exp(sub(scores, stopGradient(where(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0))))
        return matmul(div(e, sum(e, rows)), v)
      },
    ]
    same(f.map((g) => plan(g)(q, q, q)))
    same(
      f.map((g) => plan(grad((q: Q, k: Q, v: Q, w: Q) => sum(mul(g(q, k, v), w)), { argnums: [0, 1, 2] }))(q, q, q, q)),
    )
  })
  it("for cross-entropy", () => {
    type Labels = Tensor<[9], "i32">
    const labels = zeros([m], { dtype: "i32" })
    /** NaN for labels outside, as ours says. */
    const inRange = (l: Labels, p: Column): Column => where(less(l, 0), Number.NaN, where(less(l, n), p, Number.NaN))
    const f: readonly ((x: X, l: Labels) => F32<[]>)[] = [
      (x, l) => mean(crossEntropy(x, l)),
      (x, l) => {
        const picked = takeAlongAxis(logSoftmax(x), reshape(l, [m, 1]), { axis: 1 })
        return mean(neg(inRange(l, reshape(picked, [m]))))
      },
      (x, l) => {
        const shifted = sub(x, stopGradient(finite(max(x, rows))))
        const picked = takeAlongAxis(sub(shifted, log(sum(exp(shifted), rows))), expandDims(l, { axis: 1 }), {
          axis: 1,
        })
        return div(sum(neg(inRange(l, squeeze(picked, { axis: 1 })))), m)
      },
    ]
    same(f.map((g) => plan(g)(x, labels)))
    same(f.map((g) => plan(grad(g))(x, labels)))

    const distributions: readonly ((x: X, l: X) => F32<[]>)[] = [
      (x, l) => mean(crossEntropy(x, l)),
      // A class that is masked out and not asked for says nothing; 0 times its -Infinity would be NaN.
      (x, l) => {
        const logits = logSoftmax(x)
        const silent = logicalAnd(equal(l, 0), equal(logits, Number.NEGATIVE_INFINITY))
        return mean(neg(sum(mul(l, where(silent, 0, logits)), { axis: 1 })))
      },
    ]
    same(distributions.map((g) => plan(g)(x, x)))
    same(distributions.map((g) => plan(grad(g, { argnums: [0, 1] }))(x, x)))
  })
})

/** Held by their plans, Loops are compared while all of them are alive: else an id might come back for another. */
function same(plans: readonly Plan[]): void {
  const [ours, ...others] = plans.map(kernelsOf)
  for (const [k, other] of others.entries()) expect(other, `spelling ${k + 1}`).toEqual(ours)
}
