/**
 * Sums that walk an output axis in steps, as the gradient of a strided convolution by its image does: it reads at
 * (i + c) / s and (i + c) % s. Written as i = s q + p, each residue p is a plain contraction over q; what they give is
 * then put in order. So a loop that divides for every element becomes a packed product and a copy.
 */
import { affine, expression, range } from "../../autodiff/program/loop/affine.ts"
import { input, type MapLoop, mapLoop } from "../../autodiff/program/loop/loop.ts"
import {
  binary,
  constant,
  freeVars,
  height,
  type Input,
  load,
  type Scalar,
  type Var,
} from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, rewrite, substitute } from "../../autodiff/program/loop/walk.ts"
import { asContraction, onlyFold } from "./contraction.ts"
import { mapParts } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step } from "./plan.ts"
import { finish } from "./plan-of.ts"
import { type Sequence, sequenceOf } from "./sequence.ts"

/** The plan with such loops as products; sub-plans as well. */
export function splitSteps(plan: Plan): Plan {
  const slots = [...plan.slots]
  const steps = plan.steps.flatMap((step): readonly Step[] => {
    switch (step.kind) {
      case "loop": {
        const sequence = step.loop.form === "map" ? byResidues(step.loop) : undefined
        return sequence === undefined ? [step] : spliced(step, sequence, slots)
      }
      default:
        return [mapParts(step, splitSteps)]
    }
  })
  return slots.length === plan.slots.length && steps.every((s, n) => s === plan.steps[n])
    ? plan
    : finish({ ...plan, slots, steps })
}

/** The sequence in the place of a step: its arrays in slots of their own, the last as a view of the step's shape. */
function spliced(step: LoopStep, { arrays, inputs, steps, outputs }: Sequence, slots: Plan["slots"][number][]): Step[] {
  const own = arrays.slice(inputs).map((type): Slot => slots.push(type) - 1)
  const named: readonly Slot[] = [...step.inputs, ...own]
  let made = inputs
  const loops = steps.map(({ loop, from }): Step => {
    const results = loop.bodies.map(() => named[made++] ?? -1)
    return { kind: "loop", name: step.name, loop, inputs: from.map((k) => named[k] ?? -1), outputs: results }
  })
  const views = step.outputs.map((output, k): Step => ({ kind: "view", input: named[outputs[k] ?? -1] ?? -1, output }))
  return [...loops, ...views]
}

/** A product over (residues, output axes in steps), then the map that reads it in order; undefined where nothing steps. */
export function byResidues(loop: MapLoop): Sequence | undefined {
  const [body] = loop.bodies
  const sum = body === undefined || loop.bodies.length !== 1 || height(body) === 0 ? undefined : onlyFold(body)
  if (body === undefined || sum === undefined) return undefined
  const steps = stepsOf(sum, loop.indices)
  const stepped = loop.indices.filter((v) => steps.has(v))
  if (stepped.length === 0) return undefined
  const by = (v: Var): number => steps.get(v) ?? 1
  const shape = [...stepped.map(by), ...loop.indices.map((v) => Math.ceil(v.size / by(v)))]
  const product = mapLoop(loop.inputs, shape, (...at) => {
    const of = (v: Var, d: number): Scalar => {
      const [q = v, p] = [at[stepped.length + d], at[stepped.indexOf(v)]]
      return p === undefined ? q : binary("add", binary("mul", q, by(v)), p)
    }
    return divided(substitute(sum, new Map(loop.indices.map((v, d) => [v, of(v, d)]))))
  })
  if (asContraction(product) === undefined) return undefined

  const { push, finish: finished } = sequenceOf(loop.inputs)
  const all = loop.inputs.map((_, k) => k)
  const [made = -1] = push(product, all)
  const parts = input(all.length, sum.dtype, shape)
  const found = load(parts, [
    ...stepped.map((v) => binary("rem", v, by(v))),
    ...loop.indices.map((v) => binary("div", v, by(v))),
  ])
  const whole = rewrite(body, (n) => (n === sum ? found : n))
  return finished(push(inOrder([...loop.inputs, parts], loop, whole, steps), [...all, made]))
}

/** The map of `body`, each stepped axis as two where it has whole steps: the same bytes, and no division. */
function inOrder(inputs: readonly Input[], loop: MapLoop, body: Scalar, steps: ReadonlyMap<Var, number>): MapLoop {
  const axes = loop.indices.map((v) => {
    const by = steps.get(v) ?? 1
    return by > 1 && v.size % by === 0 ? [v.size / by, by] : [v.size]
  })
  return mapLoop(inputs, axes.flat(), (...at) => {
    let d = 0
    const of = (v: Var, axis: readonly number[]): Scalar => {
      const [q = v, p] = axis.map(() => at[d++])
      return p === undefined ? q : binary("add", binary("mul", q, steps.get(v) ?? 1), p)
    }
    return divided(substitute(body, new Map(loop.indices.map((v, k) => [v, of(v, axes[k] ?? [])]))))
  })
}

/** The indices that are divided by a constant of their own, and by which. */
function stepsOf(sum: Scalar, indices: readonly Var[]): ReadonlyMap<Var, number> {
  const steps = new Map<Var, number>()
  const torn = new Set<Var>()
  for (const n of nodesOf(sum)) {
    if (n.op !== "binary" || n.dtype !== "i32" || (n.fn !== "div" && n.fn !== "rem") || n.b.op !== "const") continue
    for (const v of indices) {
      if (!freeVars(n).has(v)) continue
      if (n.b.value > 1 && range(n.a)[0] >= 0 && (steps.get(v) ?? n.b.value) === n.b.value) steps.set(v, n.b.value)
      else torn.add(v)
    }
  }
  for (const v of torn) steps.delete(v)
  return steps
}

/** (s m + r) / s = m + r / s and (s m + r) % s = r % s, for sums that are not negative. */
function divided(root: Scalar): Scalar {
  return rewrite(root, (n) => {
    if (n.op !== "binary" || n.dtype !== "i32" || (n.fn !== "div" && n.fn !== "rem") || n.b.op !== "const") return n
    const by = n.b.value
    if (by <= 1 || range(n.a)[0] < 0) return n
    const { base, terms } = affine(n.a)
    const isWhole = (times: number): boolean => times % by === 0
    const quotients = new Map([...terms].flatMap(([term, times]) => (isWhole(times) ? [[term, times / by]] : [])))
    const rest = expression({ base, terms: new Map([...terms].filter(([, times]) => !isWhole(times))) })
    const [low, high] = range(rest)
    if (low < 0) return n
    const left = (fn: "div" | "rem"): Scalar => (high < by ? (fn === "div" ? constant(0) : rest) : binary(fn, rest, by))
    return n.fn === "rem" ? left("rem") : binary("add", expression({ base: 0, terms: quotients }), left("div"))
  })
}
