/**
 * Plans with stretches of steps that run as one gpu.js pipeline each. In the plan a stretch is a step with a Loop of its
 * own, so that whoever walks the plan need not know; `stretchOf` tells what it stands for.
 */
import { internal } from "../../autodiff/errors.ts"
import { type ArrayType, inputsOf, type Loop, type RoutineLoop, sizeOf } from "../../autodiff/program/loop/loop.ts"
import { planesOf } from "../compile/limbs.ts"
import type { Plan, Slot, Step } from "../compile/plan.ts"
import { finish, readBy } from "../compile/plan-of.ts"
import { type Lowered, sizesOf } from "./lower.ts"
import type { Operand, PipelineCall, PipelineSource } from "./pipeline.ts"
import { nothing } from "./planes.ts"

export interface Stretch {
  readonly source: PipelineSource
  /** Of each plane of each output, where among the pipeline's results it is; nothing where it has no elements. */
  readonly outputs: readonly (readonly (number | undefined)[])[]
}
export interface Stretched {
  readonly plan: Plan
  readonly stretchOf: ReadonlyMap<Loop, Stretch>
}

/** Kernels that are worth a pipeline; in the body of a loop, whose rounds each wait for a promise, it takes more. */
const least = 2
const leastInLoop = 6

/**
 * Stretches of at least two kernels become steps of their own.
 *
 * @param lower the kernels of a Loop, undefined for one that cannot be part of a pipeline.
 */
export function stretched(plan: Plan, lower: (loop: Loop) => Lowered | undefined): Stretched {
  const stretchOf = new Map<Loop, Stretch>()
  // Threads that give several numbers cannot feed another kernel inside a pipeline.
  const fits = (lowered: Lowered | undefined): boolean => lowered?.kernels.every((k) => k.block === undefined) ?? false
  const rewrite = (whole: Plan, atLeast: number): Plan => {
    const steps: Step[] = []
    let open: Step[] = []
    const close = (rest: readonly Step[]): void => {
      const read = new Set([...rest.flatMap(readBy), ...whole.outputs])
      steps.push(...(asPipeline(whole.slots, open, read, lower, stretchOf, atLeast) ?? open))
      open = []
    }
    whole.steps.forEach((step, n) => {
      if (step.kind === "view" || step.kind === "constant" || (step.kind === "loop" && fits(lower(step.loop)))) {
        open.push(step)
        return
      }
      close(whole.steps.slice(n))
      if (step.kind === "scan") steps.push({ ...step, body: rewrite(step.body, leastInLoop) })
      else if (step.kind === "while")
        steps.push({ ...step, test: rewrite(step.test, leastInLoop), body: rewrite(step.body, leastInLoop) })
      else if (step.kind === "cond") steps.push({ ...step, branches: step.branches.map((b) => rewrite(b, atLeast)) })
      else steps.push(step)
    })
    close([])
    return finish({ ...whole, steps })
  }
  return { plan: rewrite(plan, least), stretchOf }
}

/** The steps as one, or nothing where that does not pay. What only renames a value stays a step beside it, if it is read. */
function asPipeline(
  slots: readonly ArrayType[],
  steps: readonly Step[],
  readLater: ReadonlySet<Slot>,
  lower: (loop: Loop) => Lowered | undefined,
  stretchOf: Map<Loop, Stretch>,
  atLeast: number,
): readonly Step[] | undefined {
  const typeOf = (slot: Slot): ArrayType => slots[slot] ?? missing()
  const inputs: Slot[] = []
  const calls: PipelineCall[] = []
  const planes = new Map<Slot, readonly Operand[]>()
  const sameAs = new Map<Slot, Slot>()
  const named = (slot: Slot): Slot => sameAs.get(slot) ?? slot
  const computed: Slot[] = []
  const renamed: Step[] = []
  let width = 0
  const planesAt = (slot: Slot): readonly Operand[] => {
    let known = planes.get(named(slot))
    if (known === undefined) {
      inputs.push(named(slot))
      known = Array.from({ length: planesOf(typeOf(slot).dtype) }, () => ({ from: "input", input: width++ }))
      planes.set(named(slot), known)
    }
    return known
  }
  for (const step of steps) {
    if (step.kind === "view") {
      sameAs.set(step.output, named(step.input))
      renamed.push({ ...step, input: named(step.input) })
    } else if (step.kind === "constant") {
      planes.set(step.output, constantPlanes(typeOf(step.output), step.value))
      renamed.push(step)
    } else if (step.kind === "loop") {
      const lowered = lower(step.loop) ?? missing()
      const { kernels, outputs } = lowered
      const held: (readonly Operand[])[] = step.inputs.map(planesAt)
      for (const kernel of kernels) {
        const operands = kernel.inputs.map(({ array, plane }) => held[array]?.[plane] ?? missing())
        const result: Operand = kernel.empty
          ? { from: "constant", values: nothing }
          : { from: "call", call: calls.length }
        if (!kernel.empty) calls.push({ kernel, operands, sizes: sizesOf(lowered, kernel) })
        held[kernel.result.array] = [...(held[kernel.result.array] ?? []), result]
      }
      step.outputs.forEach((slot, k) => {
        planes.set(slot, held[outputs[k] ?? -1] ?? missing())
        computed.push(slot)
      })
    }
  }
  // What is read later under another name is read.
  const wanted = new Set([...readLater].map(named))
  const outputs = computed.filter((slot) => wanted.has(slot))
  const results: number[] = []
  const places = outputs.map((slot) =>
    (planes.get(slot) ?? missing()).map((o) => (o.from === "call" ? results.push(o.call) - 1 : undefined)),
  )
  if (calls.length < atLeast) return undefined
  const loop: RoutineLoop = {
    form: "routine",
    id: -1,
    inputs: inputsOf(inputs.map(typeOf)),
    shape: [],
    indices: [],
    routine: { name: "pipeline", run: missing },
    results: outputs.map(typeOf),
  }
  stretchOf.set(loop, { source: { inputs: width, calls, results }, outputs: places })
  return [{ kind: "loop", name: "pipeline", loop, inputs, outputs }, ...renamed]
}

function constantPlanes({ dtype, shape }: ArrayType, value: number): readonly Operand[] {
  const filled = (x: number): Operand => ({ from: "constant", values: new Float32Array(sizeOf(shape)).fill(x) })
  return planesOf(dtype) === 1 ? [filled(value)] : [filled((value >>> 16) & 0xffff), filled(value & 0xffff)]
}
const missing = (): never => {
  throw internal("a pipeline was built over values that it does not have")
}
