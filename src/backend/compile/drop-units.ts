/**
 * Maps without axes of size 1, neither in their results nor in what they read: `[n]`, `[n, 1]` and `[1, n]` are then one
 * thing, however a program came by them. What needs the axes (results of the plan, scans, scatters) reads a view.
 */
import { range } from "../../autodiff/program/loop/affine.ts"
import { type ArrayType, input, type MapLoop, mapLoop, outputIndices } from "../../autodiff/program/loop/loop.ts"
import { constant, type Input, type Load, load, type Scalar, type Var } from "../../autodiff/program/loop/scalar.ts"
import { nodesOf, rewrite, substitute } from "../../autodiff/program/loop/walk.ts"
import { mapParts, renumbered } from "./parts.ts"
import type { LoopStep, Plan, Slot, Step } from "./plan.ts"

export function dropUnits(plan: Plan): Plan {
  const slots: ArrayType[] = [...plan.slots]
  const steps: Step[] = []
  /** For a slot, the one that holds its bytes without axes of size 1. */
  const bare = new Map<Slot, Slot>()
  const typeOf = (slot: Slot): ArrayType => slots[slot] ?? { dtype: "f32", shape: [] }
  const hasUnits = (slot: Slot): boolean => typeOf(slot).shape.includes(1)
  const without = ({ dtype, shape }: ArrayType): ArrayType => ({ dtype, shape: shape.filter((n) => n !== 1) })
  const bareOf = (slot: Slot): Slot => {
    const known = bare.get(slot)
    if (known !== undefined) return known
    const output = slots.push(without(typeOf(slot))) - 1
    steps.push({ kind: "view", input: slot, output })
    bare.set(slot, output)
    return output
  }
  const keepMap = (step: LoopStep & { readonly loop: MapLoop }): void => {
    const made = bareLoop(step.loop)
    const inputs = step.inputs.map((s, k) => (made.read.has(k) && hasUnits(s) ? bareOf(s) : s))
    const outputs = step.outputs.map((s) => {
      if (!hasUnits(s)) return s
      const output = slots.push(without(typeOf(s))) - 1
      bare.set(s, output)
      return output
    })
    steps.push({ ...step, loop: made.loop, inputs, outputs })
    for (const [k, output] of step.outputs.entries()) {
      const from = outputs[k]
      if (from !== undefined && from !== output) steps.push({ kind: "view", input: from, output })
    }
  }
  for (const step of plan.steps) {
    if (isMap(step)) keepMap(step)
    else {
      steps.push(mapParts(step, dropUnits))
      // A view that only adds or takes away such axes shows what is there already.
      if (
        step.kind === "view" &&
        hasUnits(step.output) &&
        isSameShape(without(typeOf(step.input)), without(typeOf(step.output)))
      )
        bare.set(step.output, hasUnits(step.input) ? bareOf(step.input) : step.input)
    }
  }
  return renumbered({ ...plan, slots, steps })
}

const isMap = (step: Step): step is LoopStep & { readonly loop: MapLoop } =>
  step.kind === "loop" && step.loop.form === "map"
const isSameShape = (a: ArrayType, b: ArrayType): boolean =>
  a.shape.length === b.shape.length && a.shape.every((n, d) => n === b.shape[d])

interface Bare {
  readonly loop: MapLoop
  /** The slots of the inputs that are read without axes of size 1. */
  readonly read: ReadonlySet<number>
}
const bareLoops = new WeakMap<MapLoop, Bare>()
function bareLoop(loop: MapLoop): Bare {
  let known = bareLoops.get(loop)
  if (known === undefined) {
    known = makeBare(loop)
    bareLoops.set(loop, known)
  }
  return known
}
function makeBare(loop: MapLoop): Bare {
  const read = new Set(loop.inputs.filter((x) => x.shape.includes(1)).map((x) => x.slot))
  if (read.size === 0 && !loop.shape.includes(1)) return { loop, read }
  // Where a coordinate may leave its axis, the axis says what is read instead.
  for (const n of nodesOf(...loop.bodies)) if (n.op === "load" && !isInside(n)) read.delete(n.from.slot)
  const inputs = loop.inputs.map((x) =>
    read.has(x.slot)
      ? input(
          x.slot,
          x.dtype,
          x.shape.filter((n) => n !== 1),
        )
      : x,
  )
  const shape = loop.shape.filter((n) => n !== 1)
  const left = outputIndices(shape)[Symbol.iterator]()
  const to = new Map<Var, Scalar>(loop.indices.map((v) => [v, v.size === 1 ? constant(0) : (left.next().value ?? v)]))
  const change = (n: Scalar): Scalar => {
    if (n.op !== "load" || !read.has(n.from.slot)) return n
    const from: Input = inputs[n.from.slot] ?? n.from
    return load(
      from,
      n.at.filter((_, d) => n.from.shape[d] !== 1),
      n.outside,
    )
  }
  return { loop: mapLoop(inputs, shape, () => loop.bodies.map((b) => rewrite(substitute(b, to), change))), read }
}
/** Whether every axis of size 1 is read at 0. */
const isInside = (n: Load): boolean =>
  n.at.every((x, d) => {
    const [low, high] = range(x)
    return n.from.shape[d] !== 1 || (low === 0 && high === 0)
  })
